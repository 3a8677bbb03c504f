import { serveConsole } from "../../console";
import type { Environment } from "../../lib/config";
import { print, printError } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";

/**
 * Serves the console page of the environment's account until it is stopped.
 * @param port 0 takes a free one
 * @throws if a variable is wrong or missing, or the port is in use
 */
export async function runConsole(env: Environment, { port }: { port: number }): Promise<void> {
  const stopped = untilStopped();
  const { address, close } = await serveConsole(env, port, printError);
  print(`Console: ${address}`, "Press Ctrl-C to stop.");
  await stopped;
  await close();
}
