import { systemClock } from "../../../lib/clock";
import { createRateLimiter } from "../../../lib/reliable/rate-limiter";
import { FakeClock, inVirtualTime, NOW } from "../../helpers/clock";

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** When each of so many calls, all asked for at once, was made, in milliseconds from now. */
async function times(rate: ReturnType<typeof createRateLimiter>, calls: number): Promise<number[]> {
  const start = Date.now();
  const made = Array.from({ length: calls }, () => rate.run(async () => Date.now() - start));
  return inVirtualTime(Promise.all(made));
}

const refuse = (code: string) => async () => {
  throw Object.assign(new Error("refused"), { code });
};

test("no second has more calls than the rate and its small burst", async () => {
  const made = await times(createRateLimiter(80, systemClock), 800);
  for (let from = 0; from < 10_000; from += 100) {
    expect(made.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(90);
  }
  expect(Math.max(...made)).toBeLessThan(10_000);
});

test("calls are made in the order in which they were asked for", async () => {
  const made = await times(createRateLimiter(10, systemClock), 20);
  expect(made).toEqual([...made].sort((one, other) => one - other));
});

test("without a limit nothing waits", async () => {
  expect(Math.max(...(await times(createRateLimiter(Number.POSITIVE_INFINITY, systemClock), 1000)))).toBe(0);
});

test("RequestLimitExceeded halves the rate for ten seconds, other errors don't", async () => {
  const rate = createRateLimiter(80, systemClock);
  await expect(rate.run(refuse("InternalError"))).rejects.toThrow("refused");
  expect((await times(rate, 80)).at(-1)).toBeLessThan(1000);
  await expect(inVirtualTime(rate.run(refuse("RequestLimitExceeded.IPLimitExceeded")))).rejects.toThrow(
    "refused",
  );
  expect((await times(rate, 80)).at(-1)).toBeGreaterThan(1900);
  await jest.advanceTimersByTimeAsync(9000);
  expect((await times(rate, 80)).at(-1)).toBeLessThan(1000);
});

test("after a stall no second has more calls than the rate and its small burst", async () => {
  const clock = new StallingClock();
  const rate = createRateLimiter(80, clock);
  const calls: number[] = [];
  const all = Array.from({ length: 400 }, () => rate.run(async () => calls.push(clock.monotonic())));
  clock.stallMs = 2000;
  await Promise.all(all);
  for (const from of calls) {
    expect(calls.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(90);
  }
});

test("a wall clock that is set back or forward changes nothing", async () => {
  for (const byMs of [-2 * 3_600_000, 2 * 3_600_000]) {
    const clock = new FakeClock();
    const rate = createRateLimiter(10, clock);
    for (let call = 0; call < 20; call++) {
      if (call === 10) clock.setWall(byMs);
      await rate.run(async () => {});
    }
    expect(clock.monotonic() - NOW).toBeGreaterThan(1500);
    expect(clock.monotonic() - NOW).toBeLessThan(2100);
  }
});

/** Its next sleep also lasts for `stallMs`, as if the machine had stood still. */
class StallingClock extends FakeClock {
  stallMs = 0;

  override readonly sleep = async (ms: number): Promise<void> => {
    this.advance(ms + this.stallMs);
    this.stallMs = 0;
  };
}
