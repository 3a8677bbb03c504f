import { validateHeaderName, validateHeaderValue } from "node:http";
import { errorOutput, type Failure, type Invocation } from "../runtime/invocation";

export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
}

// The gateway frames the body and keeps the connection by itself.
const FRAMING = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function json(status: number, value: unknown): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/**
 * API Gateway's answer to an integrated response (docs/tencent-protocols.md#api-gateway-responses): all four
 * fields, with the right types, else the documented error. SCF's table of status codes lists that error as a
 * 403.
 */
export function apiGatewayResponse({ error, result, requestId }: Invocation): HttpResponse {
  // Documented: a function's timeout arrives as HTTP 200 with the error as the body.
  if (error) return failed(error.statusCode === 433 ? 200 : error.statusCode, error, requestId);
  const fields = fieldsOf(result);
  const complete = ["isBase64Encoded", "headers", "body"].every((key) => fields?.has(key));
  return fields && complete ? built(fields) : malformed();
}

/**
 * A function URL's answer (docs/tencent-protocols.md#function-url-responses): an object with a statusCode is
 * the response, any other output is the body of a 200. What a malformed response gives is not documented:
 * here the error of API Gateway, whose form this is. That `isBase64Encoded` works is likewise taken over from
 * there.
 */
export function functionUrlResponse({ error, result, requestId }: Invocation): HttpResponse {
  if (error) return failed(error.statusCode, error, requestId);
  const fields = fieldsOf(result);
  return fields?.has("statusCode") ? built(fields) : json(200, result);
}

// The documentation has no HTTP status for a function that failed. Behind API Gateway a 430 with the platform's
// error as the body was observed (github.com/shimmeris/SCFProxy/issues/29); so here for all codes, both shapes.
function failed(status: number, error: Failure, requestId: string): HttpResponse {
  return json(status, { ...errorOutput(error), requestId });
}

function malformed(): HttpResponse {
  return json(403, {
    errno: 403,
    error: "Invalid scf response format. please check your scf response format.",
  });
}

function built(fields: Map<string, unknown>): HttpResponse {
  const status = fields.get("statusCode");
  const headers = headersOf(fields.has("headers") ? fields.get("headers") : {});
  const body = fields.has("body") ? fields.get("body") : "";
  const base64 = fields.has("isBase64Encoded") ? fields.get("isBase64Encoded") : false;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    return malformed();
  }
  if (!headers || typeof body !== "string" || typeof base64 !== "boolean") return malformed();
  return { status, headers, body: base64 ? Buffer.from(body, "base64") : body };
}

function fieldsOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value));
}

const isString = (value: unknown): value is string => typeof value === "string";

function headersOf(value: unknown): HttpResponse["headers"] | undefined {
  const headers: [string, string | string[]][] = [];
  for (const [name, content] of fieldsOf(value) ?? [["", null]]) {
    const values = Array.isArray(content) ? content : [content];
    if (!values.every(isString) || !isSendable(name, values)) return undefined;
    if (!FRAMING.has(name.toLowerCase()))
      headers.push([name, Array.isArray(content) ? values : values.join()]);
  }
  return Object.fromEntries(headers);
}

function isSendable(name: string, values: string[]): boolean {
  try {
    validateHeaderName(name);
    for (const value of values) validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
