import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { LocalCloudOptions } from "../../local-cloud";
import { NAMESPACE, openStage, type Stage } from "../../scripts/dev/soak/stage";
import { collectRecords } from "../../scripts/replay/records";
import { Checkout } from "../helpers/checkout";

const CONFIG = { definitions: [100010, 100020], idle: "stop" };

let stage: Stage;
afterEach(() => stage.cloud.close());

/** A local cloud whose VOD uses its queue, with the built function in it. */
async function openQueue(options: LocalCloudOptions = {}, keys: object = {}): Promise<void> {
  stage = await openStage(options);
  await stage.deploy("reliable", { ...CONFIG, ...keys });
  await stage.vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
}

async function upload(files: number): Promise<string[]> {
  const fileIds: string[] = [];
  for (let number = 0; number < files; number++) {
    fileIds.push((await stage.cloud.upload(`${number}.mp4`, new Uint8Array(1))).fileId);
  }
  return fileIds;
}

const tick = () => stage.cloud.functions.invoke(NAMESPACE, "reliable", { Type: "Timer" });

/** One tick after the other until the queue is empty: one is enough but on the slowest machines. */
async function drained(): Promise<void> {
  do {
    const { error, result } = await tick();
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ park: 0 });
  } while (stage.cloud.queuedEvents() > 0);
}

/** How many of the log's lines report each file's outputs. */
function outputs(fileIds: readonly string[]): number[] {
  return fileIds.map(
    (id) => stage.log.filter((line) => line.startsWith(`Transcode succeeded. FileId: ${id}, `)).length,
  );
}

const started = (fileIds: readonly string[]) => fileIds.map((id) => stage.cloud.tasksStarted().get(id));

test.each([
  ["null", false],
  ["empty", true],
  ["not-found", false],
] as const)(
  "a tick drains the queue, where an empty one answers with %s and stale handles spare others: %s",
  async (emptyPull, partialConfirm) => {
    await openQueue({ emptyPull, partialConfirm });
    const fileIds = await upload(40);
    await drained();
    expect(started(fileIds)).toEqual(fileIds.map(() => 1));
    expect(outputs(fileIds)).toEqual(fileIds.map(() => 2));
  },
);

test("a timer's ticks drain the queue", async () => {
  await openQueue();
  const fileIds = await upload(5);
  await stage.scf.CreateTrigger({
    Namespace: NAMESPACE,
    FunctionName: "reliable",
    TriggerName: "tick",
    Type: "timer",
    TriggerDesc: "*/5 * * * * * *",
    Qualifier: "$DEFAULT",
    Enable: "OPEN",
  });
  while (outputs(fileIds).some((lines) => lines < 2)) await stage.time.sleep(500);
  expect(started(fileIds)).toEqual(fileIds.map(() => 1));
});

test("ticks that overlap start each task once", async () => {
  await openQueue();
  const fileIds = await upload(40);
  await Promise.all([drained(), drained(), drained()]);
  expect(started(fileIds)).toEqual(fileIds.map(() => 1));
});

test("an upload that VOD gives no answer for keeps no other from being confirmed, and is started later", async () => {
  let hangs = true;
  let hanging = "";
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await openQueue({
    intercept: async ({ action, params }) => {
      if (!hangs || action !== "ProcessMedia" || Object(params).FileId !== hanging) return undefined;
      await released;
      return "cut before";
    },
  });
  const [first = "", ...others] = await upload(16);
  hanging = first;
  const run = tick();
  // The others' own events and those of their outputs.
  while (stage.cloud.queuedEvents() > 1) await stage.time.sleep(500);
  expect(outputs(others)).toEqual(others.map(() => 2));
  hangs = false;
  release();
  await run;
  await drained();
  expect(started([first, ...others])).toEqual([first, ...others].map(() => 1));
});

test("a function whose keys are wrong says so, and ends", async () => {
  await openQueue({}, { secret_id: "AKIDnobody", secret_key: "of-nobody" });
  const { error, result } = await tick();
  expect(error).toBeUndefined();
  expect(result).toMatchObject({ error: expect.stringContaining("AuthFailure.SecretIdNotFound") });
});

