import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { createReliable } from "./reliable";

/** SCF's entry: a timer's tick, or a manual invocation. */
export const main_handler = createReliable({
  configFile: join(__dirname, "config.json"),
  env: process.env,
  clock: systemClock,
  write: (line) => console.log(line),
});
