import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type GatewayResponse, respond } from "../../lib/http/gateway";
import { escapeControls } from "../../lib/log/log";
import { readBody } from "./read-body";
import type { Redaction } from "./redact";

/** So long a client may take for its headers and for all of a request, in milliseconds. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** How often that is looked after. */
const CHECK_MS = 5_000;
const MAX_PRINTED_BODY = 4096;
const GREETING =
  "This is vod-receiver, which receives event notifications of Tencent Cloud VOD. Send them by POST.\n";

export interface ReceiverOptions {
  /** Handles a function URL's event as the function does. */
  readonly handle: (event: object) => Promise<GatewayResponse>;
  readonly redaction: Redaction;
  readonly write: (line: string) => void;
}

/** Makes the HTTP server that stands where a gateway and SCF would: it prints each request and hands it on. */
export function createReceiver({ handle, redaction, write }: ReceiverOptions): Server {
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
    // A client that is gone gets no answer, and needs none.
    receive(request, response).catch(() => response.destroy());
  });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    printRequest(request, body);
    const answer = await answerTo(request, body);
    write(`Answer: ${answer.statusCode}`);
    // When the server is being stopped, a connection that is kept would only hold it up.
    const connection = server.listening ? {} : { Connection: "close" };
    response.writeHead(answer.statusCode, { ...answer.headers, ...connection });
    response.end(request.method === "HEAD" ? undefined : answer.body);
  }

  async function answerTo(request: IncomingMessage, body: string | undefined): Promise<GatewayResponse> {
    if (body === undefined) return respond(413, "The body is larger than 6 MB.");
    if (request.method === "GET" || request.method === "HEAD") return respond(200, GREETING);
    return handle(functionUrlEvent(request, body));
  }

  /** Nothing that was sent begins a line, so that no request can look like the function's log. */
  function printRequest({ method, url = "", headers }: IncomingMessage, body: string | undefined): void {
    const put = (text: string) => write(escapeControls(text));
    put(`Request: ${method} ${redaction.text(url)}`);
    for (const [name, value] of Object.entries(headers))
      put(`  ${name}: ${redaction.header(name, String(value))}`);
    if (body === undefined) put("  (a body of more than 6 MB)");
    else if (body !== "") put(`  ${cut(redaction.text(body))}`);
  }

  return server;
}

/**
 * Ends a server: no new connections, and what it is doing is finished; a client that takes longer than any
 * request may is cut off.
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

function cut(text: string): string {
  const rest = text.length - MAX_PRINTED_BODY;
  return rest <= 0 ? text : `${text.slice(0, MAX_PRINTED_BODY)} (and ${rest} characters more)`;
}
