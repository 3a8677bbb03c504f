import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build/build";
import { withOwnHandler } from "../../scripts/dev/own-handler";
import { postRequest } from "../../scripts/dev/soak/normal";
import { NAMESPACE, openStage, type Stage } from "../../scripts/dev/soak/stage";
import { collectRecords } from "../../scripts/replay/records";

const HANDLER = `import { Park } from "../custom-handler";
class Never extends Park { name = "Never"; }
export const custom = async ({ eventType }, { log, report, until, signal, vod }) => {
  if (eventType === "Exit") process.exit(3);
  if (eventType === "Throw") setTimeout(() => { throw new Error("in a timer"); });
  if (eventType === "Memory") for (const all = []; ; ) all.push(new Array(10_000).fill(Math.random()));
  if (eventType === "Loop") for (;;);
  if (eventType === "Throw") await new Promise(() => {});
  if (eventType === "Stray") void Promise.reject(new Error("nobody waits for this"));
  if (eventType === "Park") throw new Park("never");
  if (eventType === "Never") throw new Never("never");
  if (eventType === "Call") await vod.call((client) => client.DescribeMediaInfos({ FileIds: ["1"] }), until);
  const left = until - Date.now();
  log.line("Handled " + eventType + " of " + report.eventType + " " + (left > 0 && !signal.aborted));
};`;

const folder = mkdtempSync(join(tmpdir(), "own-handler-"));
let stage: Stage;
beforeAll(() => build({ definitions: [100010] }, folder, undefined, [withOwnHandler(HANDLER)]));
afterEach(() => stage.close());
afterAll(() => rmSync(folder, { recursive: true }));

async function open(name: string): Promise<void> {
  // The Worker's watch is the machine's time.
  stage = await openStage({ pullHoldMs: 100 }, 1);
  await stage.deploy(name, { definitions: [100010], idle: "stop", max_deliveries: 1000 }, folder);
}

const handled = () => stage.log.flatMap((line) => /^Handled (\w+) of \1 true$/.exec(line)?.[1] ?? []).sort();

/** Puts events into the queue and has ticks work through it. @returns the types of the parked ones */
async function workThrough(eventTypes: readonly string[]): Promise<unknown[]> {
  await stage.vod.ModifyEventConfig({ Mode: "PULL" });
  for (const EventType of eventTypes) await stage.cloud.notify({ EventType });
  do {
    const { error } = await stage.cloud.functions.invoke(NAMESPACE, "reliable", { Type: "Timer" });
    expect(error).toBeUndefined();
  } while (stage.cloud.queuedEvents() > 0);
  return collectRecords(stage.log).kept.map((record) => "event" in record && record.event["EventType"]);
}

test.each([
  ["Exit", /ended its Worker: exit code 3/],
  ["Throw", /ended its Worker: Error: in a timer/],
  ["Memory", /ended its Worker: Error \[ERR_WORKER_OUT_OF_MEMORY\]/],
  ["Loop", /ended its Worker: it was blocked for 5 s/],
])(
  "reliable parks an event whose handler ends the process by %s, and finishes the others",
  async (poison, reason) => {
    await open("reliable");
    const good = ["A", "B", "C", "D", "Call"];
    expect(await workThrough(["A", "B", poison, "C", "D", "Call"])).toEqual([poison]);
    expect([...new Set(handled())]).toEqual(good.sort());
    expect(stage.log.filter((line) => reason.test(line)).length).toBeGreaterThan(0);
  },
);

test("what a handler in a Worker throws has its outcome, and its stray rejection is logged", async () => {
  await open("reliable");
  expect(await workThrough(["Park", "Stray", "A"])).toEqual(["Park"]);
  expect(handled()).toEqual(["A", "Stray"]);
  expect(stage.log.join("\n")).toContain("Unhandled rejection: Error: nobody waits for this");
  expect(stage.log.join("\n")).toMatch(/^Park: never\\n {4}at /m);
});

test.each(["Park", "Never"])("callback parks an event whose handler throws %s", async (eventType) => {
  await open("callback");
  const answer = await stage.cloud.functions.invoke(
    NAMESPACE,
    "callback",
    postRequest({ EventType: eventType }),
  );
  expect(answer.result).toMatchObject({ statusCode: 400, body: `${eventType}: never` });
});

test.each(["callback", "retry"])(
  "a stray rejection in %s is logged, and ends neither its request nor the next",
  async (name) => {
    await open(name);
    const requests = ["Stray", "A", "B"].map((EventType) =>
      name === "callback" ? postRequest({ EventType }) : { EventType },
    );
    for (const request of requests) {
      const { error } = await stage.cloud.functions.invoke(NAMESPACE, name, request);
      expect(error).toBeUndefined();
    }
    expect(handled()).toEqual(["A", "B", "Stray"]);
    expect(stage.log.join("\n")).toContain("Unhandled rejection: Error: nobody waits for this");
  },
);
