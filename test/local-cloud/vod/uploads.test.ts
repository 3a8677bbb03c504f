import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { instantTranscoder } from "../../../local-cloud";
import { callerOf, codeOf, SAMPLE } from "../../helpers/test-cloud";
import { VodStage } from "../../helpers/vod";

let stage: VodStage;
let origin: Server;
let originUrl: string;
beforeAll(async () => {
  stage = await VodStage.open({ transcoder: instantTranscoder });
  origin = createServer((asked, answer) => {
    if (asked.url === "/redirect.mp4") answer.writeHead(302, { Location: "http://192.0.2.1/a.mp4" }).end();
    else if (asked.url?.startsWith("/video")) answer.end(SAMPLE);
    else answer.writeHead(404).end();
  });
  await once(origin.listen(0, "127.0.0.1"), "listening");
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await stage.cloud.close();
  origin.close();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly xml: string;
}

/** Sends a request to the storage, by COS's host unless another one is given. */
async function storage(
  method: string,
  path: string,
  body: Uint8Array | string = "",
  host?: string,
  length: number | "chunked" = Buffer.byteLength(body),
): Promise<Answer> {
  const Host = host ?? "local-cloud-1250000000.cos.ap-guangzhou.myqcloud.com";
  const size = length === "chunked" ? { "Transfer-Encoding": length } : { "Content-Length": length };
  const headers = { Host, ...size };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own, as a body may be shorter than announced.
    request(stage.cloud.endpointUrl + path, { method, headers, agent: false }, resolve)
      .on("error", reject)
      .end(body);
  });
  return { status: answer.statusCode, headers: answer.headers, xml: await text(answer) };
}

const apply = (more: object = {}) =>
  callerOf(stage.cloud, "vod")("ApplyUpload", { MediaType: "mp4", ...more });
const md5 = (content: string | Buffer) => createHash("md5").update(content).digest("hex");
const member = (xml: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1] ?? "";

