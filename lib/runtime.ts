import type { Clock } from "./clock";
import type { Environment } from "./config";

/** What an entry point gets from its surroundings. */
export interface FunctionRuntime {
  readonly configFile: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** Writes a line of the function's log. */
  readonly write: (line: string) => void;
}
