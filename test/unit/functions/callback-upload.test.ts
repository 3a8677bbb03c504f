import { systemClock } from "../../../lib/clock";
import {
  type Answer,
  cutConnection,
  cutInBody,
  cutInChunks,
  fail,
  failWithStatus500,
  hangInBody,
  neverAnswer,
  REQUEST_ID,
  SUCCESS,
  sendNoJson,
  sendNoPacket,
  sendNoTask,
  startApi,
  succeed,
} from "../../helpers/api-server";
import { CONTEXT, expectIntegratedResponse, openCallback } from "../../helpers/callback";
import { FakeClock, inVirtualTime, NOW } from "../../helpers/clock";
import { EVENT_FORMS, functionUrlEvent } from "../../helpers/gateway-events";
import {
  FILE_ID,
  signature,
  unfinished,
  uploadNotification,
  withDeepMember,
} from "../../helpers/notifications";
import { lastRecord, replayed } from "../../helpers/recorded-log";

const upload = functionUrlEvent(uploadNotification());

/** A callback whose API calls get the answers in turn. */
async function open(answers: readonly Answer[], options: Parameters<typeof openCallback>[0] = {}) {
  const api = await startApi(...answers);
  const callback = openCallback({ ...options, env: { ...options.env, CLOUD_ENDPOINT_URL: api.url } });
  return { ...callback, calls: api.calls };
}

test.each(EVENT_FORMS)(
  "an upload through %s starts its transcodes and is answered with the API's packet",
  async (_name, makeEvent) => {
    const { handle, lines, calls } = await open([succeed]);
    const response = await handle(makeEvent(uploadNotification()));
    expectIntegratedResponse(response);
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(response.body)).toEqual(SUCCESS);
    expect(lines).toContain(response.body);
    expect(lastRecord(lines)).toMatchObject({ eventType: "NewFileUpload", fileId: FILE_ID, outcome: "done" });
    expect(calls.map(({ params }) => params)).toEqual([
      {
        FileId: FILE_ID,
        MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }, { Definition: 100020 }] },
        SessionId: expect.stringMatching(new RegExp(`^${FILE_ID}-[0-9a-f]{12}-0$`)),
        SessionContext: CONTEXT.request_id,
      },
    ]);
    expect(calls.map(({ headers }) => headers.host)).toEqual(["vod.tencentcloudapi.com"]);
  },
);

test("the sub-application goes along where it is set", async () => {
  const { handle, calls } = await open([succeed], { config: { subappid: "1500000001" } });
  await handle(upload);
  expect(calls[0]?.params).toMatchObject({ SubAppId: 1500000001 });
});

test("a repeated SessionId is 200 with the error packet", async () => {
  const { handle, lines, calls } = await open([fail("InvalidParameterValue.SessionId", "repeated")]);
  const response = await handle(upload);
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(response.body)).toEqual({
    Error: { Code: "InvalidParameterValue.SessionId", Message: "repeated" },
    RequestId: REQUEST_ID,
  });
  expect(calls).toHaveLength(1);
  expect(replayed(lines)).toEqual([]);
});

describe("an error that will not pass", () => {
  test.each(["InvalidParameterValue.FileId", "UnauthorizedOperation", "FailedOperation.InvalidVodUser"])(
    "%s is 400 after one call, and the notification is kept",
    async (code) => {
      const { handle, lines, calls } = await open([fail(code)]);
      const response = await handle(upload);
      expectIntegratedResponse(response);
      expect(response).toMatchObject({ statusCode: 400, body: expect.stringContaining(code) });
      expect(calls).toHaveLength(1);
      expect(replayed(lines)).toEqual([uploadNotification()]);
      expect(lastRecord(lines)).toMatchObject({
        fileId: FILE_ID,
        outcome: "park",
        error: expect.stringContaining(code),
      });
    },
  );

  test("is 400 for a notification too that no JSON writer can write, for its depth", async () => {
    const { handle, lines } = await open([fail("InvalidParameterValue.FileId")]);
    const response = await handle(functionUrlEvent(withDeepMember(uploadNotification(), "Deep", 100_000)));
    expect(response.statusCode).toBe(400);
    expect(lastRecord(lines)).toMatchObject({ fileId: FILE_ID, outcome: "park" });
  });
});

