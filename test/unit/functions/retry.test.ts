import { createRetry } from "../../../functions/retry/retry";
import { type Answer, fail, startApi, succeed } from "../../helpers/api-server";
import { CONTEXT, configFile, FIVE_FIELDS } from "../../helpers/callback";
import { FakeClock, NOW } from "../../helpers/clock";
import { FILE_ID, notificationOf, unfinished, uploadNotification } from "../../helpers/notifications";
import { lastRecord, replayed } from "../../helpers/recorded-log";

const context = { ...CONTEXT, time_limit_in_ms: 60_000 };

async function open(answers: readonly Answer[] = [succeed], config: object = FIVE_FIELDS) {
  const clock = new FakeClock();
  const api = await startApi(...answers);
  const lines: string[] = [];
  const env = { CLOUD_ENDPOINT_URL: api.url, CODE_DIGEST: "abc123", RETRY_FUNCTION: "retry" };
  const handle = createRetry({
    configFile: configFile(config),
    env,
    clock,
    write: (line) => lines.push(line),
  });
  return { handle, lines, calls: api.calls, clock };
}

test("an event that is handed over is done as a notification is", async () => {
  const { handle, lines, calls } = await open();
  await handle(uploadNotification(), context);
  expect(calls.map(({ params }) => params)).toEqual([
    expect.objectContaining({ FileId: FILE_ID, SessionId: expect.stringMatching(/-0$/) }),
  ]);
  expect(lastRecord(lines)).toMatchObject({ fileId: FILE_ID, outcome: "done" });
  expect(replayed(lines)).toEqual([]);
});

test("what callback started after all is done", async () => {
  const { handle, lines } = await open([fail("InvalidParameterValue.SessionId")]);
  await handle(uploadNotification(), context);
  expect(lastRecord(lines)).toMatchObject({ outcome: "done" });
});

test("a transient error is retried for 50 s, then recorded and thrown, so that SCF repeats it", async () => {
  const { handle, lines, clock, calls } = await open([fail("InternalError")]);
  await expect(handle(uploadNotification(), context)).rejects.toThrow("not done yet");
  expect(clock.now()).toBeGreaterThan(NOW + 20_000);
  expect(clock.now()).toBeLessThanOrEqual(NOW + 50_000);
  expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
  expect(calls.every(({ headers }) => headers["x-tc-action"] === "ProcessMedia")).toBe(true);
});

test("every try leaves the same record", async () => {
  const { handle, lines } = await open([fail("InternalError")]);
  for (const request_id of ["first", "second"]) {
    await expect(handle(uploadNotification(), { ...context, request_id })).rejects.toThrow();
  }
  const records = lines.filter((line) => line.startsWith('{"replay":'));
  expect(records).toHaveLength(2);
  expect(records[0]).toBe(records[1]);
});

test("a time limit that is short bounds the tries too", async () => {
  const { handle, clock } = await open([fail("InternalError")]);
  await expect(handle(uploadNotification(), { ...context, time_limit_in_ms: 8000 })).rejects.toThrow();
  expect(clock.now()).toBeLessThanOrEqual(NOW + 6000);
});

test("what can never succeed is kept, and not thrown", async () => {
  const { handle, lines } = await open([fail("InvalidParameterValue.FileId")]);
  await handle(uploadNotification(), context);
  expect(replayed(lines)).toEqual([uploadNotification()]);
  expect(lastRecord(lines)).toMatchObject({ outcome: "park" });
});

test("only what is left to do is done, with the work that was resolved", async () => {
  const { handle, lines, calls } = await open([succeed]);
  const handed = { ...uploadNotification(), VodReceiver: { work: { definitions: [10] } } };
  await handle(handed, context);
  expect(calls.map(({ params }) => params)).toMatchObject([
    { MediaProcessTask: { TranscodeTaskSet: [{ Definition: 10 }] } },
  ]);
  await handle({ ...handed, VodReceiver: { pending: [] } }, context);
  expect(calls).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("Uploaded."))).toHaveLength(1);
});

test("what is left to do survives a configuration that is wrong", async () => {
  const { handle, lines } = await open([succeed], { definitions: [0] });
  const handed = {
    ...uploadNotification(),
    VodReceiver: { pending: ["handler"], work: { definitions: [10] } },
  };
  await expect(handle(handed, context)).rejects.toThrow();
  expect(replayed(lines)).toEqual([handed]);
});

test("a configuration that is wrong is thrown, and the event kept", async () => {
  const { handle, lines } = await open([succeed], { definitions: [0] });
  await expect(handle(uploadNotification(), context)).rejects.toThrow();
  expect(replayed(lines)).toEqual([uploadNotification()]);
  expect(lastRecord(lines)).toMatchObject({ error: expect.stringContaining("definitions") });
});

test.each<[unknown]>([
  [undefined],
  [null],
  ["text"],
  [5],
  [[]],
  [{}],
  [{ Type: "Timer", TriggerName: "t" }],
  [notificationOf("NewFileUpload", null)],
  [uploadNotification({ FileId: "no digits" })],
])("what is no event is logged and not thrown: %j", async (event) => {
  const { handle, lines, calls } = await open();
  await handle(event, context);
  expect(lastRecord(lines)).toMatchObject({ outcome: "refused", reason: expect.any(String) });
  expect(calls).toEqual([]);
});

test("the installer's test gets its nonce and the code's digest back", async () => {
  const { handle } = await open();
  const answer = await handle({ EventType: "InstallerSelfTest", Nonce: 12345 }, context);
  expect(answer).toEqual({ Nonce: 12345, CodeDigest: "abc123" });
});

test.each([undefined, null, 5, { time_limit_in_ms: "x", request_id: 5 }])(
  "a context that is %j does no harm",
  async (given) => {
    const { handle, lines } = await open();
    await handle(uploadNotification(), given);
    expect(lastRecord(lines)).toMatchObject({ outcome: "done" });
  },
);
