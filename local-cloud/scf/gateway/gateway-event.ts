import { randomBytes } from "node:crypto";
import { PAYLOAD_LIMIT } from "../runtime/limits";
import { type EventBuilder, Refusal, textOf, tooLarge } from "./gateway-request";

/**
 * A function URL's event as observed in 2025 and 2026 (docs/tencent-protocols.md#function-url-events): it
 * still has the keys that the documentation calls removed, and no host header.
 */
export const functionUrlEvents: EventBuilder = (request, requestId) => {
  const { host: _, ...headers } = request.headers;
  return {
    body: textOf(request.body),
    headers: { ...headers, "x-scf-remote-addr": request.sourceIp, "x-scf-request-id": requestId },
    httpMethod: request.method,
    path: request.path,
    queryString: request.queryString,
    headerParameters: {},
    isBase64Encoded: false,
    pathParameters: {},
    queryStringParameters: {},
    requestContext: { sourceIp: request.sourceIp },
  };
};

/**
 * API Gateway's integrated requests (docs/tencent-protocols.md#api-gateway-requests): of a service with one
 * API on "/", which takes every path below.
 * @param stage "/release", the first part of every path at the service's own address
 * @param base64 every body is encoded, and `isBase64Encoded` is the string "true"; else that key is absent
 */
export function apiGatewayEvents(stage: string, base64: boolean): EventBuilder {
  const serviceId = `service-${randomBytes(4).toString("hex")}`;
  return (request, requestId) => {
    const path = withoutStage(request.path, stage);
    const body = base64 ? request.body.toString("base64") : textOf(request.body);
    if (body.length > PAYLOAD_LIMIT) throw tooLarge();
    return {
      requestContext: {
        serviceId,
        path: "/",
        httpMethod: request.method,
        requestId,
        identity: {},
        sourceIp: request.sourceIp,
        stage: "release",
      },
      headers: {
        ...request.headers,
        requestsource: "APIGW",
        "x-api-requestid": requestId,
        "x-api-scheme": "http",
      },
      body,
      pathParameters: {},
      queryStringParameters: {},
      headerParameters: {},
      stageVariables: { stage: "release" },
      path,
      queryString: request.queryString,
      httpMethod: request.method,
      ...(base64 && { isBase64Encoded: "true" }),
    };
  };
}

function withoutStage(path: string, stage: string): string {
  if (path === stage) return "/";
  if (!path.startsWith(`${stage}/`)) throw new Refusal(404, `The path must begin with ${stage}`);
  return path.slice(stage.length);
}
