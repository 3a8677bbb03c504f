import type { ServerResponse } from "node:http";
import { createReliable } from "../../../functions/reliable/reliable";
import type { JsonObject } from "../../../lib/json";
import { type Answer, type ApiServer, fail, startApi, succeed } from "../../helpers/api-server";
import { configFile, FIVE_FIELDS } from "../../helpers/callback";
import { FakeClock } from "../../helpers/clock";
import {
  FILE_ID,
  notificationOf,
  procedureNotification,
  uploadNotification,
} from "../../helpers/notifications";
import { jsonLines, lastRecord, replayed } from "../../helpers/recorded-log";
import { exampleOf, itemOf } from "../../helpers/task-results";

const CONTEXT = { request_id: "rrrrrrrr-1111-2222-3333-444444444444", time_limit_in_ms: 60_000 };
const TICK = { Type: "Timer", TriggerName: "minute", Time: "2026-11-21T04:00:00Z", Message: "" };

const answer =
  (packet: object): Answer =>
  (response: ServerResponse) =>
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ Response: { ...packet, RequestId: "r" } }));

/** A VOD whose queue gives these pages, then nothing; other actions have the given answers. */
async function openDoor(
  pages: unknown[][],
  {
    config = {},
    env = {},
    processMedia = succeed,
    pullEvents,
  }: {
    config?: JsonObject;
    env?: Record<string, string>;
    processMedia?: Answer;
    pullEvents?: Answer;
  } = {},
) {
  const confirmed: unknown[] = [];
  const api: ApiServer = await startApi((response) => {
    const call = api.calls.at(-1);
    const action = call?.headers["x-tc-action"];
    if (action === "PullEvents" && pullEvents) return pullEvents(response);
    if (action === "PullEvents") return answer({ EventSet: pages.shift() ?? [] })(response);
    if (action !== "ConfirmEvents") return processMedia(response);
    confirmed.push(...Object(call?.params).EventHandles);
    answer({})(response);
  });
  const lines: string[] = [];
  const handle = createReliable({
    configFile: configFile({ ...FIVE_FIELDS, idle: "stop", ...config }),
    env: { CLOUD_ENDPOINT_URL: api.url, ...env },
    clock: new FakeClock(),
    write: (line) => lines.push(line),
  });
  return {
    api,
    pages,
    confirmed,
    lines,
    tick: (event: unknown = TICK, context: unknown = CONTEXT) => handle(event, context),
  };
}

const withHandle = (notification: JsonObject, EventHandle: string) => ({ EventHandle, ...notification });

test("a tick works on the events and confirms them", async () => {
  const page = [
    withHandle(uploadNotification(), "upload"),
    withHandle(notificationOf("FileDeleted", { FileIdSet: ["387702299900000123"] }), "deletion"),
    withHandle({ EventType: "SomethingNew", Payload: {} }, "unknown"),
  ];
  const { tick, confirmed, lines } = await openDoor([page]);
  await expect(tick()).resolves.toMatchObject({ pulled: 3, done: 3, confirmed: 3 });
  expect(confirmed.sort()).toEqual(["deletion", "unknown", "upload"]);
  expect(lastRecord(lines)).toMatchObject({ requestId: CONTEXT.request_id, pulled: 3, confirmed: 3 });
  expect(lines).toContainEqual(expect.stringContaining("SomethingNew"));
});

test("a tick that asks for one page ends after it, whatever else waits", async () => {
  const page = () => [withHandle(notificationOf("FileDeleted", { FileIdSet: ["1"] }), "deletion")];
  const { tick, pages } = await openDoor([page(), page(), page()], { config: { idle: "wait" } });
  await expect(tick({ ...TICK, Message: "one page" })).resolves.toMatchObject({ pulled: 1, confirmed: 1 });
  expect(pages).toHaveLength(2);
});

test("an event that can't be read is kept for replay, without its handle, and confirmed", async () => {
  const unreadable = [{ EventType: "NewFileUpload", FileUploadEvent: null }, { no: "type" }];
  const page = unreadable.map((event, index) => withHandle(event, `h${index}`));
  const { tick, confirmed, lines } = await openDoor([page]);
  await expect(tick()).resolves.toMatchObject({ park: 2, confirmed: 2 });
  expect(confirmed.sort()).toEqual(["h0", "h1"]);
  expect(replayed(lines)).toHaveLength(2);
  expect(replayed(lines)).toEqual(expect.arrayContaining(unreadable));
});

test("an event that is nested too deep to be written is parked by what it is about", async () => {
  const text = `{"EventHandle":"deep","FileUploadEvent":{"FileId":"no digits","More":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`;
  const api = await startApi((response) => {
    const action = api.calls.at(-1)?.headers["x-tc-action"];
    const events = action === "PullEvents" && api.calls.length === 1 ? text : "";
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(`{"Response":{"EventSet":[${events}],"RequestId":"r"}}`);
  });
  const lines: string[] = [];
  const handle = createReliable({
    configFile: configFile({ ...FIVE_FIELDS, idle: "stop" }),
    env: { CLOUD_ENDPOINT_URL: api.url },
    clock: new FakeClock(),
    write: (line) => lines.push(line),
  });
  await expect(handle(TICK, CONTEXT)).resolves.toMatchObject({ pulled: 1, park: 1, confirmed: 1 });
  expect(lines.join("\n")).toContain('"identity":{"FileId":"no digits"}');
});

