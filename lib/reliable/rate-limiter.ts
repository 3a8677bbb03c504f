import type { Clock } from "../clock";
import { loadSdk } from "../tencent-cloud/load-sdk";
import { type Vod, vodBy } from "../tencent-cloud/vod";

/** The part of a second's calls that can start at once after a pause. */
const BURST_SECONDS = 0.1;
/** How long the rate is halved after the cloud has rejected it. */
const SLOW_MS = 10_000;

/** Limits the rate of an action's calls. */
export interface RateLimiter {
  /** Makes a call when its turn has come; returns or throws what it does. */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
}

/**
 * Calls start at equal intervals, in the order of their arrival. The user's other software shares the account's limits
 * (docs/tencent-protocols.md#rate-limits), so `RequestLimitExceeded` halves the rate for ten seconds.
 * @param perSecond how many calls a second; Infinity for no limit
 */
export function createRateLimiter(perSecond: number, clock: Clock): RateLimiter {
  const distanceMs = 1000 / perSecond;
  let nextTurn = Number.NEGATIVE_INFINITY;
  let slowUntil = Number.NEGATIVE_INFINITY;
  let lastTurn = Promise.resolve();

  /** Turns are given one after the other: after a stall, those that are late are not all due at once. */
  async function turn(): Promise<void> {
    const waitMs = nextTurn - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs);
    const now = clock.monotonic();
    const isSlow = now < slowUntil;
    nextTurn = Math.max(nextTurn, isSlow ? now : now - BURST_SECONDS * 1000) + (isSlow ? 2 : 1) * distanceMs;
  }

  return {
    async run(call) {
      lastTurn = lastTurn.then(turn);
      await lastTurn;
      try {
        return await call();
      } catch (error) {
        if (/^RequestLimitExceeded(\.|$)/.test(loadSdk().describeFailure(error).code ?? "")) {
          slowUntil = clock.monotonic() + SLOW_MS;
        }
        throw error;
      }
    },
  };
}

/** The same VOD, with each try of a call at its turn. */
export function atRate(vod: Vod, rate: RateLimiter): Vod {
  return vodBy((use, deadlineMs) => vod.call((client) => rate.run(() => use(client)), deadlineMs));
}
