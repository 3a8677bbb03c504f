import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { createRetry } from "./retry";

/** SCF's entry: one event that callback could not finish, invoked asynchronously. */
export const main_handler = createRetry({
  configFile: join(__dirname, "config.json"),
  env: process.env,
  clock: systemClock,
  write: (line) => console.log(line),
});
