import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../lib/config";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../local-cloud";
import type { FunctionDescription } from "../../local-cloud/scf/runtime/functions";
import { pack } from "../../scripts/build/pack";
import { DIST, ROOT } from "../../scripts/project";

export const run = promisify(execFile);
export const SAMPLE = readFileSync(join(ROOT, "local-cloud", "sample.mp4"));
export const NAMESPACE = "vod_demo";

/** Functions get time, so that no test depends on the speed of the machine; VOD and the platform give it. */
export const SLOW_CLOCK = {
  NODE_OPTIONS: `--require=${JSON.stringify(join(ROOT, "scripts", "dev", "soak", "function-clock.cjs"))}`,
  CLOCK_SPEED: "0.1",
};
const PATIENCE = { notificationTimeoutMs: 60_000 };
const TIME_LIMIT_SECONDS = 120;

/** A local cloud with the built function in it, and everything that its function logs. */
export interface Stage {
  readonly cloud: LocalCloud;
  readonly vod: Client;
  readonly log: string[];
  /** Resolves with the first line, of those already there or to come, that matches. */
  line(pattern: RegExp): Promise<string>;
}

export async function openStage(
  options: LocalCloudOptions = {},
  environment: Record<string, string> = {},
  changes: Partial<FunctionDescription> = {},
): Promise<Stage> {
  const cloud = await startLocalCloud({ ...PATIENCE, ...options });
  const log: string[] = [];
  cloud.functions.onLog(({ text }) => log.push(text));
  await cloud.functions.deploy({
    namespace: NAMESPACE,
    name: "callback",
    runtime: "Nodejs18.15",
    handler: "index.main_handler",
    memorySize: 128,
    timeout: TIME_LIMIT_SECONDS,
    environment: { ...SLOW_CLOCK, ...environment },
    role: cloud.assumeRole(),
    zip: pack([join(DIST, "callback")]).zip,
    ...changes,
  });
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const found = log.find((text) => pattern.test(text));
      if (found !== undefined) return resolve(found);
      const stop = cloud.functions.onLog(({ text }) => {
        if (!pattern.test(text)) return;
        stop();
        resolve(text);
      });
    });
  return { cloud, vod: vodClient(cloud), log, line };
}

/** The SDK's client, sent to a local cloud as the function is. */
export function vodClient({ credential, endpointUrl }: LocalCloud): Client {
  const { secretId, secretKey } = credential;
  const config = parseConfig({ secret_id: secretId, secret_key: secretKey, definitions: [100010] });
  return new Client(clientConfig(config, { CLOUD_ENDPOINT_URL: endpointUrl }));
}

/** Posts a notification as VOD does; the content type is not to be trusted, so it is none of JSON's. */
export async function post(
  address: string,
  notification: unknown,
): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(address, {
    method: "POST",
    body: JSON.stringify(notification),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}
