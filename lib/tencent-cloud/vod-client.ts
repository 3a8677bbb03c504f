import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";

/** The SDK's typed methods take no signal, but the request that each of them makes does. */
export class AbortableClient extends Client {
  /** @param signal ends every request of this client, and closes its connection */
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
