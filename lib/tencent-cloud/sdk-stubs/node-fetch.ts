import type { Agent, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import { parseJson } from "../../json";

/** What the SDK asks for. */
export interface FetchOptions {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
  /** Milliseconds; 0 or absent is none. */
  readonly timeout?: number;
}

/** What the SDK reads of an answer. */
interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** Far more than any answer of an API; a function has 128 MB in all. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;
export const ANSWER_TOO_LARGE = "the answer is larger than 10 MB";
/** How a connection ends that the server closed while it was idle. */
const CLOSED = ["ECONNRESET", "EPIPE"];

/**
 * Stands for the module `node-fetch` inside the bundles: one request by Node's own client, through the agent
 * given. It resolves when the answer is there in full.
 * @throws if no whole answer comes, at the abort and at the timeout (the connection is closed then), if the
 * answer is larger than 10 MB, and if it is a redirect: a request can hold secrets, and is for this host alone
 */
export default async function fetch(url: string, options: FetchOptions): Promise<FetchResponse> {
  for (;;) {
    const answer = await exchange(url, options);
    if (answer !== undefined) return answer;
  }
}

/**
 * @returns nothing if the request is to be sent again: its connection was kept from an earlier one and
 * closed before any byte of an answer, as when the server had closed it already. Each such one is gone
 * then, and a new connection never counts, so that this comes to an end.
 */
function exchange(
  url: string,
  { method, headers, body, agent, signal, timeout = 0 }: FetchOptions,
): Promise<FetchResponse | undefined> {
  // Only the one that is needed is loaded, and only when a call is made.
  const { request }: typeof import("node:http") = url.startsWith("https:")
    ? require("node:https")
    : require("node:http");
  const address = new URL(url);
  const requestOptions: RequestOptions = {
    method,
    headers: { ...headers, "Accept-Encoding": "identity" },
    // Node would take the same name, after an expression for IPv6 that takes it longer than all the rest.
    servername: address.hostname,
    agent,
  };
  return new Promise((resolve, reject) => {
    const sent = request(address, requestOptions);
    let earlierBytes = 0;
    sent.once("socket", (socket) => {
      earlierBytes = socket.bytesRead;
    });
    sent.once("response", (response) => read(response).then(resolve, reject));
    // Node's own `signal` loads and sets up much that a request has no use for.
    const abort = () => sent.destroy(new Error("the request was aborted"));
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort);
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const unanswered = sent.reusedSocket && sent.socket?.bytesRead === earlierBytes;
      if (unanswered && CLOSED.includes(error.code ?? "")) resolve(undefined);
      else reject(error);
    });
    if (timeout > 0) {
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
      sent.once("close", () => clearTimeout(timer));
    }
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<FetchResponse> {
  const { statusCode: status = 0, statusMessage: statusText = "", headers } = response;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw new Error(`the answer is a redirect (HTTP ${status}), which is not followed`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // By events, as an iterator takes longer to set up than all of a short answer takes.
  await new Promise((resolve, reject) => {
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error(ANSWER_TOO_LARGE));
      else chunks.push(chunk);
    });
    response.once("end", resolve).once("error", reject);
  });
  const text = Buffer.concat(chunks).toString();
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText,
    headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
    text: async () => text,
    json: async () => parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new Error(`the answer is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
