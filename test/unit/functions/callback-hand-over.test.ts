import {
  type Answer,
  fail,
  failWithStatus500,
  neverAnswer,
  startApi,
  succeed,
} from "../../helpers/api-server";
import { CONTEXT, openCallback } from "../../helpers/callback";
import { FakeClock, NOW } from "../../helpers/clock";
import { functionUrlEvent } from "../../helpers/gateway-events";
import { FILE_ID, signature, unfinished, uploadNotification } from "../../helpers/notifications";
import { lastRecord, replayed } from "../../helpers/recorded-log";

const context = { ...CONTEXT, namespace: "vod_demo" };
const ENV = { RETRY_FUNCTION: "retry", TENCENTCLOUD_REGION: "ap-chongqing", SIGN_KEY: "Key" };
const accepted = succeed;

afterEach(() => jest.restoreAllMocks());

/** A callback whose API has an answer for each action, on a clock that stands still between pauses. */
async function open(answers: { ProcessMedia: Answer; Invoke: Answer }, changes: object = {}) {
  const clock = new FakeClock();
  const starts: { action: string; atMs: number }[] = [];
  const api = await startApi((response) => {
    const action = String(api.calls.at(-1)?.headers["x-tc-action"]);
    starts.push({ action, atMs: clock.now() - NOW });
    // Each call takes a moment, or a clock that stands still would see any number of them.
    clock.advance(50);
    (action === "Invoke" ? answers.Invoke : answers.ProcessMedia)(response);
  });
  const env = { ...ENV, CLOUD_ENDPOINT_URL: api.url, ...changes };
  const callback = openCallback({ clock, env });
  const signed = { ...uploadNotification(), ...signature("Key", NOW / 1000 + 600) };
  const upload = (given: object = context, body: object = signed) =>
    callback.handle(functionUrlEvent(body), given);
  const invokes = () => api.calls.filter(({ headers }) => headers["x-tc-action"] === "Invoke");
  const startsOf = (name: string) => starts.flatMap(({ action, atMs }) => (action === name ? [atMs] : []));
  return { upload, invokes, startsOf, clock, lines: callback.lines, signed };
}

test("an upload that could not be done in time is handed over, without Sign and T, and answered 202", async () => {
  const { upload, invokes, lines } = await open({ ProcessMedia: fail("InternalError"), Invoke: accepted });
  expect((await upload()).statusCode).toBe(202);
  expect(invokes()).toHaveLength(1);
  const [call] = invokes();
  expect(call?.headers).toMatchObject({
    host: "scf.tencentcloudapi.com",
    "x-tc-version": "2018-04-16",
    "x-tc-region": "ap-chongqing",
  });
  expect(call?.params).toEqual({
    FunctionName: "retry",
    Namespace: "vod_demo",
    Qualifier: "$DEFAULT",
    InvocationType: "Event",
    ClientContext: JSON.stringify(unfinished(uploadNotification())),
  });
  expect(replayed(lines)).toEqual([]);
  expect(lastRecord(lines)).toMatchObject({ fileId: FILE_ID, outcome: "retry", leftTo: "retry" });
});

test("calls begin until 1.2 s, and handing over ends at 3.8 s", async () => {
  // Half of each pause is chance: with bad luck there is no time for the last one, and all ends earlier.
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  const { upload, startsOf, clock, lines } = await open({
    ProcessMedia: fail("InternalError"),
    Invoke: fail("InternalError"),
  });
  expect((await upload()).statusCode).toBe(500);
  expect(startsOf("ProcessMedia").length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...startsOf("ProcessMedia"))).toBeLessThanOrEqual(1200);
  expect(Math.min(...startsOf("Invoke"))).toBeLessThanOrEqual(1200 + 50);
  expect(startsOf("Invoke").length).toBeGreaterThanOrEqual(2);
  // A call that begins in time may end a moment after.
  expect(clock.now()).toBeLessThanOrEqual(NOW + 3800 + 50);
  expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
  expect(lastRecord(lines)).not.toHaveProperty("leftTo");
});

