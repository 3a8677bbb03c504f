import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type {
  ProcessMediaRequest,
  ProcessMediaResponse,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Clock } from "../clock";
import { text } from "../event/untrusted";
import { describeFailure } from "./client-config";
import { isTransient } from "./errors";

/** VOD's API. */
export interface Vod {
  /**
   * Starts a task flow (ProcessMedia), trying again while the trouble is a passing one.
   * @param until when to give up, in milliseconds since 1970
   * @throws the SDK's error, which `describeFailure` reads
   * @throws {ConfigError} where the credentials are missing
   */
  processMedia(request: ProcessMediaRequest, deadlineMs: number): Promise<ProcessMediaResponse>;

  /**
   * Makes any call of the SDK's typed client, trying again while the trouble is a passing one, so the call
   * must be one that may reach VOD twice.
   * @param use is called for each try, with a client whose requests end when the try's time is over
   * @param until when to give up, in milliseconds since 1970
   * @throws as `processMedia` does, and what `use` throws
   */
  call<Result>(use: (client: Client) => Promise<Result>, deadlineMs: number): Promise<Result>;
}

/** @param clientConfig is asked for at each call: credentials may have changed since the last one */
export function createVod(clientConfig: () => ClientConfig, clock: Clock): Vod {
  async function call<Result>(use: (client: Client) => Promise<Result>, deadlineMs: number): Promise<Result> {
    const config = clientConfig();
    // Loaded only here: an event that needs no call does without the SDK.
    const { AbortableClient, callUntil }: typeof import("./sdk") = require("./sdk");
    return callUntil(
      (signal) => use(new AbortableClient(config, signal)),
      deadlineMs,
      clock,
      (error) => isTransient(describeFailure(error)),
    );
  }
  return vodBy(call);
}

/** VOD's API, by a way of calling it. */
export function vodBy(call: Vod["call"]): Vod {
  return {
    call,
    processMedia: (request, deadlineMs) => call((client) => startTask(client, request), deadlineMs),
  };
}

/**
 * Starts a task flow (ProcessMedia), by one call of the client.
 * @throws the client's error; and where the answer names no task: asked again it does no harm, taken for a success
 * the upload might be lost
 */
export async function startTask(client: Client, request: ProcessMediaRequest): Promise<ProcessMediaResponse> {
  const response = await client.ProcessMedia(request);
  if (text(response?.TaskId) === undefined) throw new Error("the answer has no TaskId");
  return response;
}
