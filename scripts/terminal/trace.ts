import { isOnTerminal, print, printAfter } from "./output";

/** The log has a stack trace in one line, with its line ends escaped; the platform's own lines may have real ones. */
const FRAME = /(?:\\n|\n)(?= {4}at )/;

export interface LogTextOptions {
  /** Printed dim before the text. */
  readonly beginning?: string;
  /** Puts sources in the place of built files in a stack trace. */
  readonly resolve?: (trace: string) => string;
}

/**
 * Prints a line of a function's log. On a terminal each frame of a stack trace has a line of its own; in a file a line
 * stays a line, for `replay`.
 */
export function printLogText(text: string, { beginning, resolve }: LogTextOptions = {}): void {
  // JSON quotes what others sent, and is read back.
  const isTrace = !text.startsWith("{") && FRAME.test(text);
  const trace = isTrace && resolve ? resolve(text) : text;
  const [first = "", ...frames] = isTrace && isOnTerminal() ? trace.split(FRAME) : [trace];
  if (beginning === undefined) print(first);
  else printAfter(beginning, first);
  print(...frames);
}
