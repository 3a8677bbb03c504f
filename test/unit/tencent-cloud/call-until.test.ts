import { systemClock } from "../../../lib/clock";
import { callUntil } from "../../../lib/tencent-cloud/call-until";
import { FakeClock, inVirtualTime, NOW, useVirtualTime } from "../../helpers/clock";

useVirtualTime();

const always = () => true;
const never = () => false;

test("a call that succeeds is made once", async () => {
  const clock = new FakeClock();
  const attempt = jest.fn(async () => "result");
  await expect(callUntil(attempt, NOW + 3000, clock, always)).resolves.toBe("result");
  expect(attempt).toHaveBeenCalledTimes(1);
  expect(clock.sleeps).toEqual([]);
});

test("an error that will not pass ends it at once", async () => {
  const attempt = jest.fn(() => Promise.reject(new Error("for good")));
  await expect(callUntil(attempt, NOW + 3000, new FakeClock(), never)).rejects.toThrow("for good");
  expect(attempt).toHaveBeenCalledTimes(1);
});

test("a passing one is tried again until it passes", async () => {
  let calls = 0;
  const attempt = async () => {
    calls += 1;
    if (calls < 3) throw new Error("transient");
    return calls;
  };
  await expect(callUntil(attempt, NOW + 3000, new FakeClock(), always)).resolves.toBe(3);
});

test("where answers are quick there are at least three calls in three seconds, the first pause at most 200 ms", async () => {
  for (let run = 0; run < 50; run += 1) {
    const clock = new FakeClock();
    const attempt = jest.fn(() => Promise.reject(new Error("transient")));
    await expect(callUntil(attempt, NOW + 3000, clock, always)).rejects.toThrow("transient");
    expect(attempt.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(clock.sleeps[0]).toBeLessThanOrEqual(200);
    expect(clock.sleeps[0]).toBeGreaterThan(0);
    expect(clock.now()).toBeLessThan(NOW + 3000);
  }
});

test("pauses grow and differ from run to run", async () => {
  const firsts = new Set<number | undefined>();
  for (let run = 0; run < 20; run += 1) {
    const clock = new FakeClock();
    await callUntil(() => Promise.reject(new Error("transient")), NOW + 3000, clock, always).catch(() => {});
    const sorted = [...clock.sleeps].sort((a, b) => a - b);
    expect(clock.sleeps).toEqual(sorted);
    firsts.add(clock.sleeps[0]);
  }
  expect(firsts.size).toBeGreaterThan(1);
});

test("time that the calls take counts: none starts when it is over", async () => {
  const clock = new FakeClock();
  const attempt = jest.fn(async () => {
    clock.advance(3000);
    throw new Error("slow");
  });
  await expect(callUntil(attempt, NOW + 3000, clock, always)).rejects.toThrow("slow");
  expect(attempt).toHaveBeenCalledTimes(1);
});

test.each([0, 1, 1000])("none starts where the end was %i ms ago", async (ago) => {
  const attempt = jest.fn(async () => "result");
  await expect(callUntil(attempt, NOW - ago, new FakeClock(), always)).rejects.toThrow();
  expect(attempt).not.toHaveBeenCalled();
});

test("a call that never ends and heeds no signal is left at the end", async () => {
  const attempt = () => new Promise<never>(() => {});
  const call = callUntil(attempt, systemClock.monotonic() + 20, systemClock, always);
  await expect(inVirtualTime(call)).rejects.toThrow("no answer");
});

test("the signal aborts when the call's time is over", async () => {
  let signal: AbortSignal | undefined;
  const attempt = (given: AbortSignal) => {
    signal = given;
    return new Promise<never>(() => {});
  };
  const result = callUntil(attempt, systemClock.monotonic() + 20, systemClock, always);
  expect(signal?.aborted).toBe(false);
  await expect(inVirtualTime(result)).rejects.toThrow();
  expect(signal?.aborted).toBe(true);
});

test("a call that throws before it returns a promise is treated like any other", async () => {
  const attempt = jest.fn((): Promise<never> => {
    throw new Error("at once");
  });
  await expect(callUntil(attempt, NOW + 3000, new FakeClock(), never)).rejects.toThrow("at once");
});