describe("./vod-receiver pull", () => {
  const checkout = new Checkout();
  afterAll(() => checkout.remove());
  checkout.write("config.json", { definitions: [100010] });

  function pull(...options: string[]): ChildProcess {
    const { credential, endpointUrl } = stage.cloud;
    return spawn(checkout.path("vod-receiver"), ["pull", ...options], {
      env: {
        PATH: process.env["PATH"],
        SECRET_ID: credential.secretId,
        SECRET_KEY: credential.secretKey,
        CLOUD_ENDPOINT_URL: endpointUrl,
        ...stage.time.environment(),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async function finish(child: ChildProcess) {
    if (!child.stdout || !child.stderr) throw new Error("the command has no output");
    const [stdout, stderr] = await Promise.all([
      text(child.stdout).catch(String),
      text(child.stderr),
      child.exitCode ?? once(child, "exit"),
    ]);
    return { stdout, stderr, code: child.exitCode };
  }

  test("with --once it ends when the queue is empty; the log is its output", async () => {
    await openQueue();
    const fileIds = await upload(20);
    const { stdout, stderr, code } = await finish(pull("--once"));
    expect(stderr).toContain("40 events: 40 done, 0 parked");
    expect(code).toBe(0);
    for (const id of fileIds)
      expect(stdout).toContain(`Transcode succeeded. FileId: ${id}, Definition: 100010`);
    expect(stage.cloud.queuedEvents()).toBe(0);
  });

  test("with --once it exits with 1 if events come back to the queue", async () => {
    await openQueue();
    const [fileId] = await upload(1);
    stage.cloud.faults.replace({ calls: [{ action: "ProcessMedia", error: "InternalError" }] });
    const { stderr, code } = await finish(pull("--once"));
    stage.cloud.faults.replace({});
    expect({ code, started: started([fileId ?? ""]) }).toEqual({ code: 1, started: [undefined] });
    expect(stderr).toMatch(/VOD redelivers 1\.$/m);
  });

  test("it goes on until it is stopped, and then finishes what is in flight", async () => {
    await openQueue();
    await upload(20);
    const child = pull();
    const finished = finish(child);
    while (stage.cloud.tasksStarted().size < 5) await stage.time.sleep(100);
    child.kill("SIGTERM");
    const { stderr, code } = await finished;
    expect(code).toBe(0);
    expect(stderr).toContain("Stopping");
    const [, pulled, done] = /(\d+) events: (\d+) done, 0 parked[^;]*$/m.exec(stderr) ?? [];
    expect(done).toBe(pulled);
  });

  test("into a pipe that is read late, the record of every parked event comes out", async () => {
    await openQueue();
    const marks = Array.from({ length: 150 }, (_, number) => `unreadable-${number}`);
    for (const mark of marks) {
      const MediaBasicInfo = { Name: randomBytes(15_000).toString("base64") };
      const FileUploadEvent = { FileId: mark, MediaBasicInfo };
      await stage.cloud.notify({ EventType: "NewFileUpload", FileUploadEvent });
    }
    const child = pull("--once");
    await Promise.race([once(child, "exit"), stage.time.sleep(60_000)]);
    const { stdout, code } = await finish(child);
    expect(code).toBe(0);
    expect(stage.cloud.queuedEvents()).toBe(0);
    const { kept, incomplete } = collectRecords(stdout.split("\n"));
    const found = kept.map((record) => "event" in record && Object(record.event["FileUploadEvent"]).FileId);
    expect({ found: found.sort(), incomplete }).toEqual({ found: marks.sort(), incomplete: 0 });
  });

  test("it ends at once if nothing reads its log, and what it could not log stays in the queue", async () => {
    await openQueue();
    await upload(20);
    const child = pull();
    const finished = finish(child);
    child.stdout?.destroy();
    const { stderr, code } = await finished;
    expect(code).toBe(1);
    expect(stderr).toContain("The log can't be written (write EPIPE).");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stage.cloud.queuedEvents()).toBeGreaterThan(0);
  });

  test("where VOD does not use its queue it says what to do, and --once takes what still waits", async () => {
    await openQueue();
    await upload(1);
    await stage.vod.ModifyEventConfig({ Mode: "PUSH" });
    const refused = await finish(pull());
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Run ./vod-receiver event-config --mode pull --yes");
    const { stderr, code } = await finish(pull("--once"));
    expect(code).toBe(0);
    expect(stderr).toContain("1 event: 1 done, 0 parked");
    expect(stage.cloud.queuedEvents()).toBe(0);
  });
});
