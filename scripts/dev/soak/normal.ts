import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentWithoutSecrets } from "../../../lib/log/redact";
import { randomNumbers } from "../../../local-cloud";
import { ROOT } from "../../project";
import { examine, keptForReplay } from "./evidence";
import { soakFaults } from "./faults";
import { LOOK_MS, type SoakOptions, type SoakResult, watchProgress } from "./mode";
import { NAMESPACE, openStage, type Stage } from "./stage";

const CONFIG = { definitions: [100010] };
const CALLERS = 8;
const KILLS = { share: 0.04, withinMs: 2000 };
/** How many notifications come twice. */
const DOUBLE_SHARE = 0.2;
/**
 * VOD sends a notification again, twice at most, where no answer comes
 * (docs/tencent-protocols.md#timeout-and-retries).
 */
const SENDINGS = 3;

/**
 * Sends notifications of uploads to the callback of a local cloud, some of them twice, with calls that fail and
 * instances that are killed; what neither callback nor retry could do, one replay of the log does at the end.
 * The functions must be built.
 */
export async function soakNormal({ events, seed, report }: SoakOptions): Promise<SoakResult> {
  const random = randomNumbers(seed);
  const stage = await openStage();
  const { cloud, time, log } = stage;
  let killed = 0;
  try {
    await stage.deploy("retry", CONFIG);
    await stage.deploy("callback", CONFIG);
    cloud.faults.replace(soakFaults(seed, KILLS));
    const uploads: string[] = [];
    const isSettled = () => {
      const tasks = cloud.tasksStarted();
      const open = uploads.filter((fileId) => !tasks.has(fileId));
      const kept = open.length > 0 ? keptForReplay(log).join("\n") : "";
      return open.every((fileId) => kept.includes(fileId));
    };
    const call = async () => {
      while (uploads.length < events) {
        const number = uploads.length;
        uploads.push("");
        const { fileId } = await cloud.upload(`${number}.mp4`, new Uint8Array(1));
        uploads[number] = fileId;
        const copies = random() < DOUBLE_SHARE ? 2 : 1;
        const sendings = await Promise.all(Array.from({ length: copies }, () => send(stage, fileId)));
        killed += sendings.reduce((sum, failed) => sum + failed, 0);
        if (number % 100 === 0) report(`${number} notifications sent`);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    const goesOn = watchProgress(time.now);
    while (!isSettled() && goesOn(String(log.length))) await time.sleep(LOOK_MS);
    cloud.faults.replace({});
    await replay(stage);
    const tasks = cloud.tasksStarted();
    const lost = uploads.filter((fileId) => !tasks.has(fileId)).map((fileId) => `upload ${fileId}`);
    const { doubled, parked } = examine({ uploads: [], unreadable: [], unknown: [] }, tasks, log);
    return { lost, doubled, parked, killed, failed: cloud.faults.failedCalls, left: 0 };
  } finally {
    await stage.close();
  }
}

/** Sends a notification as VOD does. @returns how often no answer came, as the instance was killed */
async function send({ cloud }: Stage, fileId: string): Promise<number> {
  const request = postRequest({ EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } });
  for (let failed = 0; failed < SENDINGS; failed++) {
    const { error } = await cloud.functions.invoke(NAMESPACE, "callback", request);
    if (!error) return failed;
  }
  return SENDINGS;
}

/** A notification, as a function URL gives it to a function. */
export function postRequest(notification: object): object {
  const body = JSON.stringify(notification);
  return { httpMethod: "POST", path: "/", headers: {}, queryString: {}, body, isBase64Encoded: false };
}

/** Runs `./vod-receiver replay` on the log. @throws where it fails */
async function replay({ cloud, time, log }: Stage): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    const file = join(folder, "log");
    writeFileSync(file, log.join("\n"));
    const { secretId, secretKey } = cloud.credential;
    const child = spawn(join(ROOT, "vod-receiver"), ["replay", file, "--yes"], {
      env: {
        ...environmentWithoutSecrets(),
        ...time.environment(),
        SECRET_ID: secretId,
        SECRET_KEY: secretKey,
        CLOUD_ENDPOINT_URL: cloud.endpointUrl,
        NAMESPACE,
        DEFINITIONS: CONFIG.definitions.join(","),
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    if (code !== 0) throw new Error(`replay ended with ${code}.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
