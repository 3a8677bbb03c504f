import { systemClock } from "../../lib/clock";

test("the system's clock returns milliseconds since 1970", () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test("the system's clock wakes its sleepers", async () => {
  await expect(systemClock.sleep(1)).resolves.toBeUndefined();
});
