import { setFlagsFromString } from "node:v8";
import { SHARE_ENV, Worker } from "node:worker_threads";
import type { Clock } from "../clock";
import type { VodEvent } from "../event/event";
import type { CustomContext, CustomHandler } from "../handlers/custom-handler";
import { LoggedFailure } from "../sinks/deliver";
import { type Answer, type Order, OWN_HANDLER } from "./worker-messages";

const PING_MS = 1000;
/** A Worker that answers none of so many pings in a row is blocked. */
const MAX_UNANSWERED = 5;
/** For a handler that reacts to its signal. */
const GRACE_MS = 100;
/**
 * Of a function's memory, what the process takes without the Worker's heap (docs/custom-handlers.md#memory), and what
 * its heap has at least.
 */
const PROCESS_MB = 160;
const MIN_HEAP_MB = 24;

/** An event that the handler works on, or will. */
interface Job {
  readonly id: number;
  readonly event: VodEvent;
  readonly context: CustomContext;
  /** Whether it was in a Worker that ended, so that it runs alone. */
  isSuspect: boolean;
  readonly end: (failure?: LoggedFailure) => void;
}

/**
 * Runs the user's own handler in a Worker, so that an event which ends it (by `process.exit`, an exception that
 * nothing catches, want of memory, an endless loop) neither ends the instance nor blocks the queue. The events that
 * were in that Worker run again in a new one, one at a time. One that ends it again is parked.
 * @param file the bundle, which serves the handler if it is a Worker's
 * @param memoryMb the function's memory
 */
export function isolateHandler(file: string, memoryMb: number, clock: Clock): CustomHandler {
  const heapMb = Math.max(MIN_HEAP_MB, memoryMb - PROCESS_MB);
  /** In the order of their arrival. */
  const waiting = new Set<Job>();
  const running = new Map<number, Job>();
  let worker: Worker | undefined;
  let watch: NodeJS.Timeout | undefined;
  let lastId = 0;

  const leftMs = ({ context }: Job) => context.until - clock.now();
  const send = (order: Order) => worker?.postMessage(order);

  function start(): Worker {
    // Node.js's own flag would override the Worker's limit. The heap of this thread has its limit already.
    setFlagsFromString(`--max-old-space-size=${heapMb}`);
    const started = new Worker(file, {
      workerData: OWN_HANDLER,
      // A role's credentials change while the instance lives.
      env: SHARE_ENV,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 4 },
    });
    let reason: string | undefined;
    let unanswered = 0;
    started.unref();
    started.on("message", (answer: Answer) => {
      unanswered = 0;
      if (answer.kind !== "pong") void take(answer);
    });
    started.on("error", (error) => {
      reason = error instanceof Error ? String(error.stack ?? error) : String(error);
    });
    started.on("exit", (code) => {
      if (worker === started) ended(reason ?? `exit code ${code}`);
    });
    clearInterval(watch);
    watch = setInterval(() => {
      if (running.size === 0) return;
      if (unanswered >= MAX_UNANSWERED) {
        reason = `it was blocked for ${MAX_UNANSWERED} s`;
        void started.terminate();
      }
      unanswered += 1;
      send({ kind: "ping" });
    }, PING_MS);
    watch.unref();
    return started;
  }

  async function take(answer: Exclude<Answer, { kind: "pong" }>): Promise<void> {
    const job = running.get(answer.id);
    if (answer.kind === "turn") {
      // Without a call of its own, which the Worker makes, it takes a turn of the run's rate.
      await job?.context.vod.call(async () => {}, job.context.until).catch(() => {});
      return send(answer);
    }
    if (answer.kind === "line") return job?.context.log.line(answer.line);
    running.delete(answer.id);
    job?.end(answer.failure && new LoggedFailure(answer.failure));
    next();
  }

  function ended(reason: string): void {
    worker = undefined;
    clearInterval(watch);
    for (const job of running.values()) {
      const error = `the custom handler ended its Worker: ${reason}`;
      job.context.log.line(`${error}. ${job.isSuspect ? "It was alone in it." : "It runs again, alone."}`);
      if (job.isSuspect) job.end(new LoggedFailure({ kind: "park", error }));
      else if (leftMs(job) > 0) waiting.add(job);
      job.isSuspect = true;
    }
    running.clear();
    next();
  }

  function next(): void {
    const suspects = [...waiting].filter(({ isSuspect }) => isSuspect);
    if (suspects.length === 0) for (const job of waiting) run(job);
    else if (suspects[0] && running.size === 0) run(suspects[0]);
  }

  function run(job: Job): void {
    waiting.delete(job);
    worker ??= start();
    running.set(job.id, job);
    const { id, event, context } = job;
    send({ kind: "event", id, event, report: context.report, leftMs: leftMs(job) });
  }

  /** What is over is the queue's again; a Worker in which a suspect still runs must not run another one. */
  function expire(job: Job): void {
    waiting.delete(job);
    if (!running.delete(job.id)) return;
    const old = worker;
    if (job.isSuspect) {
      worker = undefined;
      void old?.terminate();
    }
    next();
  }

  return (event, context) =>
    new Promise((resolve, reject) => {
      const end = (failure?: LoggedFailure) => {
        clearTimeout(timer);
        if (failure) reject(failure);
        else resolve();
      };
      const job: Job = { id: ++lastId, event, context, isSuspect: false, end };
      const timer = setTimeout(() => expire(job), Math.max(0, leftMs(job)) + GRACE_MS);
      timer.unref();
      waiting.add(job);
      next();
    });
}
