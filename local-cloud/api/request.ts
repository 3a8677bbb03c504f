import type { IncomingMessage } from "node:http";
import { ApiError } from "./error";
import { headerOf, type SignedRequest } from "./signature";

/** By Tencent's documents of Signature v3: a POST with JSON has at most 10 MB. */
const bodyLimit = 10 * 1024 * 1024;

export interface ApiRequest extends SignedRequest {
  /** The body was over the limit and has not been kept. */
  readonly tooLarge: boolean;
}

/** Reads a request to its end, so that also a client that is refused gets to read the answer. */
export async function readRequest(req: IncomingMessage): Promise<ApiRequest> {
  const { method = "", url = "", headers } = req;
  const [path = "", ...query] = url.split("?");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size <= bodyLimit) chunks.push(bytes);
    else chunks.length = 0;
  }
  return {
    method,
    path,
    query: query.join("?"),
    headers,
    body: Buffer.concat(chunks),
    tooLarge: size > bodyLimit,
  };
}

/**
 * Refuses what no client of the API sends.
 * @throws {ApiError} UnsupportedProtocol, InvalidParameter.RequestTooLarge, InvalidParameter
 */
export function checkTransport({ method, path, query, tooLarge }: ApiRequest): void {
  if (method !== "POST")
    throw new ApiError("UnsupportedProtocol", `The local cloud takes POST only, not ${method}.`);
  // The documents that we have give no common code for this; SCF's for Invoke has the same meaning.
  if (tooLarge)
    throw new ApiError("InvalidParameter.RequestTooLarge", "The request body is larger than 10 MB.");
  // Nor for this: InvalidParameter is the code of format errors.
  if (path !== "/" || query !== "") {
    throw new ApiError("InvalidParameter", "A POST request has the path / and no query string.");
  }
}

/**
 * The parameters: the body's JSON.
 * @throws {ApiError} InvalidParameter ("format and type errors") where it is something else
 */
export function parseParams(request: ApiRequest): unknown {
  const contentType = headerOf(request, "content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new ApiError("InvalidParameter", "The Content-Type must be application/json.");
  }
  const params = readJson(request.body);
  if (params === undefined) throw new ApiError("InvalidParameter", "The request body is no JSON in UTF-8.");
  return params;
}

/** What JSON in UTF-8 says; undefined where it is none. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
