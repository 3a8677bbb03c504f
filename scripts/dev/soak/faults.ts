import { ApiError, type CheckedCall, type Interception } from "../../../local-cloud";

/** What becomes of a call that is to fail. */
const FAULTS: readonly Interception[] = [
  new ApiError("InternalError", "An internal error has occurred."),
  new ApiError("RequestLimitExceeded", "Too many requests."),
  "cut before",
  "cut after",
];

/**
 * Of some actions a share fails for longer than a function tries: of the files by whose id a task flow is asked
 * for, and of the events that are handed over, which are left to replay then.
 */
const STUBBORN = new Map([
  ["ProcessMedia", { subject: "FileId", share: 0.03 }],
  ["Invoke", { subject: "ClientContext", share: 0.3 }],
]);
const STUBBORN_MS = 60_000;

/** Calls that fail by chance, once that is wanted. */
export class Faults {
  /** How many have failed so far. */
  count = 0;
  #now: (() => number) | undefined;
  /** Until when the calls for a file or an event fail. */
  readonly #stubborn = new Map<unknown, number>();

  /**
   * @param share how many of the calls fail, 0 to 1
   * @param random gives numbers from 0 to below 1
   */
  constructor(
    private readonly share: number,
    private readonly random: () => number,
  ) {}

  /** @param now milliseconds since 1970 */
  begin(now: () => number): void {
    this.#now = now;
  }

  end(): void {
    this.#now = undefined;
  }

  readonly intercept = (call: CheckedCall): Interception => {
    const now = this.#now?.();
    if (now === undefined) return undefined;
    const isStubborn = this.#isStubborn(call, now);
    if (!isStubborn && this.random() >= this.share) return undefined;
    this.count += 1;
    return isStubborn ? "cut before" : FAULTS[Math.floor(this.random() * FAULTS.length)];
  };

  #isStubborn({ action, params }: CheckedCall, now: number): boolean {
    const kind = STUBBORN.get(action);
    if (!kind) return false;
    const subject: unknown = Object(params)[kind.subject];
    const until = this.#stubborn.get(subject) ?? (this.random() < kind.share ? now + STUBBORN_MS : 0);
    this.#stubborn.set(subject, until);
    return now < until;
  }
}
