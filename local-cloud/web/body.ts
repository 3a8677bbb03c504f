import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body.
 * @returns undefined if it has more than `maxBytes`; nothing more is read then
 * @throws if the client breaks off
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop must not close the connection: the answer is still to come.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
