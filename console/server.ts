import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject } from "../lib/json";
import { foreignReason } from "../local-cloud";
import type { EventLog } from "./event-log";
import type { PageFile } from "./page-files";
import { type About, type EventDetail, TOKEN_HEADER, type Update } from "./protocol";
import { reportOf } from "./rows";
import type { Watch } from "./watch";

/** What the page may ask to be done; the request's body is read by each. @throws {Refusal} */
export type Action = (request: ActionRequest) => Promise<unknown>;

interface ActionRequest {
  readonly query: URLSearchParams;
  /** The body as JSON. @throws {Refused} */
  json(): Promise<unknown>;
  body(maxBytes: number): Promise<Buffer>;
}

/** A request that is wrong; the text is for the user. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ConsoleOptions {
  /** Random; the page has it from the fragment of its address. */
  readonly token: string;
  readonly about: About;
  readonly watch: Watch;
  readonly events: EventLog;
  readonly files: ReadonlyMap<string, PageFile>;
  /** By method and name, such as `POST upload`. */
  readonly actions: ReadonlyMap<string, Action>;
}

/** @returns false for a path that is not the console's */
export type ConsoleHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const API = "/console/api/";
const MAX_JSON_BYTES = 1024 * 1024;

/** Media come from anywhere; scripts, styles and data only from here, and the page runs in no frame. */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "media-src * blob:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/**
 * Answers the requests of the console page: its files without a token, everything else only with it. A page of another
 * origin, and a host name that was made to point to this machine, are refused.
 */
export function createConsole(options: ConsoleOptions): ConsoleHandler {
  return async (request, response) => {
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    // The API of the local cloud takes GET requests with a query at the same path.
    const file = query === "" && request.method === "GET" ? options.files.get(path) : undefined;
    if (!file && !path.startsWith(API)) return false;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      const reason = foreignReason(request);
      if (reason !== undefined) throw new Refused(403, reason);
      if (file) response.writeHead(200, { "Content-Type": file.type }).end(file.content);
      else await answer(options, path.slice(API.length), new URLSearchParams(query), request, response);
    } catch (error) {
      const status = error instanceof Refused ? error.status : 500;
      const text = error instanceof Error ? error.message : String(error);
      request.resume();
      if (!response.headersSent) response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
      response.end(text);
    }
    return true;
  };
}

async function answer(
  options: ConsoleOptions,
  name: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isEqual(String(request.headers[TOKEN_HEADER] ?? ""), options.token))
    throw new Refused(403, "The token is missing or wrong. Open the address that the command has printed.");
  if (request.method === "GET" && name === "live") return stream(options, request, response);
  const action =
    request.method === "GET" && name === "event"
      ? async () => eventDetail(options.events, query.get("id") ?? "")
      : options.actions.get(`${request.method} ${name}`);
  if (!action) throw new Refused(404, "The console does not have this action here.");
  const result = await action({
    query,
    json: async () => parse(await readBody(request, MAX_JSON_BYTES)),
    body: (maxBytes) => readBody(request, maxBytes),
  });
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(result ?? {}));
}

function isEqual(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A JSON line for each update, until the page closes. */
function stream({ about, watch }: ConsoleOptions, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/x-ndjson; charset=utf-8" });
  const write = (update: Update) => void response.write(`${JSON.stringify(update)}\n`);
  write({ kind: "hello", about });
  request.once("close", watch.subscribe(write));
}

function eventDetail(events: EventLog, id: string): EventDetail {
  const body = events.bodyOf(id);
  if (body === undefined) throw new Refused(404, "The console does not have this notification.");
  const notification: unknown = JSON.parse(body);
  return { body: notification, report: isJsonObject(notification) ? reportOf(notification) : undefined };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refused(400, "The body is not JSON.");
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not close the connection: the answer is still to come.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Refused(413, `The body is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
