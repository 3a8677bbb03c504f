import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Invocation } from "../runtime/invocation";
import { apiGatewayEvents, functionUrlEvents } from "./gateway-event";
import { type EventBuilder, Refusal, readRequest } from "./gateway-request";
import { apiGatewayResponse, functionUrlResponse, type HttpResponse, json } from "./gateway-response";

type GatewayShape = "function-url" | "api-gateway";

export interface GatewayOptions {
  shape: GatewayShape;
  /** API Gateway's switch that encodes every request's body; off by default, as there. */
  base64?: boolean;
  /** A free one if absent. */
  port?: number;
  /** Asked before each request: what is answered in the function's place, if anything. */
  refuse?(): Refusal | undefined;
  /** @param requestId the request's id, which a function URL's event already has */
  invoke(event: unknown, requestId: string): Promise<Invocation>;
}

export interface Gateway {
  /** What a client's paths are appended to; no slash at the end. */
  address: string;
  /** Drops the connections that are open. */
  close(): Promise<void>;
}

const STAGE = "/release";

/** Opens an HTTP address on loopback that hands each request to a function and answers with its output. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { shape, base64 = false, port = 0 } = options;
  const apiGateway = shape === "api-gateway";
  const buildEvent = apiGateway ? apiGatewayEvents(STAGE, base64) : functionUrlEvents;
  const respond = apiGateway ? apiGatewayResponse : functionUrlResponse;
  const server = createServer((request, response) => {
    answer(request, buildEvent, options, respond)
      .then((result) => write(response, result))
      .catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${portOf(server)}${apiGateway ? STAGE : ""}`;
  return {
    address,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  buildEvent: EventBuilder,
  { invoke, refuse }: GatewayOptions,
  respond: (invocation: Invocation) => HttpResponse,
): Promise<HttpResponse> {
  try {
    const requestId = randomUUID();
    const received = await readRequest(request);
    const refusal = refuse?.();
    if (refusal) throw refusal;
    const event = buildEvent(received, requestId);
    return respond(await invoke(event, requestId));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return json(error instanceof Refusal ? error.status : 500, { errorCode: -1, errorMessage: message });
  }
}

function write(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  response.writeHead(status, headers);
  response.end(body);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The gateway has no port");
  return address.port;
}
