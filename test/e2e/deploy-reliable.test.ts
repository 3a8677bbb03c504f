import { setTimeout } from "node:timers/promises";
import { ApiError, type Interception } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, answers, DeployScenario, LINES } from "../helpers/deploy-scenario";

const checkout = new Checkout();
let stage: DeployScenario;
/** What becomes of a call. */
let intercept: (action: string) => Interception | Promise<Interception>;
/** How far the cloud's clock is ahead, in milliseconds. */
let ahead: number;
beforeEach(async () => {
  intercept = () => undefined;
  ahead = 0;
  stage = await DeployScenario.open(checkout, {
    now: () => Date.now() + ahead,
    pullHoldMs: 0,
    intercept: ({ action }) => intercept(action),
  });
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const RELIABLE = { MODE: "reliable" };
const NORMAL = { MODE: "normal" };
const TIMER = "0 */1 * * * * *";
const RELIABLE_LINES = [
  ...LINES.slice(0, -1),
  'Select "Reliable Callback" in the VOD console, under Event Notification; or run: MODE=reliable ./vod-receiver event-config --yes',
  `Reliable callback: vod_demo/reliable, timer ${TIMER}`,
];

/** What a minute's timer does, without the minute. */
const tick = () =>
  stage.call("scf", "Invoke", {
    ...{ Namespace: "vod_demo", FunctionName: "reliable", InvocationType: "Event" },
    ClientContext: JSON.stringify({ Type: "Timer", TriggerName: "tick", Time: "", Message: "" }),
  });

async function upload(name: string): Promise<string> {
  return (await stage.cloud.upload(`${name}.mp4`, Buffer.from(name))).fileId;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(20);
}

async function setTimer(Enable: "OPEN" | "CLOSE"): Promise<void> {
  const address = { Namespace: "vod_demo", FunctionName: "reliable" };
  const { Triggers } = await stage.call("scf", "ListTriggers", address);
  const [{ TriggerName, Type, Qualifier }] = Triggers;
  await stage.call("scf", "UpdateTrigger", { ...address, TriggerName, Type, Qualifier, Enable });
}

describe("MODE=reliable", () => {
  test("deploys reliable with its timer, and says what to choose", async () => {
    expect(await stage.deploy(RELIABLE)).toEqual({ lines: RELIABLE_LINES, failure: undefined });
    expect(stage.writes()).toEqual([
      ...["cam:CreateRole", "cam:CreatePolicy", "cam:AttachRolePolicy"],
      // retry settles what replay has reprocessed.
      ...["scf:CreateNamespace", "scf:CreateFunction", "scf:CreateFunction"],
      ...["scf:CreateTrigger", "scf:Invoke"],
    ]);
    expect(await stage.variables("retry")).toMatchObject({ VOD_RECEIVER: "retry" });
    expect((await stage.function("retry")).Triggers).toEqual([]);
    expect(await stage.function("reliable")).toMatchObject({
      Status: "Active",
      Timeout: 60,
      MemorySize: 256,
    });
    expect(await stage.variables("reliable")).toEqual({
      ...{
        VOD_RECEIVER: "reliable",
        DEFINITIONS: "100010,100020",
        CODE_DIGEST: expect.any(String),
        CONFIG_DIGEST: expect.any(String),
      },
    });
    await stage.deploy(RELIABLE);
    // Testing it is no change.
    expect(stage.writes()).toEqual(["scf:Invoke"]);
  });

  test("leaves callback as it is, and both have one role", async () => {
    const address = addressIn(await stage.deploy());
    stage.writes();
    await stage.deploy(RELIABLE);
    expect(stage.writes().filter((call) => call.startsWith("cam:") || /Update/.test(call))).toEqual([
      "cam:UpdatePolicy",
    ]);
    expect(await answers(address)).toBe(true);
    const [{ Role: one }, { Role: other }] = [await stage.function(), await stage.function("reliable")];
    expect(one).toBe(other);
  });

  test("warns where reliable does not run", async () => {
    intercept = (action) => (action === "Invoke" ? "cut before" : undefined);
    stage.clock.isPassing = true;
    const { lines, failure } = await stage.deploy(RELIABLE);
    expect(failure).toBeUndefined();
    expect(lines).toContain("Warning: the event notification receipt service failed the test.");
    expect(lines.at(-1)).toBe(RELIABLE_LINES.at(-1));
  });

  test("names the function after FUNCTION", async () => {
    const { lines } = await stage.deploy({ ...RELIABLE, FUNCTION: "notify" });
    expect(lines.at(-1)).toBe(`Reliable callback: vod_demo/notify-reliable, timer ${TIMER}`);
  });
});

test("going to the queue and back, with uploads all the while, starts each once and loses none", async () => {
  const files: string[] = [];
  const send = async (name: string) => files.push(await upload(name));
  await stage.deploy();
  await stage.eventConfig({ yes: true });
  await send("before");
  await stage.deploy(RELIABLE);
  // One on each side of every change of VOD.
  intercept = async (action) => {
    if (action === "ModifyEventConfig") await send(`at ${files.length}`);
    return undefined;
  };
  const there = await stage.eventConfig({ yes: true }, RELIABLE);
  expect(there.lines.slice(-2)).toEqual([
    "vod_demo/callback stays deployed for notifications that are still on their way.",
    "Next, upload a video: ./vod-receiver upload FILE --wait (or in the VOD console).",
  ]);
  await send("in the queue");
  expect(stage.cloud.queuedEvents()).toBeGreaterThan(0);
  await tick();
  await until(() => stage.cloud.tasksStarted().size === files.length);
  await send("while it is worked through");
  const back = await stage.eventConfig({ yes: true }, NORMAL);
  expect(back.failure).toBeUndefined();
  expect(back.lines.at(-2)).toMatch(/^vod_demo\/reliable still processes the events in the queue/);
  await send("after");
  await until(() => stage.cloud.tasksStarted().size === files.length && stage.cloud.queuedEvents() === 0);
  expect([...stage.cloud.tasksStarted()].sort()).toEqual(files.map((file) => [file, 1]).sort());
});

describe("event-config", () => {
  test("goes by what is deployed, and asks which where both are", async () => {
    await stage.deploy(RELIABLE);
    expect((await stage.eventConfig()).lines.slice(1)).toEqual([
      "Mode: PUSH -> PULL",
      "UploadMediaCompleteEventSwitch: OFF -> ON",
      "Nothing was changed. To apply this: ./vod-receiver event-config --yes",
    ]);
    await stage.deploy();
    expect((await stage.eventConfig({}, RELIABLE)).lines.at(-1)).toBe(
      "Nothing was changed. To apply this: MODE=reliable ./vod-receiver event-config --yes",
    );
    expect((await stage.eventConfig()).failure).toBe(
      "Both callback and reliable are deployed. Set MODE to choose which one receives VOD's events: MODE=normal ./vod-receiver event-config or MODE=reliable ./vod-receiver event-config",
    );
  });

  test("does not go to a queue that nothing works through", async () => {
    await stage.deploy();
    stage.writes();
    expect((await stage.eventConfig({ yes: true }, RELIABLE)).failure).toBe(
      "vod_demo/reliable is not deployed. Deploy it: MODE=reliable bash installer.sh",
    );
    await stage.deploy(RELIABLE);
    await setTimer("CLOSE");
    expect((await stage.eventConfig({ yes: true }, RELIABLE)).failure).toContain(
      "vod_demo/reliable has no enabled timer, so nothing was changed.",
    );
    await setTimer("OPEN");
    intercept = (action) => (action === "Invoke" ? "cut before" : undefined);
    stage.clock.isPassing = true;
    expect((await stage.eventConfig({ yes: true }, RELIABLE)).failure).toContain(
      "vod_demo/reliable failed the self-test, so nothing was changed.",
    );
    expect(stage.writes()).not.toContain("vod:ModifyEventConfig");
  });

  test("does not go to a queue that the function may not pull from", async () => {
    await stage.deploy(RELIABLE);
    const denied = new ApiError("UnauthorizedOperation", "You may not do that.");
    intercept = (action) => (action === "PullEvents" ? denied : undefined);
    expect((await stage.eventConfig({ yes: true })).failure).toBe(
      "vod_demo/reliable can't process VOD's queue, so nothing was changed: UnauthorizedOperation You may not do that.\nFix the cause, then run this again.",
    );
    expect(stage.writes()).not.toContain("vod:ModifyEventConfig");
  });

  test("prints no key of what the function says of the queue", async () => {
    const { SECRET_ID = "", SECRET_KEY = "" } = stage.env;
    await stage.deploy(RELIABLE);
    const quoting = new ApiError("UnauthorizedOperation", `Sent: ${SECRET_ID}, ${SECRET_KEY}, itsOwnKey`);
    intercept = (action) => (action === "PullEvents" ? quoting : undefined);
    const Variables = Object.entries({ ...(await stage.variables("reliable")), SECRET_KEY: "itsOwnKey" });
    await stage.call("scf", "UpdateFunctionConfiguration", {
      ...{ Namespace: "vod_demo", FunctionName: "reliable" },
      Environment: { Variables: Variables.map(([Key, Value]) => ({ Key, Value })) },
    });
    while ((await stage.function("reliable")).Status !== "Active");
    expect((await stage.eventConfig({ yes: true })).failure).toMatch(/Sent: \*\*\*, \*\*\*, \*\*\*$/m);
  });

  test("does not go to a queue that the function has no time for, or gets no answer from", async () => {
    await stage.deploy(RELIABLE);
    const address = { Namespace: "vod_demo", FunctionName: "reliable" };
    const setLimit = async (Timeout: number) => {
      await stage.call("scf", "UpdateFunctionConfiguration", { ...address, Timeout });
      while ((await stage.function("reliable")).Status !== "Active");
    };
    await setLimit(10);
    expect((await stage.eventConfig({ yes: true })).failure).toContain("the time limit is too short");
    // With the machine's own time a run gives up long before this limit.
    while ((await stage.function("reliable")).Status !== "Active");
    const variables = { ...(await stage.variables("reliable")), CLOCK_SPEED: "1" };
    const Variables = Object.entries(variables).map(([Key, Value]) => ({ Key, Value }));
    await stage.call("scf", "UpdateFunctionConfiguration", { ...address, Environment: { Variables } });
    while ((await stage.function("reliable")).Status !== "Active");
    await setLimit(60);
    intercept = (action) => (action === "PullEvents" ? "cut before" : undefined);
    expect((await stage.eventConfig({ yes: true })).failure).toContain(
      "vod_demo/reliable can't process VOD's queue, so nothing was changed: socket hang up",
    );
    expect(stage.writes()).not.toContain("vod:ModifyEventConfig");
  });

  test("does not go back to an address that does not answer", async () => {
    await stage.deploy();
    await stage.deploy(RELIABLE);
    await stage.eventConfig({ yes: true }, RELIABLE);
    await stage.call("scf", "PutReservedConcurrencyConfig", {
      ...{ Namespace: "vod_demo", FunctionName: "callback", ReservedConcurrencyMem: 0 },
    });
    stage.writes();
    expect((await stage.eventConfig({ yes: true }, NORMAL)).failure).toContain(
      "vod_demo/callback failed the self-test, so nothing was changed.",
    );
    expect(stage.writes()).toEqual([]);
  });

  test("warns of another address before the queue too", async () => {
    await stage.deploy(RELIABLE);
    await stage.call("vod", "ModifyEventConfig", { NotificationUrl: "https://production.example.com/" });
    expect((await stage.eventConfig({ yes: true })).failure).toMatch(
      /^VOD is already set to another address\./,
    );
    expect((await stage.eventConfig({ yes: true, replace: true })).lines).toContain(
      "VOD has the new settings:",
    );
  });
});

describe("what is left to see", () => {
  const NOT_IN_USE =
    "VOD puts no events into its queue. To switch to it: MODE=reliable ./vod-receiver event-config --yes. If you have returned to the normal callback, remove this function when the queue has been empty for some minutes: ./vod-receiver remove --only reliable";

  beforeEach(async () => {
    await stage.deploy();
    await stage.deploy(RELIABLE);
    await stage.eventConfig({ yes: true }, RELIABLE);
  });

  test("info and doctor know the queue", async () => {
    const { lines } = await stage.info();
    const at = lines.indexOf("vod_demo/reliable");
    expect(lines.slice(at)).toEqual(
      expect.arrayContaining([
        `  timer: tick ${TIMER}`,
        "  queue: 0 events about three minutes ago",
        "vod_demo/callback",
      ]),
    );
    expect(lines.join("\n")).not.toContain(NOT_IN_USE);
    expect(await stage.doctor()).toEqual({
      lines: ["Events in VOD's queue about three minutes ago: 0.", "No problems found."],
      failure: undefined,
    });
    await stage.eventConfig({ yes: true }, NORMAL);
    expect((await stage.info()).lines).toContain(`  ${NOT_IN_USE}`);
    expect((await stage.doctor()).lines).toContain(`reliable: ${NOT_IN_USE}`);
  });

  test("doctor finds a timer that is off, a retry that is gone, and one that is not repeated", async () => {
    await setTimer("CLOSE");
    await stage.call("scf", "UpdateFunctionEventInvokeConfig", {
      ...{ Namespace: "vod_demo", FunctionName: "retry" },
      AsyncTriggerConfig: { RetryConfig: [{ RetryNum: 0 }], MsgTTL: 21600 },
    });
    const { lines } = await stage.doctor();
    expect(lines).toContain(
      "- The function reliable has no enabled timer, so nothing processes VOD's queue.",
    );
    expect(lines).toContain(
      "- SCF is not set to retry the function retry twice within six hours after a failure.",
    );
    await stage.call("scf", "DeleteFunction", { Namespace: "vod_demo", FunctionName: "retry" });
    expect((await stage.doctor()).lines).toContain(
      "- The function vod_demo/retry, to which callback hands over, does not exist.",
    );
  });

  test("logs are those of all functions by their names, or of one", async () => {
    // Each was tested by the installer.
    const all = async () => (await stage.logs()).lines;
    const of = (name: string) => (line: string) => line.includes(`Z ${name} Self-test of the installer.`);
    let lines = await all();
    while (!lines.some(of("callback")) || !lines.some(of("reliable"))) lines = await all();
    const { lines: one } = await stage.logs({}, { function: "callback" });
    expect(one).toContainEqual(expect.stringMatching(/Z Self-test of the installer\.$/));
    expect((await stage.logs({}, { function: "nobody" })).failure).toContain(
      "The installation FUNCTION=callback has no function nobody. It has: ",
    );
  });

  test("remove takes them in the order in which they call each other, the timer before its function", async () => {
    stage.writes();
    const { lines } = await stage.remove();
    expect(lines).toContain(
      "VOD keeps its events in its queue. To change that: ./vod-receiver event-config --clear --yes --replace",
    );
    expect(lines.slice(1, 4)).toEqual([
      "Removed the function vod_demo/callback.",
      "Removed the function vod_demo/reliable.",
      "Removed the function vod_demo/retry.",
    ]);
    expect(stage.writes().filter((call) => call.startsWith("scf:"))).toEqual([
      ...["scf:DeleteFunction", "scf:DeleteTrigger", "scf:DeleteFunction", "scf:DeleteFunction"],
      "scf:DeleteNamespace",
    ]);
  });

  test("remove --only reliable waits for VOD and for the queue", async () => {
    const only = () => stage.remove({}, { only: "reliable" });
    expect((await only()).failure).toContain(
      "VOD puts its events into its queue, and nothing else processes it.",
    );
    await upload("waiting");
    await stage.eventConfig({ yes: true }, NORMAL);
    expect((await only()).failure).toContain("About 1 events still wait in VOD's queue");
    await tick();
    await until(() => stage.cloud.queuedEvents() === 0);
    // The count is three minutes old.
    expect((await only()).failure).toContain("About 1 events");
    expect((await stage.remove({}, { only: "callback" })).failure).toContain(
      `--only takes "reliable" (got "callback").`,
    );
    ahead = 3 * 60_000;
    expect((await only()).lines.at(-1)).toBe("Removed the function vod_demo/reliable.");
  });

  test("remove --only reliable sees what came after VOD's count", async () => {
    const only = () => stage.remove({}, { only: "reliable" });
    expect((await stage.info()).lines).toContain("  queue: 0 events about three minutes ago");
    await upload("after the count");
    await stage.eventConfig({ yes: true }, NORMAL);
    expect((await only()).failure).toBe(
      "Events still wait in VOD's queue (reliable just pulled 1). Let reliable finish, then run this again.",
    );
    expect((await only()).lines).toEqual([
      "Running reliable once more to check VOD's queue.",
      "Removed the function vod_demo/reliable.",
    ]);
    expect(stage.cloud.tasksStarted().size).toBe(1);
  });

  test("remove --only reliable leaves the other functions and their role", async () => {
    await stage.eventConfig({ yes: true }, NORMAL);
    const address = addressIn({
      lines: [(await stage.info()).lines.at(-1)?.trim() ?? ""],
      failure: undefined,
    });
    expect((await stage.remove({}, { only: "reliable" })).lines.at(-1)).toBe(
      "Removed the function vod_demo/reliable.",
    );
    expect(await answers(address)).toBe(true);
    expect((await stage.remove({}, { only: "reliable" })).failure).toBe(
      "vod_demo/reliable is not deployed. To see what is deployed: ./vod-receiver info",
    );
  });
});
