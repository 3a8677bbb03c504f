import { randomUUID } from "node:crypto";
import { type InstanceOptions, InstanceProcess } from "./instance-process";
import {
  exited,
  type Failure,
  handlerNotFound,
  initialisationTimedOut,
  outOfMemory,
  responseTooLarge,
  timedOut,
} from "./invocation";
import { INITIALISATION_LIMIT } from "./limits";
import { MemoryWatch } from "./memory";
import type { Order, Report } from "./messages";

// How much is kept of what is written between two requests; the log service takes 5000 lines in 5 seconds.
const HELD_LINES = 5000;

export interface Ending {
  outcome: { json: string } | Failure;
  durationMs: number;
  memoryMb: number;
}

/** One process with the function's code, which handles one request at a time, within its limits. */
export class Instance {
  readonly #process: InstanceProcess;
  readonly #memoryMb: number;
  #failure: Failure | undefined;
  #loaded = false;
  #heapExhausted = false;
  #held: string[] = [];
  #writeLine: ((line: string) => void) | undefined;

  constructor(options: InstanceOptions) {
    this.#memoryMb = options.memoryMb;
    this.#process = new InstanceProcess(options, (line) => this.#read(line));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when the process has gone and all its output was read. */
  get ended(): Promise<void> {
    return this.#process.ended;
  }

  /** Whether it can take another request. */
  get usable(): boolean {
    return this.#loaded && this.#failure === undefined && this.#process.isRunning;
  }

  /** @param failure what becomes of the request that is running, if that has not been decided */
  kill(failure?: Failure): void {
    this.#failure ??= failure;
    this.#process.kill();
  }

  /**
   * Handles one request; resolves when all its lines were written.
   * @param seconds the function's time limit, from the moment when the code is loaded
   */
  async run(
    request: Omit<Order, "mark">,
    seconds: number,
    writeLine: (line: string) => void,
  ): Promise<Ending> {
    this.#writeLine = writeLine;
    for (const line of this.#held.splice(0)) writeLine(line);
    const memory = new MemoryWatch(this.pid ?? 0, this.#memoryMb, () => {
      this.kill(outOfMemory(this.#memoryMb));
    });
    try {
      const { report, durationMs } = await this.#answer(request, seconds);
      memory.look();
      if (this.#failure || !report) await this.ended;
      const outcome = this.#failure ?? (report && outcomeOf(report)) ?? this.#exit();
      return { outcome, durationMs, memoryMb: memory.peakMb };
    } finally {
      memory.stop();
      this.#writeLine = undefined;
    }
  }

  async #answer(request: Omit<Order, "mark">, seconds: number) {
    let start = performance.now();
    if (!this.#loaded) {
      const report = await this.#within(INITIALISATION_LIMIT, initialisationTimedOut, () =>
        this.#process.report(),
      );
      if (report?.type !== "loaded") {
        this.kill(report && failureOf(report));
        return { report, durationMs: performance.now() - start };
      }
      this.#loaded = true;
      start = performance.now();
    }
    return await this.#within(seconds, timedOut, async () => {
      const output = this.#process.send({ ...request, mark: randomUUID() });
      const report = await this.#process.report();
      const durationMs = performance.now() - start;
      await output;
      return { report, durationMs };
    });
  }

  async #within<T>(seconds: number, late: (seconds: number) => Failure, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.kill(late(seconds)), seconds * 1000);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  #exit(): Failure {
    return this.#heapExhausted ? outOfMemory(this.#memoryMb) : exited(this.#process.end ?? "");
  }

  #read(line: string): void {
    if (line.includes("JavaScript heap out of memory")) this.#heapExhausted = true;
    // The platform freezes an instance between two requests; what is written then shows up with the next one.
    if (this.#writeLine) this.#writeLine(line);
    else if (this.#held.length < HELD_LINES) this.#held.push(line);
  }
}

function outcomeOf(report: Report): Ending["outcome"] | undefined {
  return report.type === "result" ? { json: report.json } : failureOf(report);
}

function failureOf(report: Report): Failure | undefined {
  if (report.type === "exception") {
    return { statusCode: 430, message: report.message, stackTrace: report.stackTrace };
  }
  if (report.type === "handler-not-found") return handlerNotFound(report.reason);
  return report.type === "result-too-large" ? responseTooLarge(report.bytes) : undefined;
}
