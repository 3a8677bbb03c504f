import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLocalConsole } from "../../console";
import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import type { JsonObject } from "../../lib/json";
import { readLogRecord } from "../../lib/log/event-record";
import { type LocalCloud, startLocalCloud } from "../../local-cloud";
import { openAccount } from "../cloud/account";
import { readTarget } from "../cloud/target";
import { ROOT, readProjectConfig, withoutSecrets } from "../project";
import { logLine, print, printAfter, printDim } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";
import { deploy } from "./deploy";

/** The addresses of the outputs, by definition. */
type Outputs = ReadonlyMap<number, string>;

const SAMPLE = "sample.mp4";
const PATIENCE_MS = 5 * 60_000;

/**
 * Runs the main job against a local cloud: deploys the functions as to the real one, sets the address at VOD,
 * uploads the sample and prints the function's log until it is stopped. With `once` it ends when the outputs have
 * arrived.
 * @throws with the reason if an output did not arrive
 */
export async function runLocal({ once = false }: { once?: boolean }): Promise<void> {
  const stopped = untilStopped();
  const console = createLocalConsole();
  const report = (line: string) => printAfter("local cloud:", line);
  const cloud = await startLocalCloud({ ...console.options, report });
  try {
    const page = await console.connect(cloud, environmentOf(cloud));
    logLine(`Console: ${page}`);
    const work = startMainJob(cloud).then(async ({ address, arrived }) => {
      const variables = once ? undefined : environmentOf(cloud);
      const end = (outputs: Outputs) => print(...summary({ address, outputs, page, variables }));
      if (once) return end(await arrived);
      // The next video can be tried even if the sample failed.
      await arrived.then(end, (error: Error) => {
        logLine(error.message);
        end(new Map());
      });
      return stopped;
    });
    const stop = stopped.then(() => {
      if (once) throw new Error("Stopped.");
    });
    await Promise.race([work, stop]);
  } finally {
    await cloud.close();
  }
}

/** Deploys, and uploads the sample; `arrived` resolves when its outputs have arrived. */
async function startMainJob(cloud: LocalCloud): Promise<{ address: string; arrived: Promise<Outputs> }> {
  const env = environmentOf(cloud);
  const { address = "" } = await deploy(env, systemClock, configOf(env));
  await setAddressAtVod(env, address);
  const arrived = outputsArrived(cloud, parseConfig(configOf(env)).work?.definitions ?? []);
  cloud.functions.onLog(({ text, isPlatform }) => (isPlatform ? printDim(text) : print(text)));
  logLine(`Uploading ${SAMPLE} to the local VOD.`);
  await cloud.upload(SAMPLE, readFileSync(join(ROOT, "local-cloud", SAMPLE)));
  return { address, arrived };
}

/** A user's environment for the local cloud, without the variables of a real account. */
export function environmentOf({ endpointUrl, credential, appId, region }: LocalCloud): Environment {
  return {
    DEFINITIONS: process.env["DEFINITIONS"],
    API_DOMAIN: process.env["API_DOMAIN"],
    SITE: process.env["SITE"],
    RUNTIME: process.env["RUNTIME"],
    CLOUD_ENDPOINT_URL: endpointUrl,
    SECRET_ID: credential.secretId,
    SECRET_KEY: credential.secretKey,
    APPID: appId,
    REGION: region,
    // Not that of config.json, which is of a real account.
    SUBAPPID: "0",
  };
}

/** The configuration without what belongs to a real account. */
function configOf(env: Environment): JsonObject {
  return { ...withoutSecrets(readProjectConfig(env)), subappid: 0 };
}

/** What a user does in VOD's console: paste the address and enable upload events. */
async function setAddressAtVod(env: Environment, NotificationUrl: string): Promise<void> {
  await openAccount(readTarget(env), logLine).vod.ModifyEventConfig({
    Mode: "PUSH",
    NotificationUrl,
    UploadMediaCompleteEventSwitch: "ON",
  });
}

/**
 * Resolves when the function has logged an output for each configured definition and that request has ended.
 * Rejects when that can no longer happen.
 */
function outputsArrived(cloud: LocalCloud, definitions: readonly number[]): Promise<Outputs> {
  const missing = new Set(definitions);
  const outputs = new Map<number, string>();
  return new Promise((resolve, reject) => {
    setTimeout(
      () =>
        reject(
          new Error(
            "The outputs did not arrive within five minutes. The lines above show how far it got; run it again.",
          ),
        ),
      PATIENCE_MS,
    ).unref();
    cloud.functions.onLog(({ text }) => {
      const [, definition, url = ""] =
        /^Transcode succeeded\. FileId: \d+, Definition: (\d+), Url: (\S+)$/.exec(text) ?? [];
      if (missing.delete(Number(definition))) outputs.set(Number(definition), url);
      if (missing.size === 0 && text.startsWith("Report ")) resolve(outputs);
      if (text.startsWith("Transcode failed.")) reject(new Error(`An output did not arrive. ${text}`));
      if (isGivenUp(text)) {
        reject(new Error(`The function could not process a notification. ${text}`));
      }
    });
  });
}

/** Whether a log line reports that no function processes an event further; one left to `retry` may still succeed. */
export function isGivenUp(line: string): boolean {
  const record = readLogRecord(line);
  if (record?.kind !== "event") return line.startsWith("ERROR ") || record?.kind === "rejection";
  return record.outcome === "park" || (record.outcome === "retry" && record.leftTo === undefined);
}

/**
 * What a run ends with.
 * @param variables of commands in another terminal; undefined if the local cloud ends with the run
 */
export function summary(run: {
  readonly address: string;
  readonly outputs: Outputs;
  /** The address of the console page. */
  readonly page: string;
  readonly variables: Environment | undefined;
}): string[] {
  const { address, outputs, page, variables } = run;
  const lines = ["", `Service address: ${address}`];
  for (const [definition, url] of outputs) lines.push(`Output ${definition}: ${url}`);
  if (!variables) return [...lines, "", "To upload your own video, run: bash installer.sh --local"];
  lines.push(`Console: ${page}`);
  const { CLOUD_ENDPOINT_URL, SECRET_ID, SECRET_KEY, APPID, REGION } = variables;
  const assigned = Object.entries({ CLOUD_ENDPOINT_URL, SECRET_ID, SECRET_KEY, APPID, REGION, SUBAPPID: 0 });
  return [
    ...lines,
    "",
    "Upload another video:",
    `  curl --data-binary @video.mp4 '${CLOUD_ENDPOINT_URL}/upload?name=video.mp4'`,
    "Use other commands in a second terminal:",
    `  export ${assigned.map(([name, value]) => `${name}=${value}`).join(" ")}`,
    "  ./vod-receiver logs",
    "Press Ctrl-C to stop.",
  ];
}
