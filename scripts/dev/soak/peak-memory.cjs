// Loaded into the process of a command: at its end it writes its peak memory in bytes to the file PEAK_MEMORY.
// Linux alone counts it from the start of the program; maxRSS includes what the parent had before.
const { readFileSync, writeFileSync } = require("node:fs");
process.once("exit", () => writeFileSync(process.env.PEAK_MEMORY, String(peakBytes())));

function peakBytes() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
  return kilobytes * 1024;
}
