import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "./error";
import { nestParameters } from "./flat-parameters";
import { serviceOfHost } from "./host";
import { withoutIgnored } from "./ignored-parameters";
import type { CheckedCall, Intercept } from "./interception";
import { type ApiRequest, checkTransport, parseParams, readJson, readRequest } from "./request";
import { type RequestForm, readForm } from "./request-form";
import { requestValidator } from "./schemas";
import type { Action, Service } from "./service";
import { verifySignature } from "./signature";
import { type Credential, headerOf } from "./signed-request";

/** One call as it arrived, successful or not. */
export interface ApiCall {
  /** The service that was meant; empty if the request does not show it. */
  service: string;
  /** Empty if it is missing. */
  action: string;
  /** The Host header; empty if it is missing. */
  host: string;
  /** As JSON, without the signature and the other common parameters; null if the body is not JSON. */
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
  /** Gets what an action threw that is not an ApiError; the client sees InternalError. Standard error by default. */
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
    const form = readForm(request);
    const call = describeCall(request, form, options.services);
    const requestId = randomUUID();
    let body: string;
    try {
      body = packet(await perform(request, form, options, call, gone.signal), requestId);
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
  form: RequestForm,
  { services, credentials, now, authorize, intercept }: EndpointOptions,
  record: ApiCall,
  gone: AbortSignal,
): Promise<object> {
  checkTransport(request, form.isV1);
  const { secretId } = verifySignature(request, credentials, now(), form);
  const service = services.find(({ name }) => name === record.service);
  if (!service) throw unknownService(request, form, services);
  const { action, run } = findAction(form, service);
  if (service.region !== undefined) checkRegion(form.common.require("Region"), service.region);
  const given = request.method === "GET" || form.isV1 ? record.params : parseParams(request);
  const params = withoutIgnored(service.name, action, given);
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

function unknownService(
  request: ApiRequest,
  { common }: RequestForm,
  services: readonly Service[],
): ApiError {
  const named = serviceOfHost(headerOf(request, "host"));
  if (named !== undefined) return new ApiError("NoSuchProduct", `The local cloud has no service ${named}.`);
  const versions = services.map(({ name, version }) => `${version} of ${name}`).join(", ");
  const asked = common.require("Version");
  return new ApiError("NoSuchVersion", `The local cloud has only the versions ${versions}, not ${asked}.`);
}

function findAction({ common }: RequestForm, service: Service): { action: string; run: Action } {
  const action = common.require("Action");
  const version = common.require("Version");
  if (version !== service.version) {
    const message = `The local cloud has only version ${service.version} of ${service.name}, not ${version}.`;
    throw new ApiError("NoSuchVersion", message);
  }
  const run = ownAction(service, action);
  if (!run)
    throw new ApiError("InvalidAction", `The local cloud has no action ${action} of ${service.name}.`);
  return { action, run };
}

function ownAction({ actions }: Service, name: string): Action | undefined {
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** What was asked for, before anything is checked. */
function describeCall(request: ApiRequest, form: RequestForm, services: readonly Service[]): ApiCall {
  const action = form.common.get("Action") ?? "";
  const host = headerOf(request, "host") ?? "";
  const service = meantService(request, form, services);
  const known = services.find(({ name }) => name === service)?.name;
  const params = form.parameters
    ? nestParameters(form.parameters, known, action)
    : (readJson(request.body) ?? null);
  return { service, action, host, params, error: null };
}

/** By the host, else by the credential scope, else by the action and its version; empty if none of them names it. */
function meantService(request: ApiRequest, { common }: RequestForm, services: readonly Service[]): string {
  const named = serviceOfHost(headerOf(request, "host"));
  if (named !== undefined) return named;
  const scope = /Credential=[^/]*\/[^/]*\/([^/,]*)\//.exec(headerOf(request, "authorization") ?? "")?.[1];
  if (services.some(({ name }) => name === scope)) return scope ?? "";
  const [action = "", version] = [common.get("Action"), common.get("Version")];
  const ofVersion = services.filter((service) => service.version === version);
  return (ofVersion.find((service) => ownAction(service, action)) ?? ofVersion[0])?.name ?? "";
}

function packet(response: object, requestId: string): string {
  return JSON.stringify({ Response: { ...response, RequestId: requestId } });
}
