import { startLocalCloud } from "../../local-cloud";
import { print, printError } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";

/**
 * Runs the local cloud alone until it is stopped, and prints what a client needs to know of it.
 * @throws where the port is taken
 */
export async function runLocalCloud({ port, record }: { port?: number; record?: string }): Promise<void> {
  const stopped = untilStopped();
  const cloud = await startLocalCloud({
    ...(port === undefined ? {} : { port }),
    ...(record === undefined ? {} : { recordFile: record }),
    report: printError,
  });
  print(`CLOUD_ENDPOINT_URL=${cloud.endpointUrl}`);
  print(`SECRET_ID=${cloud.credential.secretId}`);
  print(`SECRET_KEY=${cloud.credential.secretKey}`);
  print(`APPID=${cloud.appId}`);
  print("ready");
  await stopped;
  await cloud.close();
}
