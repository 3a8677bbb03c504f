import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Answers the requests below one folder of the address. @param target the path and the query of the request */
export type Route = (request: IncomingMessage, response: ServerResponse, target: Target) => Promise<void>;

interface Target {
  /** As it was sent, with its percent signs. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * The listener of the local cloud's one address. The path's first folder selects a route; everything else goes to
 * the API. No request can end the process: what a route throws is reported and answered with status 500.
 */
export function createSite(
  api: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  routes: ReadonlyMap<string, Route>,
  report: (line: string) => void,
): RequestListener {
  return async (request, response) => {
    const target = readTarget(request.url ?? "/");
    const route = routes.get(target.path.split("/")[1] ?? "");
    try {
      await (route ? route(request, response, target) : api(request, response));
    } catch (error) {
      // An interrupted body or download is the client's doing.
      if (!request.socket.destroyed) report(`A request to the local cloud failed: ${error}`);
      if (!response.headersSent) sendText(response, 500, "The local cloud could not handle the request.");
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
