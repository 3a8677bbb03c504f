import type { Clock } from "../clock";
import { describeFailure } from "../tencent-cloud/client-config";

/** How much of a second's calls may go out at once after a pause. */
const BURST_SECONDS = 0.1;
/** For how long the rate is halved once the cloud says that it is too high. */
const SLOW_MS = 10_000;

/** Holds the calls of one action under a rate. */
export interface RateLimiter {
  /** Makes a call when its turn has come; what it returns or throws is handed through. */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
}

/**
 * Calls take turns at equal distances, in the order in which they came. The account's limits are shared with
 * the user's other software (docs/tencent-protocols.md#rate-limits), so `RequestLimitExceeded` halves the
 * rate for ten seconds.
 * @param perSecond how many calls a second; Infinity for no limit
 */
export function createRateLimiter(perSecond: number, clock: Clock): RateLimiter {
  const distanceMs = 1000 / perSecond;
  let nextTurn = 0;
  let slowUntil = 0;

  async function turn(): Promise<void> {
    const now = clock.now();
    const isSlow = now < slowUntil;
    const mine = Math.max(nextTurn, isSlow ? now : now - BURST_SECONDS * 1000);
    nextTurn = mine + (isSlow ? 2 : 1) * distanceMs;
    if (mine > now) await clock.sleep(mine - now);
  }

  return {
    async run(call) {
      await turn();
      try {
        return await call();
      } catch (error) {
        if (/^RequestLimitExceeded(\.|$)/.test(describeFailure(error).code ?? "")) {
          slowUntil = clock.now() + SLOW_MS;
        }
        throw error;
      }
    },
  };
}
