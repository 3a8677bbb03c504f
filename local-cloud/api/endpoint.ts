import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "./error";
import { serviceOfHost } from "./host";
import type { CheckedCall, Intercept } from "./interception";
import { type ApiRequest, checkTransport, parseParams, readJson, readRequest } from "./request";
import { requestValidator } from "./schemas";
import type { Action, Service } from "./service";
import { type Credential, headerOf, verifySignature } from "./signature";

/** One call as it arrived, whatever became of it. */
export interface ApiCall {
  /** The service that was meant; empty where the request does not tell. */
  service: string;
  /** X-TC-Action; empty where it is missing. */
  action: string;
  /** The body's JSON; null where it is none. */
  params: unknown;
  /** The error code that the call came to, whether the client got to read it or not; null if it was performed. */
  error: string | null;
  /**
   * Only where a test had the connection cut: "before" means that nothing was done, with a null error, as none
   * was found; "after" that the call was performed, or refused with `error`, and only its answer was lost.
   */
  cut?: "before" | "after";
}

export interface EndpointOptions {
  readonly services: readonly Service[];
  /** The credential of a SecretId, if there is one. */
  credentials(secretId: string): Credential | undefined;
  /** The server's clock, in milliseconds since 1970. */
  now(): number;
  /** Refuses what the caller may not do, or what the account lacks, by throwing an ApiError. */
  authorize?(call: CheckedCall): void;
  /** For tests of failures: asked for every call that would be performed. */
  readonly intercept?: Intercept;
  /** Told of every call, also of refused ones, before the answer is sent. */
  onCall?(call: ApiCall): void;
  /** Told what an action threw that is no ApiError; the client sees InternalError. Standard error by default. */
  onBug?(error: unknown): void;
}

export type Endpoint = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * The listener of an HTTP server that answers as Tencent Cloud's API 3.0 does: always with status 200, and
 * with `{"Response": {…, "RequestId"}}`, refusals in `Error`. The promise never rejects.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { onCall, onBug = (error: unknown) => console.error("Bug in the local cloud:", error) } = options;

  return async (req, res) => {
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    const request = await readRequest(req).catch(() => undefined);
    if (!request) return; // The client has gone.
    const call = describeCall(request);
    const requestId = randomUUID();
    let body: string;
    try {
      body = packet(await perform(request, options, call, gone.signal), requestId);
    } catch (error) {
      if (!(error instanceof ApiError)) onBug(error);
      const { code, message } =
        error instanceof ApiError ? error : new ApiError("InternalError", "An internal error has occurred.");
      call.error = code;
      body = packet({ Error: { Code: code, Message: message } }, requestId);
    }
    try {
      onCall?.(call);
    } catch (error) {
      onBug(error);
    }
    if (call.cut) {
      req.socket.destroy();
      return;
    }
    res.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    res.end(body);
  };
}

async function perform(
  request: ApiRequest,
  { services, credentials, now, authorize, intercept }: EndpointOptions,
  record: ApiCall,
  gone: AbortSignal,
): Promise<object> {
  checkTransport(request);
  const { service: name, secretId } = verifySignature(request, credentials, now());
  const service = services.find((one) => one.name === name);
  // The documents that we have give no code for an unknown service; what it lacks is the action.
  if (!service) throw new ApiError("InvalidAction", `The local cloud has no service ${name}.`);
  const { action, run } = findAction(request, service);
  if (service.region !== undefined) checkRegion(requiredHeader(request, "X-TC-Region"), service.region);
  const params = parseParams(request);
  requestValidator(service.name, action)(params);
  const call: CheckedCall = { service: service.name, action, params, secretId };
  authorize?.(call);
  const interception = await intercept?.(call);
  if (interception instanceof ApiError) throw interception;
  if (interception) record.cut = interception === "cut before" ? "before" : "after";
  return interception === "cut before" ? {} : run(params, { secretId }, gone);
}

function checkRegion(asked: string, own: string): void {
  if (asked === own) return;
  throw new ApiError("UnsupportedRegion", `The local cloud is in ${own} only, not in ${asked}.`);
}

function findAction(request: ApiRequest, service: Service): { action: string; run: Action } {
  const action = requiredHeader(request, "X-TC-Action");
  const version = requiredHeader(request, "X-TC-Version");
  if (version !== service.version) {
    throw new ApiError("NoSuchVersion", `The version ${version} of ${service.name} does not exist.`);
  }
  const run = Object.hasOwn(service.actions, action) ? service.actions[action] : undefined;
  if (!run)
    throw new ApiError("InvalidAction", `The local cloud has no action ${action} of ${service.name}.`);
  return { action, run };
}

function requiredHeader(request: ApiRequest, name: string): string {
  const value = headerOf(request, name.toLowerCase());
  if (!value)
    throw new ApiError("MissingParameter", `The request is missing a required parameter \`${name}\`.`);
  return value;
}

/** Says what was asked for before anything is checked, for the record. */
function describeCall(request: ApiRequest): ApiCall {
  const scope = /Credential=[^/]*\/[^/]*\/([^/,]*)\//.exec(headerOf(request, "authorization") ?? "")?.[1];
  return {
    service: serviceOfHost(headerOf(request, "host")) ?? scope ?? "",
    action: headerOf(request, "x-tc-action") ?? "",
    params: readJson(request.body) ?? null,
    error: null,
  };
}

function packet(response: object, requestId: string): string {
  return JSON.stringify({ Response: { ...response, RequestId: requestId } });
}
