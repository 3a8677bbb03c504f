import { systemClock } from "../../lib/clock";
import { logStrayRejections } from "../../lib/log/stray-rejections";
import { createCallback } from "./callback";

const runtime = {
  configFile: `${__dirname}/config.json`,
  env: process.env,
  clock: systemClock,
  write: (line: string) => console.log(line),
};
logStrayRejections(runtime);

/** SCF's entry: one HTTP notification through a function URL or API Gateway. */
export const main_handler = createCallback(runtime);
