import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { instantTranscoder, type LocalCloud, startLocalCloud } from "../../../local-cloud";
import { SAMPLE, vodClient } from "../../helpers/test-cloud";

const reports: string[] = [];
let cloud: LocalCloud;
let vod: Client;

beforeAll(async () => {
  cloud = await startLocalCloud({
    notificationTimeoutMs: 300,
    // Else a task flow of an earlier test could end, and be notified, in a later one.
    transcoder: instantTranscoder,
    report: (line) => reports.push(line),
  });
  vod = vodClient(cloud);
});
afterAll(() => cloud.close());

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "no error",
    (error: { code?: unknown }) => error.code,
  );
const transcode = (FileId: string, SessionId = "", Definition = 100010) =>
  vod.ProcessMedia({ FileId, SessionId, MediaProcessTask: { TranscodeTaskSet: [{ Definition }] } });

describe("ProcessMedia", () => {
  test("refuses a file that does not exist", async () => {
    expect(await codeOf(transcode("5285890784273533167"))).toBe("InvalidParameterValue.FileId");
  });

  test("refuses a template that does not exist", async () => {
    const { fileId } = await cloud.upload("a.mp4", SAMPLE);
    expect(await codeOf(transcode(fileId, "", 999_999))).toBe("InvalidParameterValue");
  });

  test("refuses what only the real VOD can do, instead of leaving it out", async () => {
    const { fileId } = await cloud.upload("a.mp4", SAMPLE);
    const MediaProcessTask = {
      SampleSnapshotTaskSet: [{ Definition: 10, WatermarkSet: [{ Definition: 1 }] }],
    };
    expect(await codeOf(vod.ProcessMedia({ FileId: fileId, MediaProcessTask }))).toBe("UnsupportedOperation");
  });

  test("refuses a SessionId again, also for another file", async () => {
    const { fileId } = await cloud.upload("a.mp4", SAMPLE);
    const other = await cloud.upload("b.mp4", SAMPLE);
    await transcode(fileId, "session");
    expect(await codeOf(transcode(other.fileId, "session"))).toBe("InvalidParameterValue.SessionId");
  });

  test("takes a request without a SessionId any number of times", async () => {
    const { fileId } = await cloud.upload("a.mp4", SAMPLE);
    await transcode(fileId);
    expect(await transcode(fileId)).toMatchObject({ TaskId: expect.stringMatching(/-procedurev2-/) });
  });
});

describe("notifications", () => {
  test("uploads are not notified until the switch is on", async () => {
    const receiver = await openReceiver((answer) => answer(200));
    await vod.ModifyEventConfig({ NotificationUrl: receiver.url, UploadMediaCompleteEventSwitch: "OFF" });
    await cloud.upload("silent.mp4", SAMPLE);
    await vod.ModifyEventConfig({ UploadMediaCompleteEventSwitch: "ON" });
    await cloud.upload("film.mp4", SAMPLE);
    expect((await receiver.next("NewFileUpload")).FileUploadEvent.MediaBasicInfo.Name).toBe("film");
    expect(reports).toContainEqual(expect.stringMatching(/UploadMediaCompleteEventSwitch is OFF/));
  });

  test("carry every other payload with null, and no handle", async () => {
    const receiver = await openReceiver((answer) => answer(200));
    await vod.ModifyEventConfig({ NotificationUrl: receiver.url, UploadMediaCompleteEventSwitch: "ON" });
    const { fileId } = await cloud.upload("nulls.mp4", SAMPLE);
    expect((await receiver.next("NewFileUpload")).ProcedureStateChangeEvent).toBeNull();
    await transcode(fileId);
    const event = await receiver.next("ProcedureStateChanged");
    expect(event).toMatchObject({ EventType: "ProcedureStateChanged", FileUploadEvent: null });
    expect(event).not.toHaveProperty("EventHandle");
    const [item] = event.ProcedureStateChangeEvent.MediaProcessResultSet;
    expect(item).toMatchObject({ Type: "Transcode", SampleSnapshotTask: null, ImageSpriteTask: null });
  });

  test("are sent twice more where no answer comes in time, and once whatever the answer is", async () => {
    let sent = 0;
    const hanging = await openReceiver(() => {
      sent += 1;
    });
    await vod.ModifyEventConfig({ NotificationUrl: hanging.url, UploadMediaCompleteEventSwitch: "ON" });
    await cloud.upload("hang.mp4", SAMPLE);
    for (let notifications = 0; notifications < 3; notifications++) await hanging.next("NewFileUpload");
    const refusing = await openReceiver((answer) => answer(500));
    await vod.ModifyEventConfig({ NotificationUrl: refusing.url });
    await cloud.upload("refused.mp4", SAMPLE);
    await cloud.upload("last.mp4", SAMPLE);
    const names = [await refusing.next("NewFileUpload"), await refusing.next("NewFileUpload")].map(
      (event) => event.FileUploadEvent.MediaBasicInfo.Name,
    );
    expect(names.sort()).toEqual(["last", "refused"]);
    expect(sent).toBe(3);
  });

  test("are signed once a key is set", async () => {
    const receiver = await openReceiver((answer) => answer(200));
    await vod.ModifyEventConfig({ NotificationUrl: receiver.url, SignKey: "abc123" });
    await cloud.upload("signed.mp4", SAMPLE);
    const { Sign, T } = await receiver.next("NewFileUpload");
    expect(Sign).toBe(createHash("md5").update(`abc123${T}`).digest("hex"));
    expect(T).toBeGreaterThan(Date.now() / 1000);
    await vod.ModifyEventConfig({ SignKey: "" });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
type Received = any;

interface Receiver {
  readonly url: string;
  /** The next notification of a type; those of other types are left to who wants them. */
  next(eventType: string): Promise<Received>;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A server that keeps the notifications it gets. */
async function openReceiver(react: (answer: (status: number) => void) => void): Promise<Receiver> {
  const received: Received[] = [];
  const arrivals = new EventEmitter();
  const server = createServer(async (request, response) => {
    received.push(JSON.parse((await buffer(request)).toString()));
    arrivals.emit("one");
    react((status) => response.writeHead(status).end());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async next(eventType) {
      for (;;) {
        const index = received.findIndex(({ EventType }) => EventType === eventType);
        if (index >= 0) return received.splice(index, 1)[0];
        await once(arrivals, "one");
      }
    },
  };
}
