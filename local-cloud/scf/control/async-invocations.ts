import { randomUUID } from "node:crypto";
import type { Schedule } from "../../schedule";
import type { Functions } from "../runtime/functions";
import type { FunctionStore } from "./function-store";

/** See docs/tencent-protocols.md#asynchronous-retries. */
const PAUSE_MS = 60_000;
/** The function had no free instance; such requests wait and do not count as a try. */
const THROTTLED = 432;
const NOT_FOUND = 435;

interface Job {
  readonly namespace: string;
  readonly name: string;
  readonly event: unknown;
  readonly requestId: string;
  readonly triggerSource: string | undefined;
  readonly since: number;
}

export interface AsyncOptions {
  readonly store: FunctionStore;
  readonly functions: Functions;
  readonly schedule: Schedule;
  readonly now: () => number;
}

/** Asynchronous invocations, whose failures are retried after a pause. */
export class AsyncInvocations {
  readonly #options: AsyncOptions;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(options: AsyncOptions) {
    this.#options = options;
  }

  /** @returns the request's id, which all its tries have */
  submit(namespace: string, name: string, event: unknown, triggerSource?: string): string {
    const requestId = randomUUID();
    void this.#try({ namespace, name, event, requestId, triggerSource, since: this.#options.now() }, 0);
    return requestId;
  }

  /** Gives up what waits to be tried again. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  async #try(job: Job, retryNum: number): Promise<void> {
    const { namespace, name, event, requestId, triggerSource } = job;
    if (this.#closed) return;
    const source = triggerSource === undefined ? {} : { triggerSource };
    const { error } = await this.#options.functions
      .invoke(namespace, name, event, { requestId, retryNum, ...source })
      // The local cloud closes.
      .catch(() => ({ error: undefined }));
    const config = this.#options.store.find(namespace, name)?.asyncConfig;
    if (!error || !config || this.#closed || error.statusCode === NOT_FOUND) return;
    const isThrottled = error.statusCode === THROTTLED;
    const isTooOld = this.#options.now() - job.since >= config.MsgTTL * 1000;
    const retries = config.RetryConfig[0]?.RetryNum ?? 0;
    if (isTooOld || (!isThrottled && retryNum >= retries)) return;
    this.#later(() => void this.#try(job, isThrottled ? retryNum : retryNum + 1));
  }

  #later(run: () => void): void {
    const cancel = this.#options.schedule(PAUSE_MS, () => {
      this.#waiting.delete(cancel);
      run();
    });
    this.#waiting.add(cancel);
  }
}
