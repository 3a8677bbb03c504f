import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../lib/config";
import { clientConfig } from "../lib/tencent-cloud";
import { type LocalCloud, startLocalCloud } from "../local-cloud";
import { build } from "./build";
import { packFunction } from "./pack";
import { DIST, ROOT, readJson } from "./project";
import { dim, say } from "./say";
import { passesSelfTest } from "./self-test";
import { untilStopped } from "./until-stopped";

const NAMESPACE = "vod_demo";
const FUNCTION = "callback";
const SAMPLE = "sample.mp4";

/**
 * Runs the main job against a local cloud: deploys the function, sets its address at VOD, uploads the sample
 * and prints the function's log as it comes, until it is stopped; with `once` until the outputs have arrived.
 * @throws with the reason where an output did not arrive
 */
export async function runLocal({ once = false }: { once?: boolean }): Promise<void> {
  const stopped = untilStopped();
  const cloud = await startLocalCloud({ report: (line) => console.log(dim(`local cloud: ${line}`)) });
  try {
    const address = await install(cloud);
    await setAddressAtVod(cloud, address);
    const arrived = outputsArrived(cloud);
    cloud.functions.onLog(({ text }) => console.log(text));
    say(`Uploading ${SAMPLE} to the local VOD.`);
    await cloud.upload(SAMPLE, readFileSync(join(ROOT, "local-cloud", SAMPLE)));
    if (once) await Promise.race([arrived, stopped.then(() => Promise.reject(new Error("Stopped.")))]);
    else {
      arrived.then(
        () => invite(cloud),
        (error: Error) => say(error.message),
      );
      await stopped;
    }
  } finally {
    await cloud.close();
  }
}

/** The lines of a real installation; the service address is the last of them. */
async function install(cloud: LocalCloud): Promise<string> {
  say("Start configuring SCF.");
  await build();
  const { zip, digest } = packFunction(FUNCTION);
  say("SCF configuration is completed.");
  say("Start deploying the event notification receipt service of VOD.");
  await cloud.functions.deploy({
    namespace: NAMESPACE,
    name: FUNCTION,
    runtime: "Nodejs18.15",
    handler: "index.main_handler",
    memorySize: 128,
    timeout: 10,
    environment: { CODE_DIGEST: digest },
    role: cloud.assumeRole(),
    zip,
  });
  const address = await cloud.openAddress(NAMESPACE, FUNCTION);
  say("The event notification receipt service of VOD is deployed.");
  if (!(await passesSelfTest(address, digest))) {
    say("Warning: the event notification receipt service failed the test.");
  }
  say(`Service address: ${address}`);
  return address;
}

/** What a person does in VOD's console: paste the address, and switch on the event of uploads. */
async function setAddressAtVod(cloud: LocalCloud, address: string): Promise<void> {
  const { secretId, secretKey } = cloud.credential;
  const config = parseConfig(readJson(join(DIST, FUNCTION, "config.json")));
  const environment = { SECRET_ID: secretId, SECRET_KEY: secretKey, CLOUD_ENDPOINT_URL: cloud.endpointUrl };
  const client = new Client(clientConfig(config, environment));
  await client.ModifyEventConfig({
    Mode: "PUSH",
    NotificationUrl: address,
    UploadMediaCompleteEventSwitch: "ON",
    ...(config.subAppId === undefined ? {} : { SubAppId: config.subAppId }),
  });
}

/**
 * Resolves when the function has logged an output for each configured definition, and that request has
 * ended; rejects when it can't any more.
 */
function outputsArrived(cloud: LocalCloud): Promise<void> {
  const { definitions } = parseConfig(readJson(join(DIST, FUNCTION, "config.json")));
  const missing = new Set(definitions);
  return new Promise((resolve, reject) => {
    cloud.functions.onLog(({ text }) => {
      const [, definition] = /^Transcode succeeded\. FileId: \d+, Definition: (\d+), Url: /.exec(text) ?? [];
      missing.delete(Number(definition));
      if (missing.size === 0 && text.startsWith("Report ")) resolve();
      if (text.startsWith("Transcode failed.")) reject(new Error(`An output did not arrive. ${text}`));
      if (/^ERROR |"outcome":"(retry|park)"/.test(text)) {
        reject(new Error(`The function could not handle a notification. ${text}`));
      }
    });
  });
}

function invite(cloud: LocalCloud): void {
  say("Both outputs are there: open their addresses in a browser. Ctrl-C ends everything.");
  say(`Another video: curl --data-binary @video.mp4 '${cloud.endpointUrl}/upload?name=video.mp4'`);
}
