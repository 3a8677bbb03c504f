import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNodeRuntime, type NodeRuntime, type Runtime } from "../../local-cloud/scf/runtime/node-runtime";
import { ROOT } from "../../scripts/project";

const CLOCK = join(ROOT, "scripts", "dev", "soak", "function-clock.cjs");
const made = new Map<Runtime, NodeRuntime>();

/**
 * The Node.js of a runtime, in whose processes time passes ten times as slow as on the machine's clock: what a
 * function must do within seconds is in time on a busy machine too. It is there until the process ends.
 */
export function slowNode(runtime: Runtime): NodeRuntime {
  const found = made.get(runtime);
  if (found) return found;
  const real = findNodeRuntime(runtime);
  const folder = mkdtempSync(join(tmpdir(), "slow-node-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const executable = join(folder, "node");
  const command = `CLOCK_SPEED="\${CLOCK_SPEED-0.1}" exec "${real.executable}" --require "${CLOCK}" "$@"`;
  writeFileSync(executable, `#!/bin/sh\n${command}\n`);
  chmodSync(executable, 0o755);
  const slow = { ...real, executable };
  made.set(runtime, slow);
  return slow;
}
