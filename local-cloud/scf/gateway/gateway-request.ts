import type { IncomingMessage } from "node:http";
import { PAYLOAD_LIMIT } from "../runtime/limits";

/** An HTTP request, read in full. */
export interface HttpRequest {
  method: string;
  /** As it was sent, percent signs and all, without the query. */
  path: string;
  queryString: Record<string, string>;
  /** Lower-case names, as function URLs were observed to give them. */
  headers: Record<string, string>;
  body: Buffer;
  sourceIp: string;
}

export type EventBuilder = (request: HttpRequest, requestId: string) => Record<string, unknown>;

/** The gateway answers itself, without the function. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const tooLarge = (): Refusal => new Refusal(413, "The request is larger than 6 MB");

/** @throws {Refusal} for a body over SCF's 6 MB, after it was sent in full, and for a target that is not a path */
export async function readRequest(request: IncomingMessage): Promise<HttpRequest> {
  const body = await readBody(request);
  const { url = "", method = "", headers, socket } = request;
  if (!url.startsWith("/")) throw new Refusal(400, "The request's target is not a path");
  const question = url.indexOf("?");
  const path = question < 0 ? url : url.slice(0, question);
  return {
    method,
    path,
    // Which of several values of one name counts is not documented.
    queryString: Object.fromEntries(new URLSearchParams(question < 0 ? "" : url.slice(question + 1))),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body,
    sourceIp: socket.remoteAddress ?? "127.0.0.1",
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // Read to the end, or the client would be cut off before it reads the answer.
    if (bytes <= PAYLOAD_LIMIT) chunks.push(chunk);
  }
  if (bytes > PAYLOAD_LIMIT) throw tooLarge();
  return Buffer.concat(chunks);
}

/**
 * The body as the string that an event without base64 holds.
 * @throws {Refusal} for bytes that are not UTF-8: the platform's behavior is not known
 * (docs/tencent-protocols.md#function-url-events)
 */
export function textOf(body: Buffer): string {
  const text = body.toString("utf8");
  if (!Buffer.from(text).equals(body)) {
    throw new Refusal(400, "The body is not UTF-8, and the platform's behavior for it is not known");
  }
  return text;
}
