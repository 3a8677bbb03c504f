import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Environment } from "../../../lib/config";

/**
 * Runs a program in a new process of Node; its standard output goes nowhere.
 * @param node the executable
 * @param program its text, or the file that has it
 * @returns the JSON that it wrote to its file descriptor 3
 * @throws where it failed
 */
export async function runProgram(
  node: string,
  program: string | { readonly file: string },
  env: Environment = {},
): Promise<unknown> {
  const child = spawn(node, typeof program === "string" ? ["-e", program] : [program.file], {
    // Nothing of this process's settings (NODE_OPTIONS, proxies) takes part.
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const results = child.stdio[3];
  if (!(results instanceof Readable)) throw new Error("The program has no way to answer.");
  const [answer, [code]] = await Promise.all([text(results), once(child, "exit")]);
  if (code !== 0) throw new Error(`A measured program ended with ${code}.`);
  return JSON.parse(answer);
}
