import { systemClock } from "../../../lib/clock";
import { DONE, type Outcome } from "../../../lib/outcome";
import { type PollOptions, poll } from "../../../lib/reliable/poller";
import { ConfirmError } from "../../../lib/reliable/queue";
import { createRateLimiter } from "../../../lib/reliable/rate-limiter";
import { newStats } from "../../../lib/reliable/stats";
import { inVirtualTime } from "../../helpers/clock";
import { VirtualQueue } from "../../helpers/virtual-queue";

let start: number;
beforeEach(() => {
  jest.useFakeTimers();
  start = systemClock.monotonic();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

const { sleep } = systemClock;
const RETRY: Outcome = { kind: "retry", error: "not now" };
const PARK: Outcome = { kind: "park", error: "never" };
/** What a handler does that no answer comes to. */
const hang = async (until: number): Promise<Outcome> => {
  await sleep(until - systemClock.monotonic());
  return RETRY;
};

/** A run over a queue, with what it said. */
function openRun(queue: VirtualQueue, changes: Partial<PollOptions> = {}) {
  const lines: string[] = [];
  const stats = newStats();
  const options: PollOptions = {
    queue,
    work: async () => DONE,
    clock: systemClock,
    end: start + 59_000,
    idle: "stop",
    callsPerSecond: 80,
    isStopped: () => false,
    say: (line) => lines.push(line),
    stats,
    ...changes,
  };
  return { lines, stats, run: () => inVirtualTime(poll(options)) };
}

/** A handler that does as the number of the event says. */
function byNumber(acts: readonly ((until: number) => Promise<Outcome>)[]): PollOptions["work"] {
  return ({ number }, until) => acts[Number(number)]?.(until) ?? Promise.resolve(DONE);
}

test("what is done and what is parked is confirmed in one call a pull; what is to be tried again is not", async () => {
  const queue = new VirtualQueue();
  queue.fill(16);
  const { run, stats } = openRun(queue, { work: byNumber([async () => RETRY, async () => PARK]) });
  await run();
  expect(queue.confirmations.map(({ handles }) => handles.length)).toEqual([15]);
  expect(stats).toMatchObject({ pulled: 16, done: 14, park: 1, retry: 1, confirmed: 15, inFlight: 0 });
  expect(queue.size).toBe(1);
});

test("a handler that hangs does not keep the others from being confirmed, well within their 30 seconds", async () => {
  const queue = new VirtualQueue();
  queue.fill(16);
  const { run } = openRun(queue, { work: byNumber([hang]), end: start + 40_000 });
  await run();
  expect(queue.confirmations).toHaveLength(1);
  expect(queue.confirmations[0]?.handles).toHaveLength(15);
  expect((queue.confirmations[0]?.at ?? 0) - start).toBeLessThan(21_000);
});

test("one that ends after the others were confirmed is confirmed by itself", async () => {
  const queue = new VirtualQueue();
  queue.fill(3);
  const late = async () => {
    await sleep(23_000);
    return DONE;
  };
  const { run, stats } = openRun(queue, { work: byNumber([late]) });
  await run();
  expect(queue.confirmations.map(({ handles }) => handles.length)).toEqual([2, 1]);
  expect(stats).toMatchObject({ done: 3, confirmed: 3 });
  expect(queue.size).toBe(0);
});

test("the next pull goes out while events are worked on", async () => {
  const queue = new VirtualQueue();
  queue.fill(64);
  const work = async () => {
    await sleep(3000);
    return DONE;
  };
  await openRun(queue, { work }).run();
  expect(queue.pulls.filter((at) => at - start < 3000).length).toBeGreaterThanOrEqual(5);
});

test("an event that is left comes back to the same run", async () => {
  const queue = new VirtualQueue();
  queue.fill(1);
  let receiveCounts = 0;
  const work = async () => (++receiveCounts === 1 ? RETRY : DONE);
  await openRun(queue, { work, idle: "wait" }).run();
  expect(receiveCounts).toBe(2);
  expect(queue.size).toBe(0);
});

test.each([
  [60, 47_000],
  [20, 7000],
])("with a time limit of %d s it ends in time, and no pull starts late", async (seconds, lastPull) => {
  const queue = new VirtualQueue();
  queue.fill(100);
  const end = start + seconds * 1000 - 1000;
  const untils: number[] = [];
  const work: PollOptions["work"] = async (event, until) => {
    untils.push(until);
    return event["number"] === 99 ? hang(until) : DONE;
  };
  const { run, stats } = openRun(queue, { work, end, idle: "wait" });
  await run();
  expect(systemClock.monotonic()).toBeLessThanOrEqual(end);
  expect(Math.max(...queue.pulls) - start).toBeLessThanOrEqual(lastPull);
  expect(Math.max(...untils)).toBeLessThanOrEqual(end - 3000);
  expect(stats).toMatchObject({ confirmed: 99, inFlight: 0 });
});

test("with less than twelve seconds nothing is pulled, which is an error", async () => {
  const queue = new VirtualQueue();
  await expect(openRun(queue, { end: start + 11_999 }).run()).rejects.toThrow("time limit");
  expect(queue.pulls).toEqual([]);
});

test("an empty queue ends the run after two pulls only where that is wanted", async () => {
  const stopping = new VirtualQueue();
  await openRun(stopping).run();
  expect(stopping.pulls).toHaveLength(2);
  const waiting = new VirtualQueue();
  await openRun(waiting, { idle: "wait" }).run();
  expect(waiting.pulls.length).toBeGreaterThan(5);
});

test("a queue is not taken for empty while events are worked on that may bring new ones", async () => {
  const queue = new VirtualQueue();
  queue.fill(1);
  const work: PollOptions["work"] = async ({ number }) => {
    if (number !== 0) return DONE;
    await sleep(18_000);
    queue.waiting.push({ number: 1 });
    return DONE;
  };
  const { run, stats } = openRun(queue, { work });
  await run();
  expect(stats).toMatchObject({ done: 2, confirmed: 2 });
});

test("empty answers that come at once are not asked for in a hot loop", async () => {
  const queue = new VirtualQueue(1, 0);
  await openRun(queue, { idle: "wait" }).run();
  expect(queue.pulls.length).toBeLessThan(200);
});

test("passing troubles of pulling are waited out, longer each time", async () => {
  const queue = new VirtualQueue();
  queue.fill(1);
  const pull = jest.spyOn(queue, "pull");
  for (let failure = 0; failure < 3; failure++) pull.mockRejectedValueOnce(new Error("socket hang up"));
  const { run, lines, stats } = openRun(queue);
  await run();
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe("PullEvents failed; retrying: socket hang up");
  expect(stats).toMatchObject({ confirmed: 1 });
});

test("a run in which no pull is answered fails with why; one that is answered is enough", async () => {
  const queue = new VirtualQueue();
  const pull = jest.spyOn(queue, "pull").mockRejectedValue(new Error("socket hang up"));
  await expect(openRun(queue, { idle: "wait" }).run()).rejects.toThrow("socket hang up");
  expect(pull.mock.calls.length).toBeGreaterThan(3);
  pull.mockResolvedValueOnce([]);
  await openRun(queue, { idle: "wait", end: systemClock.monotonic() + 59_000 }).run();
});

test("a pull that will not succeed ends the run, after what is in flight", async () => {
  const queue = new VirtualQueue();
  queue.fill(15);
  const original = queue.pull.bind(queue);
  const pull = jest.spyOn(queue, "pull");
  const refusal = Object.assign(new Error("no permission"), { code: "UnauthorizedOperation" });
  pull.mockImplementationOnce(original).mockRejectedValue(refusal);
  const work = async () => {
    await sleep(1000);
    return DONE;
  };
  const { run, stats } = openRun(queue, { work });
  await expect(run()).rejects.toThrow("no permission");
  expect(pull).toHaveBeenCalledTimes(2);
  expect(stats).toMatchObject({ confirmed: 15, inFlight: 0 });
});

test("a confirmation that is refused permanently ends the run with the reason and stops pulling", async () => {
  const queue = new VirtualQueue();
  queue.fill(200);
  const cause = Object.assign(new Error("no permission"), { code: "UnauthorizedOperation" });
  const confirm = jest.spyOn(queue, "confirm").mockRejectedValue(new ConfirmError(cause));
  const { run, stats } = openRun(queue, { idle: "wait" });
  await expect(run()).rejects.toMatchObject({ name: "ConfirmError", code: "UnauthorizedOperation" });
  expect(confirm).toHaveBeenCalledTimes(1);
  expect(queue.pulls.length).toBeLessThanOrEqual(3);
  expect(stats).toMatchObject({ confirmed: 0, inFlight: 0 });
});

test("a wall clock that is set back two hours stalls nothing", async () => {
  const queue = new VirtualQueue();
  queue.fill(200);
  const rate = createRateLimiter(80, systemClock);
  const work = () => {
    if (queue.pulls.length === 3) jest.setSystemTime(Date.now() - 2 * 3_600_000);
    return rate.run(async () => DONE);
  };
  const { run, stats } = openRun(queue, { work });
  await run();
  expect(stats).toMatchObject({ done: 200, confirmed: 200 });
  expect(systemClock.monotonic() - start).toBeLessThan(30_000);
});

test("nothing is pulled while the log is waiting to be written", async () => {
  const queue = new VirtualQueue();
  queue.fill(100);
  let write = () => {};
  const writing = new Promise<void>((resolve) => {
    write = resolve;
  });
  const { run, stats } = openRun(queue, { hasRoom: () => writing });
  const running = run();
  await jest.advanceTimersByTimeAsync(20_000);
  expect(queue.pulls).toEqual([]);
  write();
  await running;
  expect(stats).toMatchObject({ confirmed: 100 });
});

test("a stop finishes what is in flight and confirms it", async () => {
  const queue = new VirtualQueue();
  queue.fill(100);
  const work = async () => {
    await sleep(1000);
    return DONE;
  };
  const { run, stats } = openRun(queue, { work, isStopped: () => queue.pulls.length === 2 });
  await run();
  expect(queue.pulls).toHaveLength(2);
  expect(stats).toMatchObject({ pulled: 32, confirmed: 32, inFlight: 0 });
});

test.each([
  [80, 128],
  [1, 16],
])("at %d calls a second at most %d events are in flight", async (callsPerSecond, most) => {
  const queue = new VirtualQueue(1);
  queue.fill(400);
  let running = 0;
  let highest = 0;
  const work = async () => {
    highest = Math.max(highest, ++running);
    await sleep(3000);
    running -= 1;
    return DONE;
  };
  await openRun(queue, { work, callsPerSecond, end: start + 30_000 }).run();
  expect(highest).toBe(most);
});

test("what can't be confirmed is said, and keeps nothing else from it", async () => {
  const queue = new VirtualQueue();
  const odd = jest.spyOn(queue, "pull");
  odd.mockResolvedValueOnce([
    null,
    "text",
    { number: 1 },
    { number: 2, EventHandle: 7 },
    { EventHandle: "h" },
  ]);
  odd.mockResolvedValue([]);
  const { run, lines, stats } = openRun(queue);
  await run();
  expect(queue.confirmations.map(({ handles }) => handles)).toEqual([["h"]]);
  expect(lines).toHaveLength(5);
  expect(stats).toMatchObject({ pulled: 5, done: 3, confirmed: 0 });
});

test("an event whose work throws is left in the queue", async () => {
  const queue = new VirtualQueue();
  queue.fill(2);
  const { run, lines } = openRun(queue, { work: byNumber([() => Promise.reject(new Error("a bug"))]) });
  await run();
  expect(lines).toEqual(["An event was left in the queue: Error: a bug"]);
  expect(queue.size).toBe(1);
});

test.each([
  [15, "without limits", Number.POSITIVE_INFINITY],
  [4, "within 80 calls a second", 80],
])(
  "at 50 ms a call it drains at least %d times as many events a second as one at a time, %s",
  async (times, _limits, perSecond) => {
    const naive = new VirtualQueue();
    naive.fill(1600);
    const naiveStart = systemClock.monotonic();
    await inVirtualTime(oneAtATime(naive));
    const naiveMs = systemClock.monotonic() - naiveStart;

    const queue = new VirtualQueue(50, 0);
    queue.fill(1600);
    const rate = createRateLimiter(perSecond, systemClock);
    const start = systemClock.monotonic();
    await openRun(queue, {
      work: () => rate.run(callApi),
      callsPerSecond: perSecond,
      end: start + 10 ** 7,
    }).run();
    const ms = Math.max(...queue.confirmations.map(({ at }) => at)) - start;
    expect([naive.size, queue.size]).toEqual([0, 0]);
    expect(naiveMs / ms).toBeGreaterThan(times);
  },
);

async function callApi(): Promise<Outcome> {
  await sleep(50);
  return DONE;
}

/** The loop of most receivers. */
async function oneAtATime(queue: VirtualQueue): Promise<void> {
  while (queue.size > 0) {
    const handles: string[] = [];
    for (const event of await queue.pull()) {
      await callApi();
      handles.push(String(Object(event).EventHandle));
    }
    await queue.confirm(handles);
  }
}
