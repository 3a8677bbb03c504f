import type { IncomingMessage } from "node:http";
import { ApiError } from "./error";
import { headerOf, type SignedRequest } from "./signed-request";

// "Request Structure" of Tencent's API documents: JSON with signature v3, a form with v1, any query.
const bodyLimit = 10 * 1024 * 1024;
const formLimit = 1024 * 1024;
const queryLimit = 32 * 1024;

export interface ApiRequest extends SignedRequest {
  /** The body was larger than the limit and was dropped. */
  readonly tooLarge: boolean;
}

/** Reads a request to its end, so that a rejected client can read the answer too. */
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
 * Refuses requests that no action can have.
 * @throws {ApiError} UnsupportedProtocol, RequestSizeLimitExceeded, InvalidParameter
 */
export function checkTransport({ method, path, query, tooLarge, body }: ApiRequest, isV1: boolean): void {
  if (method !== "POST" && method !== "GET")
    throw new ApiError("UnsupportedProtocol", `The API supports POST and GET, not ${method}.`);
  if (tooLarge) throw sizeExceeded("body is larger than 10 MB");
  if (isV1 && body.length > formLimit) throw sizeExceeded("form is larger than 1 MB");
  if (query.length > queryLimit) throw sizeExceeded("query is larger than 32 KB");
  if (path !== "/" || (method === "POST" && query !== ""))
    throw new ApiError("InvalidParameter", "A request has the path /, and a POST request has no query.");
}

function sizeExceeded(what: string): ApiError {
  return new ApiError("RequestSizeLimitExceeded", `The request ${what}.`);
}

/**
 * The JSON of the body.
 * @throws {ApiError} InvalidParameter ("format and type errors") if it is something else
 */
export function parseParams(request: ApiRequest): unknown {
  const contentType = headerOf(request, "content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new ApiError("InvalidParameter", "The Content-Type must be application/json.");
  }
  const params = readJson(request.body);
  if (params === undefined) throw new ApiError("InvalidParameter", "The request body is not JSON in UTF-8.");
  return params;
}

/** The value of JSON in UTF-8; undefined if it is something else. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
