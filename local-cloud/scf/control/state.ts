import type { StatusReason } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";

/**
 * The states that the local cloud's functions have, of those documented
 * (docs/tencent-protocols.md#function-states).
 */
export type Status = "Creating" | "CreateFailed" | "Active" | "Updating" | "UpdateFailed";

/** A change of a function that is going on. */
export type Change = "Creating" | "Updating";

const FAILED = { Creating: "CreateFailed", Updating: "UpdateFailed" } as const;

/**
 * A function's state. A change ends when its work is done and enough GetFunction calls have seen it going on:
 * so a caller that does not wait fails, on a fast machine too.
 */
export class State {
  readonly #polls: number;
  #change: Change = "Creating";
  #seen = 0;
  #working = true;
  #work: Promise<void> = Promise.resolve();
  #reasons: StatusReason[] = [];

  /** @param polls how many GetFunction calls must see a change before it ends */
  constructor(polls: number) {
    this.#polls = polls;
  }

  /** @param work resolves with why it failed, or with undefined; it must not reject */
  begin(change: Change, work: Promise<StatusReason | undefined>): void {
    this.#change = change;
    this.#seen = 0;
    this.#working = true;
    this.#reasons = [];
    this.#work = work.then((reason) => {
      this.#working = false;
      this.#reasons = reason ? [reason] : [];
    });
  }

  get status(): Status {
    if (this.#working || this.#seen < this.#polls) return this.#change;
    return this.#reasons.length === 0 ? "Active" : FAILED[this.#change];
  }

  /** Why the last change failed. */
  get reasons(): StatusReason[] {
    return this.status === this.#change ? [] : this.#reasons;
  }

  /** Whether it has a version that can run, and nothing is going on. */
  get isUsable(): boolean {
    // That a failed update leaves the version before it running, and can be followed by another, is not documented.
    return this.status === "Active" || this.status === "UpdateFailed";
  }

  /**
   * Waits for the work, once enough calls have seen it going on. So a change ends after that many calls, however fast the
   * machine is, and a caller whose clock is not the machine's does not give up before it.
   */
  async settled(): Promise<void> {
    if (this.#seen >= this.#polls) await this.#work;
  }

  /** What a GetFunction call gets to see. */
  look(): Status {
    const { status } = this;
    if (status === this.#change) this.#seen += 1;
    return status;
  }
}
