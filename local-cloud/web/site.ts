import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Answers the requests below one folder of the address. @param target the path and the query of the request */
export type Route = (request: IncomingMessage, response: ServerResponse, target: Target) => Promise<void>;

interface Target {
  /** As it was sent, with its percent signs. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface Site {
  /** Answers the API's requests. */
  readonly api: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Answers requests for media; false for others. */
  readonly vod: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Answers requests for pages; false for others. */
  readonly page: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** By the first folder of the path. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly report: (line: string) => void;
}

/**
 * The listener of the local cloud's one address: VOD's files, the routes, and the API for everything else. No
 * request can end the process: what an answer throws is reported, and the client gets status 500.
 */
export function createSite({ api, vod, page, routes, report }: Site): RequestListener {
  return async (request, response) => {
    const target = readTarget(request.url ?? "/");
    const route = routes.get(target.path.split("/")[1] ?? "");
    try {
      if ((await vod(request, response)) || (await page(request, response))) return;
      await (route ? route(request, response, target) : api(request, response));
    } catch (error) {
      // An interrupted body or download is the client's doing.
      if (!request.socket.destroyed) report(`A request to the local cloud failed: ${error}`);
      if (!response.headersSent)
        sendText(response, 500, "The local cloud could not process the request. Its output has the reason.");
      response.destroy();
    }
  };
}

/** Splits a request's target without a URL parser, which rejects some targets that clients can send (`//`). */
function readTarget(url: string): Target {
  const [path = "", ...query] = url.split("?");
  return { path, query: new URLSearchParams(query.join("?")) };
}

/** Answers with one line of text. */
export function sendText(response: ServerResponse, status: number, line: string): void {
  send(response, status, "text/plain; charset=utf-8", `${line}\n`);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json", `${JSON.stringify(value, null, 2)}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  // What is left of the body is read and dropped, or the client might lose the answer.
  response.req.resume();
  response.writeHead(status, { "Content-Type": type, "X-Content-Type-Options": "nosniff" }).end(body);
}