test("a tick whose time limit is too short for a pull says so", async () => {
  const { tick, api } = await openDoor([]);
  await expect(tick(TICK, { ...CONTEXT, time_limit_in_ms: 10_000 })).resolves.toMatchObject({
    error: expect.stringContaining("time limit"),
  });
  expect(api.calls).toEqual([]);
});

test("an event that keeps coming back is left to the queue, and parked at last", async () => {
  const upload = uploadNotification();
  const { tick, pages, confirmed, lines } = await openDoor([], {
    config: { max_deliveries: 3 },
    processMedia: fail("InternalError"),
  });
  const outcomes = [];
  for (const handle of ["h1", "h2", "h3"]) {
    pages.push([withHandle(upload, handle)]);
    outcomes.push(await tick());
  }
  expect(outcomes).toMatchObject([{ retry: 1 }, { retry: 1 }, { park: 1 }]);
  expect(confirmed).toEqual(["h3"]);
  expect(jsonLines(lines).filter(({ leftTo }) => leftTo === "queue")).toHaveLength(2);
  expect(replayed(lines)).toEqual([upload]);
});

test("the self-test is answered without pulling", async () => {
  const { tick, api } = await openDoor([], { env: { CODE_DIGEST: "digest" } });
  await expect(tick({ EventType: "InstallerSelfTest", Nonce: 7 })).resolves.toEqual({
    Nonce: 7,
    CodeDigest: "digest",
  });
  expect(api.calls).toEqual([]);
});

test.each([
  ["no permission", { code: "UnauthorizedOperation" }],
  ["wrong keys", { code: "AuthFailure.SignatureFailure" }],
])("with %s it says so once and does not throw", async (_what, { code }) => {
  const api = await startApi(fail(code));
  const lines: string[] = [];
  const handle = createReliable({
    configFile: configFile(FIVE_FIELDS),
    env: { CLOUD_ENDPOINT_URL: api.url },
    clock: new FakeClock(),
    write: (line) => lines.push(line),
  });
  await expect(handle(TICK, CONTEXT)).resolves.toMatchObject({ error: expect.stringContaining(code) });
  expect(api.calls).toHaveLength(1);
  expect(lines).toHaveLength(1);
});

test("a configuration that can't be read is logged, not thrown", async () => {
  const lines: string[] = [];
  const handle = createReliable({
    configFile: configFile("{"),
    env: {},
    clock: new FakeClock(),
    write: (line) => lines.push(line),
  });
  await expect(handle(undefined, undefined)).resolves.toMatchObject({
    error: expect.stringContaining("JSON"),
  });
  expect(lastRecord(lines)["error"]).toContain("JSON");
});

test("when the log gets full no more is pulled, and every parked event is kept in full", async () => {
  // What is random is not compressed: such records fill the log.
  const noise = () => Array.from({ length: 4000 }, () => Math.random().toString(36).slice(2)).join("");
  const pages = Array.from({ length: 20 }, (_, page) =>
    Array.from({ length: 2 }, (_, index) => withHandle({ noise: noise() }, `${page}-${index}`)),
  );
  const { tick, confirmed, lines } = await openDoor(pages);
  const { pulled, park, retry } = await tick();
  expect(pulled).toBeLessThan(40);
  expect(confirmed).toHaveLength(Number(park));
  expect(Number(park) + Number(retry)).toBe(pulled);
  expect(replayed(lines)).toHaveLength(Number(park));
  expect(lines.join("\n")).not.toMatch(/lines were left out/);
});

test("in what is left of a full log, only what is kept in full is confirmed", async () => {
  const ImageUrlSet = Array.from(
    { length: 25_000 },
    (_, index) => `https://media.example.com/${index}/name.jpg`,
  );
  const task = { Status: "SUCCESS", Output: { ImageUrlSet } };
  const filling = procedureNotification([itemOf(exampleOf("SampleSnapshot"), task)]);
  const unreadable = Array.from({ length: 200 }, (_, index) =>
    withHandle({ EventType: "PullComplete", Other: { index, FileId: FILE_ID } }, `unreadable-${index}`),
  );
  const { tick, confirmed, lines } = await openDoor([[withHandle(filling, "filling"), ...unreadable]]);
  await tick();
  expect(confirmed).toContain("filling");
  const kept = replayed(lines).map((event) => `unreadable-${Object(event).Other.index}`);
  expect(confirmed.filter((handle) => handle !== "filling").sort()).toEqual(kept.sort());
  expect(kept.length).toBeLessThan(unreadable.length);
});

test("what it returns quotes no key, as SCF logs that too", async () => {
  const key = "a-key-that-an-error-quotes";
  const { tick } = await openDoor([], {
    config: { secret_key: key },
    pullEvents: fail("AuthFailure.SignatureFailure", `The key ${key} is wrong`),
  });
  expect(await tick()).toMatchObject({ error: "AuthFailure.SignatureFailure The key *** is wrong" });
});
