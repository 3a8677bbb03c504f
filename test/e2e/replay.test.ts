import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import type { Clock } from "../../lib/clock";
import { logReplayRecord } from "../../lib/log/replay-record";
import { ApiError, type Interception } from "../../local-cloud";
import { SubTaskError } from "../../local-cloud/vod/sub-task";
import { instantTranscoder } from "../../local-cloud/vod/transcode";
import { readTarget } from "../../scripts/cloud/target";
import { doctor } from "../../scripts/commands/doctor";
import { printLogs } from "../../scripts/commands/logs";
import { reconcile } from "../../scripts/commands/reconcile";
import { replay } from "../../scripts/commands/replay";
import { openReplayContext } from "../../scripts/replay/replay-context";
import { findWaiting } from "../../scripts/replay/waiting";
import { uploadNotification } from "../helpers/notifications";
import { recordedLog } from "../helpers/recorded-log";
import { NAMESPACE, TestCloud, uploadOf } from "../helpers/test-cloud";

const DAY_MS = 24 * 3600 * 1000;
const folder = mkdtempSync(join(tmpdir(), "replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

let entryPoints: TestCloud;
/** The definitions whose transcoding fails. */
const broken = new Set<number>();
/** Why they fail. */
let reason: ConstructorParameters<typeof SubTaskError>[0] = "InternalError";
let intercept: (action: string) => Interception;
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => Date.now(),
  sleep: () => new Promise(setImmediate),
};
const pass = (ms: number) => jest.setSystemTime(Date.now() + ms);

beforeEach(async () => {
  // Time stands still until a test has it pass; all else goes on.
  jest.useFakeTimers({
    doNotFake: [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setInterval",
      "clearInterval",
      "setTimeout",
      "clearTimeout",
    ],
  });
  broken.clear();
  reason = "InternalError";
  intercept = () => undefined;
  entryPoints = await TestCloud.open({
    intercept: ({ action }) => intercept(action),
    transcoder: {
      ...instantTranscoder,
      async transcode(_source, _output, definition) {
        if (broken.has(definition)) throw new SubTaskError(reason, "broken");
      },
    },
  });
});
afterEach(async () => {
  await entryPoints.cloud.close();
  jest.useRealTimers();
});

/** Runs a command and gives what it printed. */
async function printed(command: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const spies = [jest.spyOn(console, "log"), jest.spyOn(console, "error")];
  for (const [index, spy] of spies.entries()) {
    spy.mockImplementation((text) => lines.push(`${["", "stderr: "][index]}${text}`));
  }
  try {
    lines.push(`result: ${await command()}`);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines.join("\n");
}

const replayLog = () => printed(() => replay(entryPoints.env, { since: "3d", yes: true }, clock));

function replayFile(...notifications: object[]): Promise<string> {
  return replayLines(...recordOf(...notifications));
}

function recordOf(...notifications: object[]): readonly string[] {
  const { log, lines } = recordedLog();
  for (const notification of notifications) logReplayRecord({ ...notification }, log);
  return lines;
}

function replayLines(...lines: readonly string[]): Promise<string> {
  const file = join(folder, "saved.log");
  writeFileSync(file, lines.join("\n"));
  return printed(() => replay(entryPoints.env, { since: "3d", file, yes: true }, clock));
}

const reconcileNow = (options = {}) =>
  printed(() => reconcile(entryPoints.env, { since: "2d", limit: 100, ...options }, clock));

const waiting = async () =>
  (await findWaiting(await openReplayContext(readTarget(entryPoints.env), clock), DAY_MS, clock)).length;

/** Has the retry function, which has no keys, fail at an event. */
async function leaveRecord(event: object): Promise<void> {
  const before = entryPoints.own("retry").length;
  await entryPoints.call("Invoke", {
    FunctionName: "retry",
    Namespace: NAMESPACE,
    ClientContext: JSON.stringify(event),
  });
  expect(entryPoints.own("retry").length).toBeGreaterThan(before);
}

/** The SessionIds of all task flows of a file, and the definitions of each. */
const flows = (fileId: string) =>
  entryPoints.calls
    .filter(({ action, error }) => action === "ProcessMedia" && error === null)
    .map(({ params }) => Object(params))
    .filter(({ FileId }) => FileId === fileId)
    .map(({ SessionId, MediaProcessTask }) => ({
      generation: Number(String(SessionId).split("-").at(-1)),
      definitions: MediaProcessTask.TranscodeTaskSet.map(
        ({ Definition }: { Definition: number }) => Definition,
      ),
    }));

/** Resolves when every task flow has ended. */
async function settle(): Promise<void> {
  for (;;) {
    const { TaskSet = [] } = await entryPoints.vod.DescribeTasks({ Limit: 100 });
    if (TaskSet.every(({ Status }) => Status === "FINISH")) return;
  }
}

const ALL = [100010, 100020];

describe("replay", () => {
  beforeEach(() => entryPoints.deployBuilt("retry", { SECRET_ID: "", SECRET_KEY: "" }));

  test("takes what the log has kept as if it were new, once, and nothing waits any more", async () => {
    const fileId = await entryPoints.upload();
    const large = await entryPoints.upload();
    await leaveRecord(uploadOf(fileId));
    await leaveRecord(uploadOf(fileId));
    await leaveRecord({ ...uploadOf(large), Extra: Array.from({ length: 60_000 }, Math.random).join() });
    expect(await waiting()).toBe(2);

    expect(await replayLog()).toMatch(/Found 2 recorded events[\s\S]*2 done, 0 failed[\s\S]*result: true/);
    expect(flows(fileId)).toEqual([{ generation: 0, definitions: ALL }]);
    expect(entryPoints.started(large)).toBe(1);
    expect(await waiting()).toBe(0);

    // The retry function has logged that they are done.
    expect(await replayLog()).toBe("Found 0 recorded events.\nresult: true");
    expect(entryPoints.started(fileId)).toBe(1);
  });

  const kept: string[] = [];
  test("an event whose own step failed waits until it was replayed, though VOD has the outputs", async () => {
    const fileId = await entryPoints.upload();
    await replayFile(uploadOf(fileId));
    await settle();
    const deletion = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: [fileId] } };
    for (const event of [uploadOf(fileId), deletion])
      for (const line of recordOf({ ...event, VodReceiver: { pending: ["custom"] } })) kept.push(line);
    kept.push(
      JSON.stringify({
        requestId: "r",
        eventType: "NewFileUpload",
        fileId,
        outcome: "park",
        error: "no table",
      }),
    );
    await entryPoints.deploy(
      `exports.main_handler = async () => { for (const line of ${JSON.stringify(kept)}) console.log(line); };`,
      {
        ...{ FunctionName: "callback", AutoCreateClsTopic: "TRUE", AutoDeployClsTopicIndex: "TRUE" },
        Environment: entryPoints.environment("callback"),
      },
    );
    // Written after an earlier replay of the same upload was settled.
    pass(1000);
    await entryPoints.invoke({}, { FunctionName: "callback" });
    expect(await waiting()).toBe(2);
    const shown = await printed(() => doctor(entryPoints.env));
    expect(shown).toContain(`  NewFileUpload ${fileId}: no table`);
    expect(shown).toContain(`  FileDeleted ${fileId}: the log has no reason`);
    expect(await replayLog()).toContain("2 done, 0 failed");
    expect(await waiting()).toBe(0);
  });

  test("doctor counts how many events wait for it", async () => {
    await entryPoints.deployBuilt("callback");
    await leaveRecord(uploadOf(await entryPoints.upload()));
    const waitingLine = "- Events recorded in the log in the last day that still wait for a replay: 1.";
    expect(await printed(() => doctor(entryPoints.env))).toContain(waitingLine);
    await replayLog();
    expect(await printed(() => doctor(entryPoints.env))).not.toContain("wait for a replay");
  });

  test("what still fails stays for the next one", async () => {
    const fileId = await entryPoints.upload();
    await leaveRecord(uploadOf(fileId));
    intercept = (action) => (action === "ProcessMedia" ? new ApiError("FailedOperation", "No.") : undefined);
    expect(await replayLog()).toMatch(
      /still fails[\s\S]*0 done, 1 failed[\s\S]*stay recorded[\s\S]*result: false/,
    );
    intercept = () => undefined;
    expect(await replayLog()).toContain("1 done, 0 failed");
    expect(entryPoints.started(fileId)).toBe(1);
  });

  test("other events are handled again", async () => {
    const deletion = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["5285890784246869930"] } };
    expect(await replayFile(deletion)).toMatch(/5285890784246869930[\s\S]*1 done/);
  });

  test("with nothing kept, there is nothing to do", async () => {
    expect(await replayLog()).toBe("Found 0 recorded events.\nresult: true");
  });
});

