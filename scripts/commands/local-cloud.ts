import { startLocalCloud } from "../../local-cloud";
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
    report: (line) => console.error(line),
  });
  console.log(`CLOUD_ENDPOINT_URL=${cloud.endpointUrl}`);
  console.log(`SECRET_ID=${cloud.credential.secretId}`);
  console.log(`SECRET_KEY=${cloud.credential.secretKey}`);
  console.log(`APPID=${cloud.appId}`);
  console.log("ready");
  await stopped;
  await cloud.close();
}
