import { createInterface } from "node:readline/promises";
import { escapeControls } from "../../lib/log/log";

/**
 * Prompts the user on the terminal.
 * @returns whether the answer is yes; undefined if standard input is not a terminal
 */
export async function ask(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal
    .question(`${escapeControls(question)} (yes/no) `)
    .finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}
