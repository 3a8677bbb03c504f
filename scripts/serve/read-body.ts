import type { IncomingMessage } from "node:http";

/** What a function takes, and VOD's notifications may have. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/**
 * Reads a request's body.
 * @returns undefined where it has more than 6 MB, of which nothing is kept
 * @throws where the connection breaks
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not break the connection: the answer is yet to come.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}
