import { ApiError } from "../../local-cloud";
import type { CheckedCall, Interception } from "../../local-cloud/api/interception";

/** What becomes of a call that is to fail. */
const FAULTS: readonly Interception[] = [
  new ApiError("InternalError", "An internal error has occurred."),
  new ApiError("RequestLimitExceeded", "Too many requests."),
  "cut before",
  "cut after",
];

/** Of the files, those whose task flow can't be started for a while: longer than a handler tries. */
const STUBBORN_SHARE = 0.03;
const STUBBORN_MS = 60_000;

/** Calls that fail by chance, once that is wanted. */
export class Faults {
  /** How many have failed so far. */
  count = 0;
  #now: (() => number) | undefined;
  /** Until when a file's task flow can't be started. */
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
    if (action !== "ProcessMedia") return false;
    const fileId: unknown = Object(params).FileId;
    const until = this.#stubborn.get(fileId) ?? (this.random() < STUBBORN_SHARE ? now + STUBBORN_MS : 0);
    this.#stubborn.set(fileId, until);
    return now < until;
  }
}
