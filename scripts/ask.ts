import { createInterface } from "node:readline/promises";

/** Asks a person at a terminal; where there is none, nobody is asked. @throws where the answer is not yes */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} (yes/no) `).finally(() => terminal.close());
  if (answer.trim().toLowerCase() !== "yes") throw new Error("Nothing was done.");
}
