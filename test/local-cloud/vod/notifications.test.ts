import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import {
  instantTranscoder,
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from "../../../local-cloud";
import { SAMPLE, vodClient } from "../../helpers/test-cloud";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
type Received = any;

let cloud: LocalCloud;
let vod: Client;
let receiver: Server;
let reports: string[];
let answers: (string | undefined)[];
let received: Received[];
let arrivals: EventEmitter;

/** Opens a local cloud, and a receiver of its notifications. @param status what is answered; without it nothing is */
async function open(status?: number, options: LocalCloudOptions = {}): Promise<void> {
  [reports, answers, received, arrivals] = [[], [], [], new EventEmitter()];
  receiver = createServer(async (request, response) => {
    received.push(await json(request));
    arrivals.emit("one");
    if (status !== undefined) response.writeHead(status).end();
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  cloud = await startLocalCloud({
    transcoder: instantTranscoder,
    notificationTimeoutMs: 60_000,
    ...options,
    report: (line) => reports.push(line),
    onNotification: ({ answer }) => answers.push(answer),
  });
  vod = vodClient(cloud);
  const NotificationUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  await vod.ModifyEventConfig({ NotificationUrl, UploadMediaCompleteEventSwitch: "ON" });
}
afterEach(async () => {
  receiver.close().closeAllConnections();
  await cloud.close();
});

/** The next notification. */
async function next(): Promise<Received> {
  while (received.length === 0) await once(arrivals, "one");
  return received.shift();
}

test("uploads are not notified until the switch is on", async () => {
  await open(200);
  await vod.ModifyEventConfig({ UploadMediaCompleteEventSwitch: "OFF" });
  await cloud.upload("silent.mp4", SAMPLE);
  await vod.ModifyEventConfig({ UploadMediaCompleteEventSwitch: "ON" });
  await cloud.upload("film.mp4", SAMPLE);
  expect((await next()).FileUploadEvent.MediaBasicInfo.Name).toBe("film");
  expect(reports).toContainEqual(expect.stringMatching(/UploadMediaCompleteEventSwitch is OFF/));
});

test("a notification carries every other payload with null, and no handle", async () => {
  await open(200);
  const { fileId: FileId } = await cloud.upload("nulls.mp4", SAMPLE);
  expect(await next()).toMatchObject({ EventType: "NewFileUpload", ProcedureStateChangeEvent: null });
  await vod.ProcessMedia({ FileId, MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] } });
  const event = await next();
  expect(event).toMatchObject({ EventType: "ProcedureStateChanged", FileUploadEvent: null });
  expect(event).not.toHaveProperty("EventHandle");
  const [item] = event.ProcedureStateChangeEvent.MediaProcessResultSet;
  expect(item).toMatchObject({ Type: "Transcode", SampleSnapshotTask: null, ImageSpriteTask: null });
});

// As no answer ever comes, any time limit has the same result.
test.each([
  ["twice more if no answer comes in time", undefined, { notificationTimeoutMs: 1 }, "no answer in time", 3],
  ["once, whatever the answer is", 500, {}, "500", 1],
])("a notification is sent %s", async (_, status, options, answer, sendings) => {
  await open(status, options);
  await cloud.notify({ EventType: "ClipComplete" });
  expect(answers).toEqual(Array.from({ length: sendings }, () => [undefined, answer]).flat());
});

test("notifications are signed once a key is set", async () => {
  await open(200);
  await vod.ModifyEventConfig({ SignKey: "abc123" });
  await cloud.upload("signed.mp4", SAMPLE);
  const { Sign, T } = await next();
  expect(Sign).toBe(createHash("md5").update(`abc123${T}`).digest("hex"));
  expect(T).toBeGreaterThan(Date.now() / 1000);
});
