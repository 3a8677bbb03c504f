import { type ChildProcess, spawn } from "node:child_process";
import { killGroup } from "./kill-group";
import { LineReader } from "./line-reader";
import { isReport, type Order, type Report } from "./messages";

// How long output is read that a gone instance's own children may still hold open.
const LAST_OUTPUT_MS = 1000;

export interface InstanceOptions {
  node: string;
  bootstrap: string;
  folder: string;
  handler: string;
  environment: Record<string, string>;
  memoryMb: number;
}

/** An instance's process: what goes in, what comes out, and its end. */
export class InstanceProcess {
  readonly pid: number | undefined;
  /** Resolves when the process has gone and all its output was read. */
  readonly ended: Promise<void>;
  /** How it ended; undefined until then. */
  end: string | undefined;
  readonly #child: ChildProcess;
  readonly #outputs: LineReader[];
  readonly #reports: Report[] = [];
  #wake: () => void = () => {};

  constructor(options: InstanceOptions, onLine: (line: string) => void) {
    const { node, bootstrap, folder, handler, environment, memoryMb } = options;
    // Leads a group of its own, so that what it starts can be killed with it, and Ctrl-C doesn't reach it.
    this.#child = spawn(node, [`--max-old-space-size=${memoryMb}`, bootstrap, handler], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "json",
      detached: true,
    });
    this.pid = this.#child.pid;
    this.#outputs = [this.#child.stdout, this.#child.stderr].flatMap((stream) =>
      stream === null ? [] : [new LineReader(stream, onLine)],
    );
    this.#child.on("message", (message) => {
      if (isReport(message)) this.#reports.push(message);
      this.#wake();
    });
    this.ended = this.#watchEnd();
  }

  get isRunning(): boolean {
    return this.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(): void {
    if (this.pid !== undefined && this.end === undefined) killGroup(this.pid);
  }

  /** The next report, or undefined once the process has gone. */
  async report(): Promise<Report | undefined> {
    while (this.#reports.length === 0 && this.end === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#reports.shift();
  }

  /** Sends an order; the promise resolves when all output up to its mark, or to the end, was read. */
  send(order: Order): Promise<unknown> {
    const marked = Promise.all(this.#outputs.map((output) => output.until(order.mark)));
    // If it can't be sent, the process has ended, which is noticed otherwise.
    this.#child.send(order, () => {});
    return marked;
  }

  #watchEnd(): Promise<void> {
    return new Promise((resolve) => {
      const finish = (how: string): void => {
        this.end ??= how;
        this.#wake();
        resolve();
      };
      this.#child.on("error", (error) => {
        if (this.pid === undefined) finish(error.message);
      });
      this.#child.on("exit", () => {
        this.kill();
        setTimeout(() => {
          this.#child.stdout?.destroy();
          this.#child.stderr?.destroy();
        }, LAST_OUTPUT_MS).unref();
      });
      this.#child.on("close", (code, signal) => finish(signal ?? `code ${code}`));
    });
  }
}
