import { ApiError } from "../../api/error";
import type { Schedule } from "../../schedule";
import { type Cron, parseCron } from "./cron";
import type { TriggerSource } from "./trigger-record";

export interface TimerTriggerOptions {
  readonly description: string;
  readonly schedule: Schedule;
  readonly now: () => number;
  /** @param time the moment that the expression names, as the event has it: UTC, to the second */
  fire(time: string): void;
}

/** A trigger that fires by a cron expression while it is open. */
export class TimerTrigger implements TriggerSource {
  readonly #options: TimerTriggerOptions;
  #expression: string;
  #cron: Cron;
  #isOpen = false;
  #cancel: () => void = () => {};

  /** @throws {ApiError} InvalidParameterValue.TriggerDesc */
  constructor(options: TimerTriggerOptions) {
    this.#options = options;
    this.#expression = options.description;
    this.#cron = parse(options.description);
  }

  /** Given as the bare expression, it is read back in JSON, as in the official examples. */
  describe(): string {
    return JSON.stringify({ cron: this.#expression });
  }

  configure(description: string): void {
    this.#cron = parse(description);
    this.#expression = description;
    this.#arm();
  }

  enable(open: boolean): void {
    this.#isOpen = open;
    this.#arm();
  }

  async close(): Promise<void> {
    this.enable(false);
  }

  #arm(): void {
    this.#cancel();
    this.#cancel = () => {};
    const { now, schedule, fire } = this.#options;
    const next = this.#isOpen ? this.#cron.next(now()) : undefined;
    if (next === undefined) return;
    this.#cancel = schedule(next - now(), () => {
      fire(`${new Date(next).toISOString().slice(0, 19)}Z`);
      this.#arm();
    });
  }
}

function parse(expression: string): Cron {
  try {
    return parseCron(expression);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError("InvalidParameterValue.TriggerDesc", `TriggerDesc: ${reason}.`);
  }
}
