import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client as Scf } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import { Client as Vod } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../../lib/config/keys";
import { environmentWithoutSecrets } from "../../../lib/log/redact";
import { clientConfig } from "../../../lib/tencent-cloud/client-config";
import {
  instantTranscoder,
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from "../../../local-cloud";
import { pack } from "../../build/pack";
import { DIST, ROOT } from "../../project";
import { type FastTime, fastTime } from "./fast-time";

export const NAMESPACE = "soak";
/** How many times as fast as the machine's time it goes; more is too much for slow machines. */
const SPEED = 5;
/** Of the machine's time; functions end much sooner by their own clock. */
const TIME_LIMIT_SECONDS = 60;
const POLL_MS = 100;

/** A local cloud in which time goes fast. */
export interface Stage {
  readonly cloud: LocalCloud;
  readonly time: FastTime;
  /** What the account's owner makes calls with. */
  readonly vod: Vod;
  readonly scf: Scf;
  /** All lines that functions wrote. */
  readonly log: readonly string[];
  /** Creates a function that was built in a folder. */
  deploy(
    name: string,
    config: object,
    folder?: string,
    variables?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /**
   * Runs a command of the account's owner.
   * @param more further variables
   * @returns its exit code
   */
  run(
    args: readonly string[],
    onLine: (line: string) => void,
    more?: Readonly<Record<string, string>>,
  ): Promise<number>;
  close(): Promise<void>;
}

/** @param options of the local cloud, beside its time */
export async function openStage(options: LocalCloudOptions = {}, speed = SPEED): Promise<Stage> {
  const time = fastTime(speed);
  const { now, schedule } = time;
  const cloud = await startLocalCloud({ transcoder: instantTranscoder, ...options, now, schedule });
  const { secretId, secretKey } = cloud.credential;
  const log: string[] = [];
  cloud.functions.onLog(({ text, isPlatform }) => {
    if (!isPlatform) log.push(text);
  });
  const config = parseConfig({ secret_id: secretId, secret_key: secretKey, definitions: [100010] });
  const configOf = (service: string) =>
    clientConfig(config, { CLOUD_ENDPOINT_URL: cloud.endpointUrl }, service);
  const scf = new Scf(configOf("scf"));
  await scf.CreateNamespace({ Namespace: NAMESPACE });
  return {
    cloud,
    time,
    vod: new Vod(configOf("vod")),
    log,
    scf,
    async deploy(name, functionConfig, folder = DIST, more = {}) {
      const keys = { SECRET_ID: secretId, SECRET_KEY: secretKey };
      // As deploying sets them, so that commands find the function.
      const variables = {
        ...keys,
        RETRY_FUNCTION: "retry",
        VOD_RECEIVER: name,
        DEFINITIONS: "100010",
        ...more,
      };
      const all = Object.entries({ ...variables, ...time.environment() });
      await scf.CreateFunction({
        Namespace: NAMESPACE,
        FunctionName: name,
        Runtime: "Nodejs18.15",
        Handler: "index.main_handler",
        MemorySize: name === "reliable" ? 256 : 128,
        Timeout: TIME_LIMIT_SECONDS,
        Code: { ZipFile: packWith(join(folder, name), functionConfig) },
        ...{ AutoCreateClsTopic: "TRUE", AutoDeployClsTopicIndex: "TRUE" },
        Environment: { Variables: all.map(([Key, Value]) => ({ Key, Value })) },
      });
      const key = { Namespace: NAMESPACE, FunctionName: name };
      while ((await scf.GetFunction(key)).Status !== "Active") await time.sleep(POLL_MS);
    },
    async run(args, onLine, more = {}) {
      const own = {
        ...time.environment(),
        SECRET_ID: secretId,
        SECRET_KEY: secretKey,
        CLOUD_ENDPOINT_URL: cloud.endpointUrl,
        NAMESPACE,
      };
      const env = { ...environmentWithoutSecrets(), ...own, ...more };
      const child = spawn(join(ROOT, "vod-receiver"), args, { env, stdio: ["ignore", "pipe", "inherit"] });
      const exited = once(child, "exit");
      for await (const line of createInterface({ input: child.stdout })) onLine(line);
      const [code] = await exited;
      return code;
    },
    close: () => cloud.close(),
  };
}

/** The built function with a configuration of its own, as a zip in base64. */
function packWith(built: string, config: object): string {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(config));
    return Buffer.from(pack([built], ["config.json"], [file]).zip).toString("base64");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
