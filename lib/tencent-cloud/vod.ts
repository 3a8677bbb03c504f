import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type {
  ProcessMediaByProcedureRequest,
  ProcessMediaRequest,
  ProcessMediaResponse,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Clock } from "../clock";
import type { Config, Environment } from "../config";
import { text } from "../event/untrusted";
import { loadSdk } from "./load-sdk";

/** VOD's API. */
export interface Vod {
  /**
   * Starts a task flow (ProcessMedia), with retries after transient errors.
   * @param deadlineMs when to give up, on the monotonic clock
   * @throws the SDK's error, which `describeFailure` reads
   * @throws {ConfigError} if the credentials are missing
   */
  processMedia(request: ProcessMediaRequest, deadlineMs: number): Promise<ProcessMediaResponse>;

  /**
   * Makes any call of the SDK's typed client, with retries after transient errors, so the call may reach VOD twice.
   * @param use is called for each try, with a client whose requests end with the try's time
   * @param deadlineMs when to give up, on the monotonic clock
   * @throws as `processMedia` does, and what `use` throws
   */
  call<Result>(use: (client: Client) => Promise<Result>, deadlineMs: number): Promise<Result>;
}

/** Limits of all calls, on the monotonic clock. */
export interface CallLimits {
  /** No try begins later. */
  readonly lastStartMs: number;
  /** No try goes on for longer. */
  readonly endMs: number;
}

/** @param clientConfig is called before each API call, because credentials may have changed */
export function createVod(clientConfig: () => ClientConfig, clock: Clock, limits?: CallLimits): Vod {
  async function call<Result>(use: (client: Client) => Promise<Result>, deadlineMs: number): Promise<Result> {
    const config = clientConfig();
    const { AbortableClient, callUntil, isTransientFailure } = loadSdk();
    return callUntil(
      (signal) => use(new AbortableClient(config, signal)),
      Math.min(deadlineMs, limits?.endMs ?? deadlineMs),
      clock,
      isTransientFailure,
      limits?.lastStartMs,
    );
  }
  return vodBy(call);
}

/** The configuration of a client, as `clientConfig` reads it. */
export function readClientConfig(config: Config, env: Environment): ClientConfig {
  return loadSdk().clientConfig(config, env);
}

/** VOD's API, by a way of calling it. */
export function vodBy(call: Vod["call"]): Vod {
  return {
    call,
    processMedia: (request, deadlineMs) => call((client) => startTask(client, request), deadlineMs),
  };
}

/** Starts a task flow (ProcessMedia), by one call of the client. @throws as `startFlow` does */
async function startTask(client: Client, request: ProcessMediaRequest): Promise<ProcessMediaResponse> {
  return withTask(await client.ProcessMedia(request));
}

/** A call that starts a task flow. */
type FlowRequest =
  | { readonly action: "ProcessMedia"; readonly request: ProcessMediaRequest }
  | { readonly action: "ProcessMediaByProcedure"; readonly request: ProcessMediaByProcedureRequest };

/**
 * Starts a task flow, by one call of the client.
 * @throws the client's error, or an error if the answer has no TaskId: a retry is harmless, but taking it for a success
 * could lose the upload
 */
export async function startFlow(client: Client, start: FlowRequest): Promise<{ TaskId?: string }> {
  return start.action === "ProcessMedia"
    ? startTask(client, start.request)
    : withTask(await client.ProcessMediaByProcedure(start.request));
}

function withTask<Response extends { TaskId?: string }>(response: Response): Response {
  if (text(response?.TaskId) === undefined) throw new Error("the answer has no TaskId");
  return response;
}
