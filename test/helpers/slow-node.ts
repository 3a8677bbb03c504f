import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNodeRuntime, type NodeRuntime } from "../../local-cloud/scf/runtime/node-runtime";
import { ROOT } from "../../scripts/project";

let made: NodeRuntime | undefined;

/**
 * SCF's Node, whose processes live ten times as slow as the machine's clock: what a function must do within
 * seconds is in time on a busy machine too. It is there until the test file ends.
 */
export function slowNode(): NodeRuntime {
  if (made) return made;
  const runtime = findNodeRuntime();
  const folder = mkdtempSync(join(tmpdir(), "slow-node-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const executable = join(folder, "node");
  const clock = join(ROOT, "scripts", "dev", "soak", "function-clock.cjs");
  const command = `CLOCK_SPEED="${"$"}{CLOCK_SPEED-0.1}" exec "${runtime.executable}" --require "${clock}" "$@"`;
  writeFileSync(executable, `#!/bin/sh\n${command}\n`);
  chmodSync(executable, 0o755);
  made = { ...runtime, executable };
  return made;
}
