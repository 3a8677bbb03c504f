import { systemClock } from "../../lib/clock";
import { logStrayRejections } from "../../lib/log/stray-rejections";
import { createRetry } from "./retry";

const runtime = {
  configFile: `${__dirname}/config.json`,
  env: process.env,
  clock: systemClock,
  write: (line: string) => console.log(line),
};
logStrayRejections(runtime);

/** SCF's entry: one event that callback could not finish, invoked asynchronously. */
export const main_handler = createRetry(runtime);