test("a transcode that failed is run once more, as the next generation", async () => {
  const fileId = await entryPoints.upload();
  broken.add(100010).add(100020);
  await replayFile(uploadOf(fileId));
  await settle();
  broken.delete(100020);
  expect(await replayFile(uploadOf(fileId))).toContain("once more");
  await settle();
  broken.clear();
  expect(await replayFile(uploadOf(fileId))).toContain(
    "nothing to do: it failed twice: InternalError: broken",
  );
  expect(flows(fileId)).toEqual([
    { generation: 0, definitions: ALL },
    { generation: 1, definitions: ALL },
  ]);
});

test("20 uploads that the version before started and recorded start nothing when they are replayed", async () => {
  const files = await Promise.all(Array.from({ length: 20 }, () => entryPoints.upload()));
  const MediaProcessTask = { TranscodeTaskSet: ALL.map((Definition) => ({ Definition })) };
  for (const FileId of files) {
    // As that version hashed it.
    const hash = createHash("sha256")
      .update(JSON.stringify({ definitions: ALL }))
      .digest("hex")
      .slice(0, 12);
    await entryPoints.vod.ProcessMedia({ FileId, MediaProcessTask, SessionId: `${FileId}-${hash}-0` });
  }
  // Records of that version: with the work that is left, and without.
  const records = files.map((fileId, index) => ({
    ...uploadOf(fileId),
    ...(index % 2 === 0 && { VodReceiver: { work: { definitions: ALL } } }),
  }));
  expect(await replayFile(...records)).toContain("20 done, 0 failed");
  await settle();
  pass(2 * DAY_MS);
  expect(await replayFile(...records)).toContain("20 done, 0 failed");
  expect(files.map((fileId) => entryPoints.started(fileId))).toEqual(files.map(() => 1));
});

