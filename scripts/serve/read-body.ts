import type { Readable } from "node:stream";
import { MAX_BODY_BYTES } from "../../functions/callback/validate-request";
import { Refusal } from "../../lib/http/refusal";

/** VOD's notifications are smaller, with rare exceptions. A request never waits or fails for a body of this size. */
export const SMALL_BODY_BYTES = 64 * 1024;

/** What the requests of a server may hold in memory together. */
export interface BodyLimits {
  readonly requests: number;
  /** For the bodies' parts beyond `SMALL_BODY_BYTES`, in bytes. */
  readonly largeBytes: number;
}

/**
 * Makes a function that reads a request's body and passes it on. Until `use` has ended, the body counts towards
 * the limits.
 * @returns what `use` returns; that function throws a Refusal 413 for a body of more than 6 MB and 503 beyond
 * the limits, and an Error if the connection breaks
 */
export function createBodyReader(limits: BodyLimits) {
  let requests = 0;
  let largeBytes = 0;

  return async <Result>(request: Readable, use: (body: string) => Promise<Result>): Promise<Result> => {
    if (requests >= limits.requests) throw new Refusal(503, "Too many requests at once.");
    requests += 1;
    let reserved = 0;
    try {
      // One buffer: a body of many tiny chunks would take a multiple of its size.
      let body = Buffer.alloc(0);
      let bytes = 0;
      // Leaving the loop must not break the connection: the answer is yet to come.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        const needed = bytes + chunk.length;
        if (needed > MAX_BODY_BYTES) throw new Refusal(413, "The body is larger than 6 MB.");
        if (needed > body.length) {
          const size = Math.min(MAX_BODY_BYTES, Math.max(2 * body.length, needed));
          const more = Math.max(0, size - SMALL_BODY_BYTES) - reserved;
          if (largeBytes + more > limits.largeBytes) throw new Refusal(503, "Too many large bodies at once.");
          largeBytes += more;
          reserved += more;
          const grown = Buffer.allocUnsafe(size);
          body.copy(grown);
          body = grown;
        }
        chunk.copy(body, bytes);
        bytes = needed;
      }
      return await use(body.toString("utf8", 0, bytes));
    } finally {
      requests -= 1;
      largeBytes -= reserved;
    }
  };
}
