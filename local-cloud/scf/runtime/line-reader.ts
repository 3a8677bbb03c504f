import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { LOG_LINE_LIMIT } from "./limits";

/**
 * Cuts a log line where the log service does (docs/tencent-protocols.md#function-log), between two
 * characters.
 */
export function cutLine(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= LOG_LINE_LIMIT) return line;
  return new StringDecoder("utf8").write(bytes.subarray(0, LOG_LINE_LIMIT));
}

/**
 * Splits an instance's output into lines, and finds where one request's output ends: at a mark that only the
 * platform and the instance know.
 */
export class LineReader {
  readonly #emit: (line: string) => void;
  #pending = "";
  #ended = false;
  #mark: string | undefined;
  #reached: () => void = () => {};

  constructor(stream: Readable, emit: (line: string) => void) {
    this.#emit = emit;
    const decoder = new StringDecoder("utf8");
    stream.on("data", (chunk: Buffer) => this.#read(decoder.write(chunk)));
    stream.on("error", () => {});
    stream.on("close", () => {
      this.#read(decoder.end());
      this.#flush(this.#pending);
      this.#pending = "";
      this.#ended = true;
      this.#reached();
    });
  }

  /** Resolves when everything before the mark, or before the end of the output, has been emitted. */
  until(mark: string): Promise<void> {
    this.#mark = mark;
    return new Promise((resolve) => {
      this.#reached = resolve;
      if (this.#ended) resolve();
    });
  }

  #read(text: string): void {
    this.#pending += text;
    const mark = this.#mark;
    const end = mark === undefined ? -1 : this.#pending.indexOf(mark);
    if (mark !== undefined && end >= 0) {
      this.#flush(this.#pending.slice(0, end));
      this.#pending = this.#pending.slice(end + mark.length);
      this.#mark = undefined;
      this.#reached();
    }
    const lines = this.#pending.split("\n");
    this.#pending = lines.pop() ?? "";
    for (const line of lines) this.#emit(line);
    // The rest of an endless line is not kept, except for what may be the beginning of the mark.
    const kept = this.#mark?.length ?? 0;
    if (this.#pending.length > LOG_LINE_LIMIT + kept) {
      const tail = this.#pending.slice(this.#pending.length - kept);
      this.#pending = this.#pending.slice(0, LOG_LINE_LIMIT) + tail;
    }
  }

  #flush(text: string): void {
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) this.#emit(line);
  }
}