describe("an upload by ApplyUpload and CommitUpload", () => {
  test("stores a file and its cover, starts its procedure and sends NewFileUpload", async () => {
    const kept = { ClassId: 7, ExpireTime: "2030-01-01T00:00:00Z" };
    const details = { MediaName: "Animal World", SourceContext: "mine", ...kept };
    const process = { Procedure: "LongVideoPreset", SessionContext: "context" };
    const { VodSessionKey, MediaStoragePath, CoverStoragePath, ...answer } = await apply({
      ...{ CoverType: "jpg", ...details, ...process },
    });
    expect(answer).toMatchObject({
      StorageBucket: expect.stringMatching(/^[a-z-]+-\d+$/),
      TempCertificate: { ExpiredTime: expect.any(Number), Token: expect.any(String) },
    });
    const put = await storage("PUT", MediaStoragePath, SAMPLE);
    expect([put.status, put.headers.etag]).toEqual([200, `"${md5(SAMPLE)}"`]);
    await storage("PUT", CoverStoragePath, "cover");
    const { FileId = "", MediaUrl = "", CoverUrl = "" } = await stage.vod.CommitUpload({ VodSessionKey });
    expect(Buffer.from(await (await fetch(MediaUrl)).arrayBuffer())).toEqual(SAMPLE);
    expect(await (await fetch(CoverUrl)).text()).toBe("cover");
    const { FileUploadEvent } = await stage.next("NewFileUpload");
    expect(FileUploadEvent).toMatchObject({
      FileId,
      MediaBasicInfo: {
        Name: "Animal World",
        Type: "mp4",
        CoverUrl,
        MediaUrl,
        ...kept,
        SourceInfo: { SourceType: "Upload", SourceContext: "mine" },
      },
    });
    const { ProcedureStateChangeEvent } = await stage.next("ProcedureStateChanged");
    expect(ProcedureStateChangeEvent).toMatchObject({
      ...{ FileId, TaskId: FileUploadEvent?.ProcedureTaskId, SessionContext: "context" },
      MediaProcessResultSet: [
        { Type: "ImageSprites", ImageSpriteTask: { Status: "SUCCESS" } },
        { Type: "CoverBySnapshot", CoverBySnapshotTask: { Status: "SUCCESS" } },
        { Type: "AdaptiveDynamicStreaming", AdaptiveDynamicStreamingTask: { Input: { Definition: 10 } } },
      ],
    });
    // The lost answer of a commit can be asked for again.
    expect((await stage.vod.CommitUpload({ VodSessionKey })).FileId).toBe(FileId);
  });

  test.each(["COS's", "its own"])("takes a file in parts, by %s host", async (whose) => {
    const asked = whose === "its own" ? new URL(stage.cloud.endpointUrl).host : undefined;
    const { VodSessionKey, MediaStoragePath: path } = await apply();
    const begun = await storage("POST", `${path}?uploads`, "", asked);
    const id = member(begun.xml, "UploadId");
    const list = await storage("GET", `/?uploads&prefix=${path.slice(1)}`, "", asked);
    expect(member(list.xml, "UploadId")).toBe(id);
    const parts = ["first,", "second,", "third"];
    // In any order, and again.
    for (const number of [2, 3, 1, 1]) {
      const { headers } = await storage(
        "PUT",
        `${path}?partNumber=${number}&uploadId=${id}`,
        parts[number - 1],
        asked,
      );
      expect(headers.etag).toBe(`"${md5(parts[number - 1] ?? "")}"`);
    }
    const { xml } = await storage("GET", `${path}?uploadId=${id}`, "", asked);
    expect([...xml.matchAll(/<PartNumber>(\d)</g)].map(([, number]) => number)).toEqual(["1", "2", "3"]);
    const listed = parts.map(
      (part, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${md5(part)}"</ETag></Part>`,
    );
    const complete = (content: string[]) =>
      storage(
        "POST",
        `${path}?uploadId=${id}`,
        `<CompleteMultipartUpload>${content.join("")}</CompleteMultipartUpload>`,
        asked,
      );
    expect(member((await complete([...listed].reverse())).xml, "Code")).toBe("InvalidPartOrder");
    expect(member((await complete([...listed, "<Part><PartNumber>4</PartNumber></Part>"])).xml, "Code")).toBe(
      "InvalidPart",
    );
    expect(member((await complete(listed)).xml, "ETag")).toMatch(/^&#34;[0-9a-f]{32}-3&#34;$/);
    expect((await storage("HEAD", path, "", asked)).headers["content-length"]).toBe("18");
    const { MediaUrl = "" } = await stage.vod.CommitUpload({ VodSessionKey });
    expect(await (await fetch(MediaUrl)).text()).toBe("first,second,third");
  });

  test("is answered as Tencent's SDK for Go needs: with a checksum, under a key whose slashes are encoded", async () => {
    // The check value of CRC-64/XZ, and that of nothing.
    const [digits, nothing] = ["11051210869376104954", "0"];
    const { MediaStoragePath } = await apply();
    const path = `/${encodeURIComponent(MediaStoragePath.slice(1))}`;
    const checksum = ({ headers }: Answer) => headers["x-cos-hash-crc64ecma"];
    expect(checksum(await storage("PUT", path, ""))).toBe(nothing);
    expect(checksum(await storage("PUT", path, "123456789"))).toBe(digits);
    expect(checksum(await storage("HEAD", path))).toBe(digits);
    const id = member((await storage("POST", `${path}?uploads`)).xml, "UploadId");
    const part = await storage("PUT", `${path}?partNumber=1&uploadId=${id}`, "123456789");
    expect(checksum(part)).toBe(digits);
    const list = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part>`;
    expect(checksum(await storage("POST", `${path}?uploadId=${id}`, list))).toBe(digits);
  });

  test("can be aborted, and refuses keys that ApplyUpload has not given out", async () => {
    const { MediaStoragePath: path } = await apply();
    const id = member((await storage("POST", `${path}?uploads`)).xml, "UploadId");
    await storage("PUT", `${path}?partNumber=1&uploadId=${id}`, "part");
    expect((await storage("DELETE", `${path}?uploadId=${id}`)).status).toBe(204);
    const late = await storage("PUT", `${path}?partNumber=2&uploadId=${id}`, "part");
    expect([late.status, member(late.xml, "Code")]).toEqual([404, "NoSuchUpload"]);
    const foreign = await storage("PUT", "/another/key.mp4", "content");
    expect([foreign.status, member(foreign.xml, "Code")]).toEqual([403, "AccessDenied"]);
    const large = await storage("PUT", path, "", undefined, 513 * 1024 * 1024);
    expect([large.status, member(large.xml, "Code")]).toEqual([400, "EntityTooLarge"]);
    // Without a length the answer comes while the list is still being sent.
    const list = "x".repeat(2 * 1024 * 1024);
    const long = await storage("POST", `${path}?uploadId=1`, list, undefined, "chunked");
    expect([long.status, member(long.xml, "Code")]).toEqual([400, "EntityTooLarge"]);
  });

  test("is not committed without a file, or by another session", async () => {
    const { VodSessionKey, MediaStoragePath } = await apply();
    expect(await codeOf(stage.vod.CommitUpload({ VodSessionKey }))).toBe("ResourceNotFound");
    const foreign = stage.vod.CommitUpload({ VodSessionKey, SubAppId: 1500000000 });
    expect(await codeOf(foreign)).toBe("InvalidParameterValue.VodSessionKey");
    await storage("PUT", MediaStoragePath, "late");
    expect(await codeOf(stage.vod.CommitUpload({ VodSessionKey }))).toBe("no error");
  });
});

describe("PullUpload", () => {
  test("fetches a file and sends PullComplete, and no NewFileUpload", async () => {
    const { TaskId = "" } = await stage.vod.PullUpload({
      ...{ MediaUrl: `${originUrl}/video%20one.mp4`, CoverUrl: `${originUrl}/video.jpg` },
      ...{ SourceContext: "mine", SessionContext: "context", SessionId: "pull" },
    });
    const { PullCompleteEvent: task } = await stage.next("PullComplete");
    expect(task).toMatchObject({
      ...{ TaskId, Status: "FINISH", ErrCode: 0, Message: "SUCCESS", Progress: 100 },
      ...{ SessionContext: "context", SessionId: "pull", FileId: expect.stringMatching(/^\d+$/) },
      MediaBasicInfo: {
        ...{ Name: "video one", Type: "mp4", CoverUrl: expect.stringMatching(/cover\.jpg$/) },
        SourceInfo: { SourceType: "Upload", SourceContext: "mine" },
      },
    });
    expect(Buffer.from(await (await fetch(task?.FileUrl ?? "")).arrayBuffer())).toEqual(SAMPLE);
    expect(await stage.vod.DescribeTaskDetail({ TaskId })).toMatchObject({
      TaskType: "PullUpload",
      Status: "FINISH",
      PullUploadTask: { FileId: task?.FileId },
      ProcedureTask: null,
    });
    await stage.cloud.notify({ EventType: "ClipComplete" });
    await stage.next("ClipComplete");
    const uploaded = stage.received.map(({ FileUploadEvent }) => FileUploadEvent?.FileId);
    expect(uploaded).not.toContain(task?.FileId);
    const again = stage.vod.PullUpload({ MediaUrl: `${originUrl}/video.mp4`, SessionId: "pull" });
    expect(await codeOf(again)).toBe("InvalidParameterValue.SessionId");
  });

  test.each(["missing.mp4", "redirect.mp4"])("reports %s as an error of the source", async (name) => {
    await stage.vod.PullUpload({ MediaUrl: `${originUrl}/${name}` });
    const { PullCompleteEvent } = await stage.next("PullComplete");
    expect(PullCompleteEvent).toMatchObject({ Status: "FINISH", ErrCode: 60000, FileId: "" });
  });
});
