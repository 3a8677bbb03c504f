import { createLocalConsole } from "../../console";
import { type FaultRules, parseFaultRules, startLocalCloud } from "../../local-cloud";
import { readJsonObject } from "../project";
import { print, printError } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";
import { environmentOf } from "./local";

export interface LocalCloudCommand {
  readonly port?: number;
  /** A file that gets a line for each API call. */
  readonly record?: string;
  /** A file with fault rules. */
  readonly faults?: string;
  /** Whether ProcedureStateChanged has the task flow's own ErrCode and Message. */
  readonly procedureStatus: boolean;
}

/**
 * Runs only the local cloud until it is stopped, and prints what a client needs to connect.
 * @throws if the port is in use, or a fault rule is wrong; the message has the file and the key
 */
export async function runLocalCloud({
  port,
  record,
  faults,
  procedureStatus,
}: LocalCloudCommand): Promise<void> {
  const stopped = untilStopped();
  const console = createLocalConsole();
  const cloud = await startLocalCloud({
    ...(port === undefined ? {} : { port }),
    ...(record === undefined ? {} : { recordFile: record }),
    ...console.options,
    report: printError,
    procedureStatus,
    ...(faults === undefined ? {} : { faults: readFaultRules(faults) }),
  });
  print(`CLOUD_ENDPOINT_URL=${cloud.endpointUrl}`);
  print(`SECRET_ID=${cloud.credential.secretId}`);
  print(`SECRET_KEY=${cloud.credential.secretKey}`);
  print(`APPID=${cloud.appId}`);
  print(`CONSOLE=${await console.connect(cloud, environmentOf(cloud))}`);
  print("ready");
  await stopped;
  await cloud.close();
}

function readFaultRules(file: string): FaultRules {
  try {
    return parseFaultRules(readJsonObject(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The fault rules in ${file} can't be used:\n${reason}`, { cause: error });
  }
}
