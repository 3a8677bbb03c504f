// The local cloud of a benchmark, in a process of its own: it must not take the time of what is measured.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../../lib/config/keys";
import { clientConfig } from "../../../lib/tencent-cloud/client-config";
import { instantTranscoder, startLocalCloud } from "../../../local-cloud";
import type { BenchCloud, BenchCloudOptions } from "./cloud";

process.once("message", async ({ uploads, rateLimits, latencyMs }: BenchCloudOptions) => {
  let latency = 0;
  const cloud = await startLocalCloud({
    rateLimits,
    transcoder: instantTranscoder,
    intercept: async () => {
      if (latency > 0) await sleep(latency);
      return undefined;
    },
  });
  const { secretId, secretKey } = cloud.credential;
  const config = parseConfig({ secret_id: secretId, secret_key: secretKey, definitions: [100010] });
  const vod = new Client(clientConfig(config, { CLOUD_ENDPOINT_URL: cloud.endpointUrl }));
  await vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
  for (let number = 0; number < uploads; number++) await cloud.upload(`${number}.mp4`, new Uint8Array(1));
  latency = latencyMs;
  const ready: BenchCloud = { endpointUrl: cloud.endpointUrl, secretId, secretKey };
  process.send?.(ready);
  process.once("disconnect", () => cloud.close().finally(() => process.exit()));
});
