import { ApiError } from "./error";
import type { CheckedCall } from "./interception";

/**
 * Calls a second that an account has of an action (docs/tencent-protocols.md#rate-limits); the others are not
 * limited here. Of the two official numbers for ProcessMedia it is the lower one.
 */
const PER_SECOND = new Map([
  ["vod:PullEvents", 100],
  ["vod:ConfirmEvents", 100],
  ["vod:ProcessMedia", 100],
  ["vod:DescribeEventsState", 20],
  ["vod:ModifyEventConfig", 20],
  ["monitor:GetMonitorData", 20],
]);

/** Counts an account's calls within each second of the clock; how the real cloud cuts time is not known. */
export class RateLimits {
  #second = 0;
  readonly #calls = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  /** @throws {ApiError} RequestLimitExceeded; a call that is refused counts too */
  check({ service, action }: CheckedCall): void {
    const name = `${service}:${action}`;
    const most = PER_SECOND.get(name);
    if (most === undefined) return;
    const second = Math.floor(this.now() / 1000);
    if (second !== this.#second) this.#calls.clear();
    this.#second = second;
    const calls = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, calls);
    if (calls > most) {
      throw new ApiError("RequestLimitExceeded", `${action} can be called at most ${most} times a second.`);
    }
  }
}
