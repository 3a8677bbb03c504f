import { type ClientRequest, request } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import {
  instantTranscoder,
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from "../../../local-cloud";
import { requestOf } from "../../helpers/api-request";
import { FakeClock } from "../../helpers/clock";
import { codeOf, vodClient } from "../../helpers/test-cloud";

const VIDEO = Buffer.from("video");
const ON = "ON";

let clock: FakeClock;
let cloud: LocalCloud;
let vod: Client;

async function open(options: LocalCloudOptions = {}): Promise<void> {
  clock = new FakeClock(Date.now());
  cloud = await startLocalCloud({
    now: clock.now,
    schedule: clock.schedule,
    transcoder: instantTranscoder,
    ...options,
  });
  vod = vodClient(cloud);
  await vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: ON });
}
afterEach(() => cloud.close());

const until = async (condition: () => boolean) => {
  while (!condition()) await turn();
};
const transcode = (FileId: string) =>
  vod.ProcessMedia({ FileId, MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] } });

/** A pull whose connection the test holds. */
function sendPull(): ClientRequest {
  const { credential } = cloud;
  const target = { host: "vod.tencentcloudapi.com", scope: "vod", version: "2018-07-17" };
  const timestamp = Math.floor(clock.now() / 1000);
  const call = { ...credential, token: "", ...target, action: "PullEvents", timestamp, params: {} };
  const { method, headers, body } = requestOf("TC3 POST", call);
  const sent = request(cloud.endpointUrl, { method, headers });
  // That the test cuts it is no trouble.
  return sent.on("error", () => {}).end(body);
}

test("in the mode PULL events wait in the queue, with every other payload null and a handle", async () => {
  await open();
  const { fileId } = await cloud.upload("a.mp4", VIDEO);
  const { EventSet } = await vod.PullEvents({});
  expect(EventSet).toEqual([
    expect.objectContaining({
      EventHandle: expect.any(String),
      EventType: "NewFileUpload",
      FileUploadEvent: expect.objectContaining({ FileId: fileId }),
      ProcedureStateChangeEvent: null,
    }),
  ]);
  await vod.ConfirmEvents({ EventHandles: EventSet?.map(({ EventHandle = "" }) => EventHandle) ?? [] });
  expect(cloud.queuedEvents()).toBe(0);
  const { TaskId } = await transcode(fileId);
  const finished = (await vod.PullEvents({})).EventSet?.[0];
  expect(finished?.ProcedureStateChangeEvent).toMatchObject({
    TaskId,
    MediaProcessResultSet: [{ Type: "Transcode", SampleSnapshotTask: null }],
  });
  clock.advance(30_000);
  const again = (await vod.PullEvents({})).EventSet?.[0];
  expect(again).toEqual({ ...finished, EventHandle: expect.any(String) });
  expect(again?.EventHandle).not.toBe(finished?.EventHandle);
  expect(await codeOf(vod.ConfirmEvents({ EventHandles: [finished?.EventHandle ?? ""] }))).toBe(
    "InvalidParameterValue",
  );
});

test("the mode decides where an event goes, whatever the address is, and the switches hold in both", async () => {
  await open();
  await vod.ModifyEventConfig({ NotificationUrl: "http://127.0.0.1:1/" });
  await cloud.notify({ EventType: "NewFileUpload" });
  await cloud.notify({ EventType: "FileDeleted" });
  await cloud.notify({ EventType: "PersistenceComplete" });
  expect(cloud.queuedEvents()).toBe(1);
  await vod.ModifyEventConfig({ DeleteMediaCompleteEventSwitch: ON, UploadMediaCompleteEventSwitch: "OFF" });
  await cloud.notify({ EventType: "NewFileUpload" });
  await cloud.notify({ EventType: "FileDeleted" });
  expect(cloud.queuedEvents()).toBe(2);
  await vod.ModifyEventConfig({ Mode: "PUSH" });
  await cloud.notify({ EventType: "FileDeleted" });
  expect(cloud.queuedEvents()).toBe(2);
  expect((await vod.DescribeEventsState({})).CountOfEventsToPull).toBe(2);
  expect((await vod.PullEvents({})).EventSet).toHaveLength(2);
});

test("an empty queue holds the request, which ends after five seconds or with an event", async () => {
  await open({ emptyPull: "null" });
  const nothing = vod.PullEvents({});
  await until(() => clock.waiting.length === 1);
  clock.advance(5000);
  expect((await nothing).EventSet).toBeNull();
  const pulling = vod.PullEvents({});
  await until(() => clock.waiting.length === 1);
  await cloud.notify({ EventType: "ClipComplete" });
  expect((await pulling).EventSet).toHaveLength(1);
});

test("a client that goes away while its pull is held costs no event a delivery", async () => {
  await open();
  const client = sendPull();
  await until(() => clock.waiting.length === 1);
  client.destroy();
  await until(() => clock.waiting.length === 0);
  await cloud.notify({ EventType: "ClipComplete" });
  expect((await vod.PullEvents({})).EventSet).toHaveLength(1);
});

test("an answer that is lost costs its events thirty seconds", async () => {
  let cut = true;
  await open({ intercept: ({ action }) => (cut && action === "PullEvents" ? "cut after" : undefined) });
  await cloud.notify({ EventType: "ClipComplete" });
  await expect(vod.PullEvents({})).rejects.toThrow();
  cut = false;
  const pulling = vod.PullEvents({});
  await until(() => clock.waiting.length === 1);
  clock.advance(5000);
  expect((await pulling).EventSet).toEqual([]);
  clock.advance(25_000);
  expect((await vod.PullEvents({})).EventSet).toHaveLength(1);
});

test("calls over an account's rate are refused, and where it is configured so none is", async () => {
  await open();
  const codes = (count: number) =>
    Promise.all(Array.from({ length: count }, () => codeOf(vod.DescribeEventsState({}))));
  const refused = (await codes(25)).filter((code) => code === "RequestLimitExceeded");
  expect(refused).toHaveLength(5);
  await cloud.close();
  await open({ rateLimits: false });
  expect(new Set(await codes(25))).toEqual(new Set(["no error"]));
});
