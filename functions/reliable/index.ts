import { systemClock } from "../../lib/clock";
import { logStrayRejections } from "../../lib/log/stray-rejections";
import { isolateOwn } from "./isolate-own";
import { createReliable } from "./reliable";

const runtime = {
  configFile: `${__dirname}/config.json`,
  env: process.env,
  clock: systemClock,
  write: (line: string) => console.log(line),
};
logStrayRejections(runtime);

/** SCF's entry: a timer's tick, or a manual invocation. */
export const main_handler = createReliable(runtime, isolateOwn(runtime, __filename));
