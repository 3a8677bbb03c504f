import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { createCallback } from "./callback";

/** SCF's entry: one HTTP notification through a function URL or API Gateway. */
export const main_handler = createCallback({
  configFile: join(__dirname, "config.json"),
  env: process.env,
  clock: systemClock,
  write: (line) => console.log(line),
});