test("an event that blocks the function for longer than VOD waits is named in the log", async () => {
  const api = await startApi((response) => {
    clock.advance(6000);
    succeed(response);
  });
  const clock = new FakeClock();
  const { handle, lines } = openCallback({ clock, env: { CLOUD_ENDPOINT_URL: api.url } });
  expect((await handle(functionUrlEvent(uploadNotification()))).statusCode).toBe(200);
  expect(lines.filter((line) => line.includes("blocked"))).toEqual([
    expect.stringMatching(
      /^The function was blocked for 6\.0 s, but VOD waits 5 s .*lib\/handlers\/custom\.ts/,
    ),
  ]);
});

test("without a retry function calls are tried until 3.0 s", async () => {
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  const answers = { ProcessMedia: fail("InternalError"), Invoke: accepted };
  const { upload, startsOf } = await open(answers, { RETRY_FUNCTION: undefined });
  expect((await upload()).statusCode).toBe(500);
  const last = Math.max(...startsOf("ProcessMedia"));
  expect(last).toBeGreaterThan(2000);
  expect(last).toBeLessThanOrEqual(3000);
});

test.each<[string, Answer, object]>([
  ["refused", fail("UnauthorizedOperation.CAM"), {}],
  ["answered by HTTP 500", failWithStatus500, {}],
  ["not possible, as there is no retry function", accepted, { RETRY_FUNCTION: undefined }],
])("where handing over is %s, the notification is kept and answered 500", async (_name, Invoke, changes) => {
  const { upload, lines } = await open({ ProcessMedia: fail("InternalError"), Invoke }, changes);
  expect((await upload()).statusCode).toBe(500);
  expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
});

test("an Invoke that hangs ends in time", async () => {
  const { upload, lines } = await open({ ProcessMedia: fail("InternalError"), Invoke: neverAnswer });
  // Half a second in all, of which the call's timer takes little.
  expect((await upload({ ...context, time_limit_in_ms: 1000 })).statusCode).toBe(500);
  expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
});

test("one of more than 128 KB is not handed over", async () => {
  const { upload, invokes, lines } = await open({ ProcessMedia: fail("InternalError"), Invoke: accepted });
  const large = (length: number) => ({
    ...uploadNotification(),
    Extra: "x".repeat(length - JSON.stringify(unfinished({ ...uploadNotification(), Extra: "" })).length),
    ...signature("Key", NOW / 1000 + 600),
  });
  expect((await upload(context, large(128 * 1024))).statusCode).toBe(202);
  expect(invokes()).toHaveLength(1);
  expect((await upload(context, large(128 * 1024 + 1))).statusCode).toBe(500);
  expect(invokes()).toHaveLength(1);
  expect(lines.join("\n")).toContain("larger than 128 KB");
});

test("what can never succeed is kept, not handed over", async () => {
  const { upload, invokes, lines } = await open({
    ProcessMedia: fail("InvalidParameterValue.FileId"),
    Invoke: accepted,
  });
  expect((await upload()).statusCode).toBe(400);
  expect(invokes()).toEqual([]);
  expect(replayed(lines)).toEqual([uploadNotification()]);
});

test("a context without a namespace is no reason to lose the notification", async () => {
  const { upload, lines } = await open({ ProcessMedia: fail("InternalError"), Invoke: accepted });
  expect((await upload(CONTEXT)).statusCode).toBe(500);
  expect(replayed(lines)).toEqual([unfinished(uploadNotification())]);
});

describe("a function that anybody can call", () => {
  const notice = /neither a path token nor a sign key/;
  const deletion = functionUrlEvent({ EventType: "SomethingNew" });

  test("says so in its log, once an instance", async () => {
    const { handle, lines } = openCallback();
    for (let request = 0; request < 3; request++) expect((await handle(deletion)).statusCode).toBe(200);
    expect(lines.filter((line) => notice.test(line))).toHaveLength(1);
  });

  test.each([{ PATH_TOKEN: "Token" }, { SIGN_KEY: "Key" }])("is none with %j", async (env) => {
    const { handle, lines } = openCallback({ env });
    await handle(deletion);
    expect(lines.join("\n")).not.toMatch(notice);
  });
});
