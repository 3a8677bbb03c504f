// Outlives the local cloud by a moment: when that has died without closing (SIGKILL), instances that are too
// busy to notice and the folders with the code are removed here. It reads "+pid" and "-pid" lines until the end.
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { killGroup } from "./kill-group";

const [, , root] = process.argv;
const pids = new Set<number>();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) pids.add(pid);
  else pids.delete(pid);
});
lines.on("close", () => {
  for (const pid of pids) killGroup(pid);
  if (root !== undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});
