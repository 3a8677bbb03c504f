import { isJsonObject, type JsonObject } from "../json";
import { Refusal } from "./refusal";

/** A gateway's answer in API Gateway's integrated form, which function URLs copy. */
export interface GatewayResponse {
  readonly isBase64Encoded: false;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One HTTP request, from either gateway. */
export interface HttpRequest {
  /** Upper case; a missing one counts as POST. */
  readonly method: string;
  readonly path?: string;
  query(): JsonObject;
  sourceAddress(): string | undefined;
  /** The size of the decoded body, in bytes. */
  readonly length: number;
  /**
   * The body as text.
   * @throws {Refusal} 400 if it is missing or not valid base64
   */
  text(): string;
}

/**
 * Reads an event of a function URL or of API Gateway (integrated request). Both have the same form with some parts
 * left out, so a missing part is not an error. No value is trusted to have its documented type.
 */
export function parseGatewayEvent(event: unknown): HttpRequest {
  const fields = isJsonObject(event) ? event : {};
  const body = fields["body"];
  // A boolean from function URLs, the string "true" from API Gateway.
  const encoded = fields["isBase64Encoded"] === true || fields["isBase64Encoded"] === "true";
  const path = fields["path"];
  return {
    method: typeof fields["httpMethod"] === "string" ? fields["httpMethod"].toUpperCase() : "POST",
    // A path of another type than a string can't be right; "" stands for it.
    ...(path === undefined || path === null ? {} : { path: typeof path === "string" ? path : "" }),
    query: () => ({ ...asObject(fields["queryStringParameters"]), ...asObject(fields["queryString"]) }),
    sourceAddress: () => readSourceAddress(fields),
    length: typeof body === "string" ? Buffer.byteLength(body, encoded ? "base64" : "utf8") : 0,
    text() {
      if (typeof body !== "string" || body === "") throw new Refusal(400, "The request has no body.");
      return encoded ? decodeBase64(body) : body;
    },
  };
}

export function respond(
  statusCode: number,
  body: string,
  contentType = "text/plain",
  headers: Readonly<Record<string, string>> = {},
): GatewayResponse {
  return {
    isBase64Encoded: false,
    statusCode,
    headers: { "Content-Type": `${contentType}; charset=utf-8`, ...headers },
    body,
  };
}

function decodeBase64(body: string): string {
  // Buffer skips characters that are not base64; a body with such characters is damaged.
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) {
    throw new Refusal(400, "The body is marked as base64 but is not valid base64.");
  }
  return Buffer.from(body, "base64").toString("utf8");
}

function readSourceAddress(fields: JsonObject): string | undefined {
  const address =
    asObject(fields["requestContext"])["sourceIp"] ??
    header(asObject(fields["headers"]), "x-scf-remote-addr");
  return typeof address === "string" ? address : undefined;
}

/** Gateways use any case for header names. */
function header(headers: JsonObject, name: string): unknown {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
