import type { CheckedCall } from "../../../local-cloud/api/interception";
import { RateLimits } from "../../../local-cloud/api/rate-limits";
import { refusalOf } from "../../helpers/api-refusal";
import { FakeClock } from "../../helpers/clock";

let clock: FakeClock;
let limits: RateLimits;
beforeEach(() => {
  clock = new FakeClock();
  clock.advance(1000 - (clock.now() % 1000));
  limits = new RateLimits(clock.now);
});

/** How many of these calls are let through. */
function passing(calls: number, action: string, more: Partial<CheckedCall> = {}): number {
  const call = { service: "vod", action, params: {}, secretId: "AKID", ...more };
  const refusals = Array.from({ length: calls }, () => refusalOf(() => limits.check(call)));
  expect(new Set(refusals.filter(Boolean).map((refusal) => refusal.split(":")[0])).size).toBeLessThan(2);
  return refusals.filter((refusal) => !refusal.startsWith("RequestLimitExceeded:")).length;
}

test.each([
  ["PullEvents", 100],
  ["ConfirmEvents", 100],
  ["ProcessMedia", 100],
  ["DescribeEventsState", 20],
  ["ModifyEventConfig", 20],
])("%s may be called %d times in a second", (action, most) => {
  expect(passing(300, action)).toBe(most);
  clock.advance(999);
  expect(passing(1, action)).toBe(0);
  clock.advance(1);
  expect(passing(300, action)).toBe(most);
});

test("each action has calls of its own, and all keys of the account share them", () => {
  expect(passing(100, "PullEvents")).toBe(100);
  expect(passing(100, "ConfirmEvents")).toBe(100);
  expect(passing(1, "PullEvents", { secretId: "AKIDother" })).toBe(0);
});

test("actions without a known limit have none, nor has another service's of the same name", () => {
  expect(passing(1000, "DescribeTasks")).toBe(1000);
  expect(passing(1000, "PullEvents", { service: "scf" })).toBe(1000);
});
