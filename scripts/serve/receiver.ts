import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { checkHead, refuse, validateRequest } from "../../functions/callback/validate-request";
import type { Config } from "../../lib/config";
import { type GatewayResponse, parseGatewayEvent, respond } from "../../lib/http/gateway";
import { Refusal } from "../../lib/http/refusal";
import { createLog, escapeControls } from "../../lib/log/log";
import { type BodyLimits, createBodyReader, SMALL_BODY_BYTES } from "./read-body";
import type { Redaction } from "./redact";

/** How long a client may take for its headers and for a whole request, and stay silent, in milliseconds. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const SILENCE_MS = 60_000;
/** How often that is checked. */
const CHECK_MS = 5_000;
const MAX_CONNECTIONS = 512;
const BODY_LIMITS = { requests: 256, largeBytes: 32 * 1024 * 1024 };
/** What is printed of a request, in characters. */
const MAX_PRINTED_BODY = 4096;
const MAX_PRINTED_HEADER = 512;
const MAX_PRINTED_HEADERS = 50;
const GREETING =
  "This is vod-receiver, which receives event notifications of Tencent Cloud VOD. Send them by POST.\n";

export interface ReceiverOptions {
  /** Handles a function URL's event as the function does. */
  readonly handle: (event: object) => Promise<GatewayResponse>;
  /** The function's configuration, with its token and keys. */
  readonly config: Config;
  readonly redaction: Redaction;
  readonly write: (line: string) => void;
  readonly bodyLimits?: BodyLimits;
}

/**
 * Makes the HTTP server that takes the place of a gateway and SCF. It checks path, method and length before it reads a
 * body. It prints each request that passes the function's checks, and passes it on. Of any other request it prints one
 * line: status, reason, length and source address.
 */
export function createReceiver(options: ReceiverOptions): Server {
  const { handle, config, redaction, write, bodyLimits = BODY_LIMITS } = options;
  const withBody = createBodyReader(bodyLimits);
  const server = createServer({ connectionsCheckingInterval: CHECK_MS });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.timeout = SILENCE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  // With the second event the server leaves it to us when a client that asks may send its body.
  for (const event of ["request", "checkContinue"] as const) {
    server.on(event, (request, response) => {
      // A client that has disconnected gets no answer.
      receive(request, response).catch(() => response.destroy());
    });
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await answerTo(request, response);
    // An unread body that is long, or whose length is not known, ends the connection. So does a server that stops.
    const isAtItsEnd =
      request.complete || Number(request.headers["content-length"] ?? NaN) <= SMALL_BODY_BYTES;
    const connection = server.listening && isAtItsEnd ? {} : { Connection: "close" };
    response.writeHead(answer.statusCode, { ...answer.headers, ...connection });
    response.end(request.method === "HEAD" ? undefined : answer.body);
  }

  async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<GatewayResponse> {
    let length = Number(request.headers["content-length"] ?? 0);
    const { method, path, sourceAddress } = parseGatewayEvent(functionUrlEvent(request, ""));
    const log = createLog(write);
    if (method === "GET" || method === "HEAD") {
      log.last({ status: 200, reason: "Not a notification.", length, sourceAddress: sourceAddress() });
      return respond(200, GREETING);
    }
    try {
      checkHead({ method, ...(path !== undefined && { path }), length }, config);
      if (request.headers.expect !== undefined) response.writeContinue();
      return await withBody(request, async (body) => {
        const event = functionUrlEvent(request, body);
        const parsed = parseGatewayEvent(event);
        length = parsed.length;
        validateRequest(parsed, config, Date.now());
        printRequest(request, body);
        const answer = await handle(event);
        write(`Answer: ${answer.statusCode}`);
        return answer;
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refuse(error, { length, sourceAddress }, log);
    }
  }

  /** Each line begins with ">": none can be read as a notification, a record or a line of a function's log. */
  function printRequest({ method, url = "", headers }: IncomingMessage, body: string): void {
    const put = (text: string, max: number) => write(`> ${excerpt(text, max)}`);
    put(`${method} ${redaction.text(url)}`, MAX_PRINTED_HEADER);
    for (const [name, value] of Object.entries(headers).slice(0, MAX_PRINTED_HEADERS))
      put(`${name}: ${redaction.header(name, String(value))}`, MAX_PRINTED_HEADER);
    put(redaction.text(body), MAX_PRINTED_BODY);
  }

  return server;
}

/**
 * Stops a server: it takes no new connections and finishes its requests. A client that exceeds the time limit of a
 * request is disconnected.
 */
export async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const limit = setTimeout(() => server.closeAllConnections(), REQUEST_MS);
  await closed;
  clearTimeout(limit);
}

/** As a function URL gives it to a function (docs/tencent-protocols.md#function-url-events). */
function functionUrlEvent({ method, url = "", headers, socket }: IncomingMessage, body: string): object {
  const [path, ...query] = url.split("?");
  return {
    httpMethod: method,
    path,
    headers,
    queryString: Object.fromEntries(new URLSearchParams(query.join("?"))),
    body,
    isBase64Encoded: false,
    requestContext: { sourceIp: socket.remoteAddress },
  };
}

function excerpt(text: string, max: number): string {
  const shown = escapeControls(text.slice(0, max + 1));
  return shown.length > max ? `${shown.slice(0, max)} (cut)` : shown;
}