test("one that succeeded is not run again, after four days either", async () => {
  const fileId = await entryPoints.upload();
  await replayFile(uploadOf(fileId));
  await settle();
  pass(4 * DAY_MS);
  expect(await replayFile(uploadOf(fileId))).toContain("nothing to do: its outputs were already made");
  expect(entryPoints.started(fileId)).toBe(1);
});

describe("a SessionId that VOD says was used", () => {
  const refusal = new ApiError("InvalidParameterValue.SessionId", "It was used.");

  test("is no success where VOD shows nothing that was started with it", async () => {
    const fileId = await entryPoints.upload();
    intercept = (action) => (action === "ProcessMedia" ? refusal : undefined);
    expect(await replayFile(uploadOf(fileId))).toMatch(
      /still fails: .*neither a task nor an output[\s\S]*0 done/,
    );
  });

  test("is one where the call that started it lost its answer", async () => {
    const fileId = await entryPoints.upload();
    let calls = 0;
    intercept = (action) => (action === "ProcessMedia" && calls++ === 0 ? "cut after" : undefined);
    expect(await replayFile(uploadOf(fileId))).toContain("1 done, 0 failed");
    expect(calls).toBe(2);
    expect(entryPoints.started(fileId)).toBe(1);
  });
});

test("what VOD quotes of the keys is not printed", async () => {
  const fileId = await entryPoints.upload();
  const { SECRET_ID = "", SECRET_KEY = "" } = entryPoints.env;
  intercept = (action) =>
    action === "ProcessMedia" ? new ApiError("FailedOperation", `No: ${SECRET_ID} ${SECRET_KEY}`) : undefined;
  const output = await replayFile(uploadOf(fileId));
  expect(output).toMatch(/still fails: .*No: \*\*\* \*\*\*/);
  for (const secret of [SECRET_ID, SECRET_KEY]) expect(output).not.toContain(secret);
});

test("a file that VOD does not have is not done", async () => {
  expect(await replayFile(uploadNotification())).toMatch(/SUBAPPID is wrong[\s\S]*0 done, 1 failed/);
});

test.each([
  ["as it is", (json: string) => json],
  ["with its FileId as a number too", (json: string) => json.replace(/"(\d+)"/, "$1")],
  ["in a list", (json: string) => `[${json}]`],
  ["in many lines", (json: string) => JSON.stringify(JSON.parse(json), null, 2)],
  ["after a byte order mark", (json: string) => `\ufeff${json}`],
  ["compressed", (json: string) => gzipSync(json)],
])("a notification in a file is taken %s", async (_name, write) => {
  const fileId = await entryPoints.upload();
  const file = join(folder, "notification.json");
  writeFileSync(file, write(JSON.stringify(uploadOf(fileId))));
  await printed(() => replay(entryPoints.env, { since: "3d", file, yes: true }, clock));
  expect(entryPoints.started(fileId)).toBe(1);
});

test.each(["no records at all", "{}", "[1, 2]"])(
  "a file of which nothing is understood is an error: %s",
  async (text) => {
    const file = join(folder, "other.txt");
    writeFileSync(file, text);
    await expect(replay(entryPoints.env, { since: "3d", file, yes: true }, clock)).rejects.toThrow(
      /other\.txt has neither records nor notifications, so nothing was replayed\. It can be/,
    );
  },
);