describe("a transient error", () => {
  const troubles: [string, Answer][] = [
    ["an InternalError", fail("InternalError")],
    ["a ServiceUnavailable", fail("ServiceUnavailable")],
    ["a RequestLimitExceeded", fail("RequestLimitExceeded.UinLimitExceeded")],
    ["a FailedOperation with advice to retry", fail("FailedOperation", "操作失败，请重试。")],
    ["HTTP 500", failWithStatus500],
    ["an answer that is no JSON", sendNoJson],
    ["an answer that is no packet", sendNoPacket],
    ["an answer that names no task", sendNoTask],
    ["a cut connection", cutConnection],
  ];

  test.each(troubles)("%s is tried again until it passes", async (_name, trouble) => {
    const { handle, lines, calls } = await open([trouble, trouble, succeed]);
    const response = await handle(upload);
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(response.body)).toEqual(SUCCESS);
    expect(calls).toHaveLength(3);
    expect(replayed(lines)).toEqual([]);
  });

  test.each(troubles)(
    "%s that stays is tried at least three times, then a generic 500, and the notification is kept",
    async (_name, trouble) => {
      const clock = new FakeClock();
      const { handle, lines, calls } = await open([trouble], { clock });
      const response = await handle(upload);
      expectIntegratedResponse(response);
      expect(response.statusCode).toBe(500);
      expect(response.body).not.toMatch(/InternalError|RequestLimit|HTTP|socket|ECONN|JSON/);
      expect(calls.length).toBeGreaterThanOrEqual(3);
      expect(clock.sleeps[0]).toBeLessThanOrEqual(200);
      expect(clock.now()).toBeLessThanOrEqual(NOW + 3000);
      expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
      expect(lastRecord(lines)).toMatchObject({
        fileId: FILE_ID,
        outcome: "retry",
        error: expect.any(String),
      });
    },
  );

  test.each<[string, Answer]>([
    ["of known length", cutInBody],
    ["in chunks", cutInChunks],
  ])("a connection cut within an answer %s is tried again", async (_name, trouble) => {
    const { handle, calls } = await open([trouble, succeed]);
    // The SDK's own node-fetch, which no bundle has, does not notice the cut and waits for the deadline.
    expect((await inVirtualTime(handle(upload), 1)).statusCode).toBe(200);
    expect(calls).toHaveLength(2);
  });

  test("every try has the same SessionId", async () => {
    const { handle, calls } = await open([failWithStatus500]);
    await handle(upload);
    expect(new Set(calls.map(({ params }) => JSON.stringify(params))).size).toBe(1);
  });

  test("a first try that did start the work ends as done", async () => {
    const { handle } = await open([cutConnection, fail("InvalidParameterValue.SessionId")]);
    expect((await handle(upload)).statusCode).toBe(200);
  });

  test("no try begins beyond the function's time limit less half a second", async () => {
    const clock = new FakeClock();
    const { handle } = await open([failWithStatus500], { clock });
    expect((await handle(upload, { ...CONTEXT, time_limit_in_ms: 1500 })).statusCode).toBe(500);
    expect(clock.now()).toBeLessThanOrEqual(NOW + 1000);
  });
});

describe("an answer that does not come in time", () => {
  test.each<[string, Answer]>([
    ["never begins", neverAnswer],
    ["stops after its headers", hangInBody],
  ])("because it %s is a 500, and the notification is kept", async (_name, answer) => {
    const { handle, lines, calls } = await open([answer], { clock: systemClock });
    const response = await handle(upload, { ...CONTEXT, time_limit_in_ms: 900 });
    expectIntegratedResponse(response);
    expect(response.statusCode).toBe(500);
    expect(calls.length).toBeGreaterThanOrEqual(1);
    expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
    expect(lastRecord(lines)).toMatchObject({ fileId: FILE_ID, outcome: "retry" });
  });

  test.each([1, 100, 500])(
    "a time limit of %i ms leaves no time for a call: a 500, and the notification is kept",
    async (limit) => {
      const { handle, lines, calls } = await open([neverAnswer], { clock: systemClock });
      expect((await handle(upload, { ...CONTEXT, time_limit_in_ms: limit })).statusCode).toBe(500);
      expect(calls).toEqual([]);
      expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
    },
  );
});

test("what is kept has neither Sign nor T", async () => {
  const { handle, lines } = await open([fail("InvalidParameter")], { env: { SIGN_KEY: "Key" } });
  const signed = { ...uploadNotification(), ...signature("Key", NOW / 1000 + 600) };
  expect((await handle(functionUrlEvent(signed))).statusCode).toBe(400);
  expect(replayed(lines)).toEqual([uploadNotification()]);
});

test("a forged, expired, far-future or unsigned notification costs no API call", async () => {
  const { handle, calls } = await open([succeed], { env: { SIGN_KEY: "Key", PATH_TOKEN: "Token" } });
  const T = NOW / 1000;
  for (const pair of [{}, signature("Other", T + 600), signature("Key", T - 1), signature("Key", T + 9999)]) {
    const event = functionUrlEvent({ ...uploadNotification(), ...pair }, { path: "/Token" });
    expect((await handle(event)).statusCode).toBe(403);
  }
  const signed = { ...uploadNotification(), ...signature("Key", T + 600) };
  expect((await handle(functionUrlEvent(signed, { path: "/wrong" }))).statusCode).toBe(404);
  expect(calls).toEqual([]);
  expect((await handle(functionUrlEvent(signed, { path: "/Token" }))).statusCode).toBe(200);
  expect(calls).toHaveLength(1);
});
