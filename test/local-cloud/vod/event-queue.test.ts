import { EventQueue, type QueueOptions } from "../../../local-cloud/vod/event-queue";
import { refusalOf } from "../../helpers/api-refusal";
import { FakeClock } from "../../helpers/clock";

const SECOND_MS = 1000;
const DAY_MS = 24 * 3600 * SECOND_MS;

let clock: FakeClock;
let queue: EventQueue;

function open(options: Partial<QueueOptions> = {}): void {
  clock = new FakeClock();
  const { now, schedule } = clock;
  queue = new EventQueue({
    ...{ now, schedule, pullHoldMs: 5000, emptyPull: "empty", partialConfirm: false },
    ...options,
  });
}
beforeEach(() => open());

function add(...names: (string | number)[]): void {
  for (const name of names) queue.add({ EventType: String(name) });
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
type Answer = any;
const pullRaw = (gone = new AbortController().signal): Promise<Answer> => queue.pull(gone);

/** The events of a pull, by their types. */
async function pull(gone?: AbortSignal): Promise<string[]> {
  const { EventSet } = await pullRaw(gone);
  return EventSet.map(({ EventType }: Answer) => EventType);
}

async function pullHandles(): Promise<string[]> {
  const { EventSet } = await pullRaw();
  return EventSet.map(({ EventHandle }: Answer) => EventHandle);
}

/** A pull, and whether it has ended. */
function observe(pulling: Promise<unknown>) {
  const seen = { ended: false };
  void pulling.finally(() => {
    seen.ended = true;
  });
  return async () => {
    await new Promise(setImmediate);
    return seen.ended;
  };
}

describe("a pull", () => {
  test("takes sixteen events at most, the oldest first", async () => {
    add(...Array.from({ length: 20 }, (_, index) => index));
    expect(await pull()).toEqual(Array.from({ length: 16 }, (_, index) => String(index)));
    expect(await pull()).toEqual(["16", "17", "18", "19"]);
  });

  test("of an empty queue is held for five seconds", async () => {
    const pulling = pull();
    const ended = observe(pulling);
    clock.advance(5 * SECOND_MS - 1);
    expect(await ended()).toBe(false);
    clock.advance(1);
    expect(await pulling).toEqual([]);
    expect(clock.waiting).toEqual([]);
  });

  test("that is held ends as soon as there is an event, which goes to one pull only", async () => {
    const first = pull();
    const second = pull();
    add("a");
    expect(await first).toEqual(["a"]);
    const ended = observe(second);
    expect(await ended()).toBe(false);
    clock.advance(5 * SECOND_MS);
    expect(await second).toEqual([]);
  });

  test("that is held gets an event that was not confirmed in time", async () => {
    add("a");
    await pull();
    clock.advance(28 * SECOND_MS);
    const pulling = pull();
    clock.advance(2 * SECOND_MS);
    expect(await pulling).toEqual(["a"]);
  });

  test("of a client that has gone takes nothing", async () => {
    const client = new AbortController();
    const pulling = pull(client.signal);
    client.abort();
    expect(await pulling).toEqual([]);
    expect(clock.waiting).toEqual([]);
    add("a");
    expect(await pull(client.signal)).toEqual([]);
    expect(await pull()).toEqual(["a"]);
  });

  test.each([
    ["null", { EventSet: null }],
    ["empty", { EventSet: [] }],
    ["not-found", expect.objectContaining({ code: "ResourceNotFound" })],
  ] as const)("of an empty queue can answer as configured: %s", async (emptyPull, answer) => {
    open({ emptyPull });
    const pulling = pullRaw().catch((error: unknown) => error);
    clock.advance(5 * SECOND_MS);
    expect(await pulling).toEqual(answer);
  });

  test("that is held ends when the queue closes", async () => {
    const pulling = pull();
    queue.close();
    expect(await pulling).toEqual([]);
    expect(clock.waiting).toEqual([]);
  });
});

describe("an event that is not confirmed", () => {
  test("comes back after thirty seconds, before younger ones and under a new handle", async () => {
    add("a");
    const [handle] = await pullHandles();
    add("b");
    clock.advance(30 * SECOND_MS - 1);
    expect(await pull()).toEqual(["b"]);
    add("c");
    clock.advance(1);
    const { EventSet } = await pullRaw();
    expect(EventSet.map(({ EventType }: Answer) => EventType)).toEqual(["a", "c"]);
    expect(EventSet[0].EventHandle).not.toBe(handle);
  });

  test("is dropped when it is four days old, pulled or not", async () => {
    add("a", "b");
    await pull();
    clock.advance(DAY_MS);
    add("c");
    clock.advance(3 * DAY_MS - 1);
    expect(queue.size()).toBe(3);
    clock.advance(1);
    expect(queue.size()).toBe(1);
    expect(await pull()).toEqual(["c"]);
    clock.advance(DAY_MS);
    expect(queue.size()).toBe(0);
  });
});

describe("a confirmation", () => {
  test("removes an event", async () => {
    add("a", "b");
    const [first = ""] = await pullHandles();
    clock.advance(30 * SECOND_MS - 1);
    queue.confirm([first]);
    clock.advance(1);
    expect(await pull()).toEqual(["b"]);
    expect(queue.size()).toBe(1);
  });

  test("with a handle of thirty seconds is refused, and the event comes back", async () => {
    add("a");
    const handles = await pullHandles();
    clock.advance(30 * SECOND_MS);
    expect(refusalOf(() => queue.confirm(handles))).toMatch(/^InvalidParameterValue:/);
    expect(await pull()).toEqual(["a"]);
    expect(refusalOf(() => queue.confirm(handles))).toMatch(/^InvalidParameterValue:/);
    expect(queue.size()).toBe(1);
  });

  test.each([
    ["a handle that was used", (used: string) => [used]],
    ["a handle that there never was", () => ["unknown"]],
    ["no handle", () => []],
    ["seventeen handles", () => Array.from({ length: 17 }, String)],
  ])("with %s is refused", async (_what, handlesOf) => {
    add("a");
    const [used = ""] = await pullHandles();
    queue.confirm([used]);
    expect(refusalOf(() => queue.confirm(handlesOf(used)))).toMatch(/^InvalidParameterValue:/);
  });

  test("with one stale handle among good ones confirms none of them", async () => {
    add("a");
    const [good = ""] = await pullHandles();
    expect(refusalOf(() => queue.confirm(["stale", good]))).toMatch(/^InvalidParameterValue: .*: stale\.$/);
    expect(queue.size()).toBe(1);
    queue.confirm([good]);
    expect(queue.size()).toBe(0);
  });

  test("with one stale handle among good ones confirms these, where it is configured so", async () => {
    open({ partialConfirm: true });
    add("a");
    const [good = ""] = await pullHandles();
    expect(refusalOf(() => queue.confirm(["stale", good]))).toMatch(/^InvalidParameterValue:/);
    expect(queue.size()).toBe(0);
  });
});

test("the count of events to pull is up to three minutes late, and leaves delivered ones out", async () => {
  add(...Array.from({ length: 17 }, String));
  expect(queue.countOfEventsToPull()).toBe(17);
  await pull();
  clock.advance(180 * SECOND_MS - 1);
  await pull();
  expect(queue.countOfEventsToPull()).toBe(17);
  clock.advance(1);
  expect(queue.countOfEventsToPull()).toBe(1);
});
