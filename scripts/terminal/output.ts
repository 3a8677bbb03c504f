import { escapeControls } from "../../lib/log/log";

// The one module through which the command line prints. What it prints may quote file names, API messages and
// other texts from outside.

/** Prints each text as one line on standard output, with its control characters and line ends escaped. */
export function print(...lines: readonly string[]): void {
  for (const line of lines) console.log(escapeControls(line));
}

/** Prints each text as one line on standard error, escaped like those of `print`. */
export function printError(...lines: readonly string[]): void {
  for (const line of lines) console.error(escapeControls(line));
}

/** Whether what is printed on standard output appears on a terminal. */
export function isOnTerminal(): boolean {
  return process.stdout.isTTY;
}

/** Prints one line, of which the beginning is dim if the output is a terminal; a space separates the two. */
export function printAfter(beginning: string, text: string): void {
  console.log(`${dim(beginning)} ${escapeControls(text)}`);
}

/** Prints one line, which is dim if the output is a terminal. */
export function printDim(text: string): void {
  console.log(dim(text));
}

function dim(text: string): string {
  const escaped = escapeControls(text);
  return isOnTerminal() && !process.env["NO_COLOR"] ? `\x1b[2m${escaped}\x1b[22m` : escaped;
}

/**
 * Prints a line as Tencent's installer does: `[2020-06-05 17:16:08] text`, in local time.
 */
export function logLine(text: string): void {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  printAfter(`[${date} ${time}]`, text);
}

/** A line on standard error that the next one replaces if that is a terminal, and follows if not. */
export interface StatusLine {
  readonly isTerminal: boolean;
  show(text: string): void;
  /** Removes the line, so that something else can be printed. */
  clear(): void;
}

export function openStatusLine(): StatusLine {
  const { stderr } = process;
  let shown = false;
  const clear = () => {
    if (shown) stderr.write("\r\x1b[2K");
    shown = false;
  };
  return {
    isTerminal: stderr.isTTY,
    show(text) {
      clear();
      stderr.write(`${escapeControls(text)}${stderr.isTTY ? "" : "\n"}`);
      shown = stderr.isTTY;
    },
    clear,
  };
}

/** Why standard output can no longer be written; Node.js itself forgets it. */
let failure: Error | undefined;

/**
 * Resolves when the system has taken everything that was printed on standard output.
 * @throws the error by which standard output can no longer be written, such as EPIPE
 */
export async function drained(): Promise<void> {
  keepFailures();
  if (!failure) await written(process.stdout);
  if (failure) throw failure;
}

function keepFailures(): void {
  if (!process.stdout.listeners("error").includes(keepFailure)) process.stdout.on("error", keepFailure);
}

function keepFailure(error: Error): void {
  failure ??= error;
}

/** Ends the process when everything is written, or the reader of the output is gone. */
export async function exit(code = process.exitCode): Promise<never> {
  await Promise.allSettled([drained(), written(process.stderr)]);
  process.exit(code);
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.write("", (error) => (error ? reject(error) : resolve()));
  });
}

/** Calls `listener` with the error if standard output can no longer be written. */
export function onPrintFailure(listener: (error: Error) => void): void {
  keepFailures();
  process.stdout.once("error", listener);
}
