import { realSchedule } from "../../local-cloud/schedule";

const DAY_MS = 24 * 3600 * 1000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test.each([0, 1000, 60 * DAY_MS])("what is scheduled in %d ms runs then, and once", (delayMs) => {
  const run = jest.fn();
  realSchedule(delayMs, run);
  if (delayMs > 0) jest.advanceTimersByTime(delayMs - 1);
  expect(run).toHaveBeenCalledTimes(0);
  jest.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(100 * DAY_MS);
  expect(run).toHaveBeenCalledTimes(1);
});

test("what is cancelled does not run, however long it would have waited", () => {
  const run = jest.fn();
  const cancel = realSchedule(60 * DAY_MS, run);
  jest.advanceTimersByTime(40 * DAY_MS);
  cancel();
  jest.advanceTimersByTime(100 * DAY_MS);
  expect(run).not.toHaveBeenCalled();
});
