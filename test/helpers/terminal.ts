import { PassThrough } from "node:stream";

/**
 * Runs something as on a terminal, where the user gives these answers, one a question. Anything asked beyond them
 * never gets an answer.
 * @returns its result, and the questions
 */
export async function onTerminal<T>(
  answers: readonly string[],
  action: () => Promise<T>,
): Promise<{ readonly result: T; readonly questions: readonly string[] }> {
  const { stdin, stderr } = process;
  const { isTTY } = stderr;
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  const questions: string[] = [];
  // A terminal's output would be redrawn with control codes.
  stderr.isTTY = false;
  const spy = jest.spyOn(stderr, "write").mockImplementation((text) => {
    const answer = answers[questions.length];
    questions.push(String(text));
    if (answer !== undefined) terminal.write(`${answer}\n`);
    return true;
  });
  Object.defineProperty(process, "stdin", { configurable: true, value: terminal });
  try {
    return { result: await action(), questions };
  } finally {
    Object.defineProperty(process, "stdin", { configurable: true, value: stdin });
    spy.mockRestore();
    stderr.isTTY = isTTY;
  }
}