test("the end of a task that was too large to be recorded is read from VOD", async () => {
  const fileId = await entryPoints.upload();
  const { TaskId = "" } = await entryPoints.vod.ProcessMedia({
    FileId: fileId,
    MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] },
  });
  await settle();
  const Extra = Array.from({ length: 200_000 }, Math.random).join();
  const event = { EventType: "ProcedureStateChanged", ProcedureStateChangeEvent: { TaskId, Extra } };
  expect(await replayFile(event)).toContain(`Transcode succeeded. FileId: ${fileId}, Definition: 100010`);
});

describe("what can't be used", () => {
  const deletion = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["5285890784246869930"] } };
  const large = { ...deletion, Extra: Array.from({ length: 3000 }, Math.random).join() };

  test("of a file is counted on standard error, with what to do, and is a failure; the rest is done", async () => {
    const [first = "", ...others] = recordOf(large);
    const output = await replayLines(
      ...recordOf(deletion),
      ...others,
      first.slice(0, -9),
      '{"EventType":"File',
    );
    expect(output.match(/^stderr: .*$/gm)).toEqual([
      "stderr: Records that can't be used because parts are missing or changed: 1. Save more of the log, then replay that file.",
      expect.stringMatching(/^stderr: Lines that look like records or notifications but can't be read: 2\. /),
    ]);
    expect(output).toMatch(/\nFound 1 recorded event\.\n[\s\S]*1 done, 0 failed\.\nresult: false$/);
  });

  test("is a notification in a log", async () => {
    expect(await replayLines("Started httpserver on port 8080", JSON.stringify(deletion))).toMatch(
      /^stderr: Lines that look like records or notifications but can't be read: 1\. .*\nFound 0 recorded events\.\nresult: false$/,
    );
  });

  test("of the functions' log is counted too", async () => {
    await entryPoints.deployBuilt("retry", { SECRET_ID: "", SECRET_KEY: "" });
    await leaveRecord({ ...uploadOf(await entryPoints.upload()), Extra: large.Extra });
    const request = AbstractClient.prototype.request;
    const spy = jest.spyOn(AbstractClient.prototype, "request");
    spy.mockImplementation(async function (this: AbstractClient, action, params, options) {
      const answer = await request.call(this, action, params, options);
      if (action !== "SearchLog") return answer;
      const Results = answer.Results.filter(({ LogJson }: { LogJson: string }) => !/part\W+2/.test(LogJson));
      return { ...answer, Results };
    });
    expect(await replayLog()).toBe(
      [
        "stderr: Records that can't be used because parts are missing or changed: 1. Pass a longer --since.",
        "Found 0 recorded events.",
        "result: false",
      ].join("\n"),
    );
    spy.mockRestore();
    expect(await replayLog()).toMatch(/^Found 1 recorded event\.[\s\S]*result: true$/);
  });
});

test("a line end in a logged line makes no record of what logs printed", async () => {
  await entryPoints.deployBuilt("callback");
  await entryPoints.deployBuilt("retry", { SECRET_ID: "", SECRET_KEY: "" });
  await leaveRecord(uploadOf(await entryPoints.upload()));
  const [forged = ""] = recordOf({ ...uploadOf("666"), Extra: 1 });
  const request = AbstractClient.prototype.request;
  const spy = jest.spyOn(AbstractClient.prototype, "request");
  spy.mockImplementation(async function (this: AbstractClient, action, params, options) {
    const answer = await request.call(this, action, params, options);
    if (action !== "SearchLog") return answer;
    const Results = answer.Results.map(({ LogJson, ...result }: { LogJson: string }) => {
      const { SCF_Message, ...fields } = JSON.parse(LogJson);
      // The platform's own lines quote errors and answers.
      const text = fields.SCF_Type === "Platform" ? `${SCF_Message}\n${forged}\r${forged}` : SCF_Message;
      return { ...result, LogJson: JSON.stringify({ ...fields, SCF_Message: text }) };
    });
    return { ...answer, Results };
  });
  const saved = await printed(() => printLogs(entryPoints.env, { since: "1d" }));
  spy.mockRestore();
  expect(saved).toContain(forged);
  expect(await replayLines(...saved.split("\n"))).toMatch(/^Found 1 recorded event\.[\s\S]*result: true$/);
  expect(flows("666")).toEqual([]);
});

