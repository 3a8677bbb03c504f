import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type {
  ProcessMediaRequest,
  ProcessMediaResponse,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Clock } from "./clock";
import { callUntil } from "./retry";
import { describeFailure, isPassing } from "./tencent-cloud";

/** The VOD actions that handlers call. */
export interface Vod {
  /**
   * Starts a task flow (ProcessMedia), trying again while the trouble is a passing one.
   * @param until when to give up, in milliseconds since 1970
   * @throws the SDK's error, which `describeFailure` reads
   * @throws {ConfigError} where the credentials are missing
   */
  processMedia(request: ProcessMediaRequest, until: number): Promise<ProcessMediaResponse>;
}

/** @param clientConfig is asked for at each call: credentials may have changed since the last one */
export function createVod(clientConfig: () => ClientConfig, clock: Clock): Vod {
  return {
    async processMedia(request, until) {
      const config = clientConfig();
      return callUntil(
        (signal) => new AbortableClient(config, signal).ProcessMedia(request),
        until,
        clock,
        (error) => isPassing(describeFailure(error)),
      );
    },
  };
}

/** The SDK's typed methods take no signal, but the request that each of them makes does. */
class AbortableClient extends Client {
  constructor(
    config: ClientConfig,
    private readonly signal: AbortSignal,
  ) {
    super(config);
  }

  override request(...[action, request]: Parameters<Client["request"]>): ReturnType<Client["request"]> {
    return super.request(action, request, { signal: this.signal });
  }
}