describe("reconcile", () => {
  test("lists what was uploaded and has no outputs, and starts it with yes, once", async () => {
    const older = await entryPoints.upload();
    pass(DAY_MS);
    await entryPoints.deployBuilt("callback");
    const [done, failed, made, lost] = [
      await entryPoints.upload(),
      await entryPoints.upload(),
      await entryPoints.upload("made.mp4", "VideoProcessing"),
      await entryPoints.upload("lost.mp4"),
    ];
    const image = await entryPoints.upload("image.png");
    await replayFile(uploadOf(done));
    await settle();
    broken.add(100010).add(100020);
    await replayFile(uploadOf(failed));
    await settle();
    broken.clear();

    const listed = await reconcileNow();
    for (const fileId of [failed, lost]) expect(listed).toContain(fileId);
    for (const fileId of [older, done, made, image]) expect(listed).not.toContain(fileId);
    expect(listed).toMatch(
      /2 without outputs\.\n {2}2 × Definitions: 100010, 100020\nNothing was started[\s\S]*result: false$/,
    );
    expect(entryPoints.started(lost)).toBe(0);

    expect(await reconcileNow({ yes: true })).toMatch(/2 started\.\nresult: true$/);
    expect(flows(lost)).toEqual([{ generation: 0, definitions: ALL }]);
    expect(flows(failed).at(-1)).toEqual({ generation: 1, definitions: ALL });
    await settle();
    expect(await reconcileNow()).toMatch(/^0 without outputs\.\nresult: true$/m);
  });

  test("lists apart, and never starts, a file that is wrong in itself", async () => {
    await entryPoints.deployBuilt("callback");
    const fileId = await entryPoints.upload();
    reason = "SourceFileError";
    broken.add(100010).add(100020);
    await replayFile(uploadOf(fileId));
    await settle();
    broken.clear();
    for (const yes of [false, true]) {
      expect(await reconcileNow({ yes })).toMatch(
        /it failed: SourceFileError: broken\. To start it all the same: \S+ replay --again \d+[\s\S]*^1 listed apart.*[\s\S]*result: false$/m,
      );
    }
    expect(flows(fileId)).toHaveLength(1);
  });

  test("processes the ends of task flows that no function got, once", async () => {
    await entryPoints.deployBuilt("callback");
    await entryPoints.deployBuilt("retry");
    const fileId = await entryPoints.upload();
    await replayFile(uploadOf(fileId));
    await settle();
    expect(await reconcileNow()).not.toContain("task flows ended");
    pass(11 * 60_000);
    expect(await reconcileNow()).toMatch(
      /^1 task flows ended, [\s\S]*tt0\nTo process them[\s\S]*result: false$/m,
    );
    const shown = await printed(() => doctor(entryPoints.env));
    expect(shown).toContain("- Task flows whose end no function has processed: 1.");
    expect(shown).not.toContain("without the outputs");
    expect(await reconcileNow({ yes: true })).toMatch(/^1 ends of task flows processed\.\nresult: true$/m);
    expect(entryPoints.own("retry").join("\n")).toMatch(
      new RegExp(`^Transcode succeeded\\. FileId: ${fileId}, Definition: 100010, Url: http`, "m"),
    );
    expect(await reconcileNow()).toMatch(/^0 without outputs\.\nresult: true$/m);
  });

  test("prints names and messages from outside without their control characters", async () => {
    await entryPoints.deployBuilt("callback");
    const name = "a\x1b]0;b\x07\u009b2J\u202e\n.mp4";
    const fileId = await entryPoints.upload(name);
    const { MediaInfoSet } = await entryPoints.vod.DescribeMediaInfos({ FileIds: [fileId] });
    expect(MediaInfoSet?.[0]?.BasicInfo?.Name).toContain("\x1b]0;b\x07");
    intercept = (action) => (action === "ProcessMedia" ? new ApiError("FailedOperation", name) : undefined);
    const listed = await reconcileNow({ yes: true });
    expect(listed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(listed.match(/a\\u001b\]0;b\\u0007\\u009b2J\\u202e\\n/g)).toHaveLength(4);
  });

  test("lists no more than its limit", async () => {
    await entryPoints.deployBuilt("callback");
    const files = [await entryPoints.upload(), await entryPoints.upload(), await entryPoints.upload()];
    const listed = await reconcileNow({ limit: 2, yes: true });
    expect(listed).toMatch(/more than 2[\s\S]*2 started\.\nresult: false$/);
    expect(files.map((fileId) => entryPoints.started(fileId))).toEqual([1, 1, 0]);
  });

  test("says where nothing is deployed that events come to", async () => {
    await entryPoints.deployBuilt("retry");
    await expect(reconcileNow()).rejects.toThrow("Neither callback nor reliable is deployed");
  });
});
