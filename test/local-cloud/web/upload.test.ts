import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { instantTranscoder, type LocalCloud, startLocalCloud } from "../../../local-cloud";
import { sendRaw } from "../../helpers/raw-http";
import { callerOf } from "../../helpers/test-cloud";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "upload-"));
const file = join(folder, "a b.mp4");
let cloud: LocalCloud;
let port: string;

beforeAll(async () => {
  writeFileSync(file, "content");
  cloud = await startLocalCloud({ transcoder: instantTranscoder });
  port = new URL(cloud.endpointUrl).port;
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Unlike fetch, it sends every header as it is given. */
async function send({ method = "POST", path = "/upload?name=a.mp4", headers = {}, body }: Sent) {
  // A refusal may reset the connection while the body is still being sent.
  const sent = request(`${cloud.endpointUrl}${path}`, { method, headers }).on("error", () => {});
  sent.end(method === "POST" ? (body ?? "x") : undefined);
  const [response] = await once(sent, "response");
  return { status: response.statusCode, body: await text(response) };
}

const statusOf = async (sent: Sent) => (await send(sent)).status;
const fileCount = async () => (await callerOf(cloud, "vod")("SearchMedia", {})).TotalCount;

type Headers = Readonly<Record<string, string>>;
const FOREIGN: readonly Headers[] = [
  { host: "attacker.example" },
  { host: "attacker.example:PORT" },
  { host: "127.0.0.1" },
  { host: "127.0.0.1:1" },
  { host: "localhost.attacker.example:PORT" },
  { host: "vod.tencentcloudapi.com" },
  { origin: "https://attacker.example" },
  { origin: "null" },
  { origin: "http://localhost:1" },
  { origin: "http://127.0.0.1:PORT.attacker.example" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { "sec-fetch-site": "anything" },
  { origin: "http://127.0.0.1:PORT", "sec-fetch-site": "cross-site" },
];
const withPort = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", port)]));

describe("a page of another site", () => {
  test.each(FOREIGN)("cannot upload: %j", async (given) => {
    const count = await fileCount();
    expect(await statusOf({ headers: withPort(given) })).toBe(403);
    expect(await fileCount()).toBe(count);
  });

  test.each(FOREIGN)("cannot list, write or complete what a program is uploading: %j", async (given) => {
    const { MediaStoragePath } = await callerOf(cloud, "vod")("ApplyUpload", { MediaType: "mp4" });
    const headers = withPort(given);
    await send({ path: `${MediaStoragePath}?uploads` });
    const list = { method: "GET", path: "/?uploads&prefix=local-cloud-uploads/" };
    const { body } = await send(list);
    const [, id] = /<UploadId>(\w+)/.exec(body.slice(body.indexOf(MediaStoragePath.slice(1)))) ?? [];
    const part = `${MediaStoragePath}?uploadId=${id}`;
    for (const sent of [
      ...[list, { method: "PUT", path: MediaStoragePath }, { method: "HEAD", path: MediaStoragePath }],
      ...[{ path: `${MediaStoragePath}?uploads` }, { method: "GET", path: part }, { path: part }],
      ...[
        { method: "PUT", path: `${part}&partNumber=1` },
        { method: "DELETE", path: part },
      ],
    ]) {
      expect({ sent, status: await statusOf({ ...sent, headers }) }).toEqual({ sent, status: 403 });
    }
    expect(await statusOf({ method: "GET", path: part })).toBe(200);
  });

  test("is refused before its body is read, and can read why", async () => {
    const headers = { origin: "https://attacker.example" };
    const answer = await send({ headers, body: "x".repeat(10_000_000) });
    expect(answer).toEqual({ status: 403, body: expect.stringContaining("another origin") });
  });
});

test.each<Headers>([
  {},
  { host: "localhost:PORT" },
  { host: "LOCALHOST:PORT" },
  { host: "[::1]:PORT" },
  { "sec-fetch-site": "none" },
])("a program of this machine can upload: %j", async (given) => {
  expect(await statusOf({ headers: withPort(given) })).toBe(200);
});

test("a page at this very address cannot upload: the console page has an address of its own for that", async () => {
  const headers = withPort({ origin: "http://127.0.0.1:PORT", "sec-fetch-site": "same-origin" });
  expect(await statusOf({ headers })).toBe(403);
});

test("curl uploads a file; its form upload is refused with the command that works", async () => {
  const url = `${cloud.endpointUrl}/upload?name=a%20b.mp4`;
  const count = await fileCount();
  const form = await run("curl", ["-s", "-F", `file=@${file}`, url]);
  expect(await fileCount()).toBe(count);
  expect(form.stdout).toContain(`curl --data-binary @video.mp4 '${cloud.endpointUrl}/upload?name=video.mp4'`);
  const { FileId } = JSON.parse((await run("curl", ["-s", "--data-binary", `@${file}`, url])).stdout);
  const { MediaInfoSet } = await callerOf(cloud, "vod")("DescribeMediaInfos", { FileIds: [FileId] });
  expect(MediaInfoSet[0].BasicInfo).toMatchObject({ Name: "a b", Type: "mp4" });
  expect(await (await fetch(MediaInfoSet[0].BasicInfo.MediaUrl)).text()).toBe("content");
  const options = ["-s", "-X", "POST", "-H", "Transfer-Encoding: chunked"];
  const chunked = await run("curl", [...options, "-T", file, url]);
  expect(JSON.parse(chunked.stdout)).toEqual({ FileId: expect.stringMatching(/^\d+$/) });
});

test.each([
  ["../a.mp4", 400],
  ["a/b.mp4", 400],
  ["..\\a.mp4", 400],
  ["..", 400],
  ["a\0.mp4", 400],
  ["a\n.mp4", 400],
  ["\u009b31m.mp4", 400],
  ["", 400],
  [`a.${"b".repeat(199)}`, 400],
  [`a.${"b".repeat(198)}`, 200],
  ["…视频.mp4", 200],
  ["a.m%p'4", 200],
])("the file name %j gets status %i", async (name, status) => {
  expect(await statusOf({ path: `/upload?name=${encodeURIComponent(name)}` })).toBe(status);
});

test("an upload goes to the application that it names", async () => {
  const { body } = await send({ path: "/upload?name=a.mp4&SubAppId=1500000000" });
  const { FileId } = JSON.parse(body);
  const found = async (application: object) =>
    (await callerOf(cloud, "vod")("DescribeMediaInfos", { FileIds: [FileId], ...application })).MediaInfoSet;
  expect(await found({ SubAppId: 1500000000 })).toMatchObject([{ FileId }]);
  expect(await found({})).toEqual([]);
  for (const wrong of ["", "0", "-1", "1.5", "a", "9".repeat(16)])
    expect(await statusOf({ path: `/upload?name=a.mp4&SubAppId=${wrong}` })).toBe(400);
});

test("an upload has a body, a bound and one method", async () => {
  expect(await statusOf({ body: "" })).toBe(400);
  expect(await statusOf({ method: "GET" })).toBe(405);
  const tooLarge = `${512 * 1024 * 1024 + 1}`;
  // The refusal comes at once, though the body never does.
  const headers = { "Content-Length": tooLarge };
  const sent = request(`${cloud.endpointUrl}/upload?name=a.mp4`, { method: "POST", headers });
  sent.on("error", () => {}).flushHeaders();
  const [response] = await once(sent, "response");
  sent.destroy();
  expect(response.statusCode).toBe(413);
});

test("nothing outside of the media folder can be read", async () => {
  const up = "../".repeat(9);
  for (const path of [up.replaceAll("/", "%2f"), up, "/", "%", "%00", ""]) {
    const head = `GET /media/${path}${file.slice(1)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(Number(port), head.replace("a b", "a%20b"))).toMatch(/^HTTP\/1.1 404 /);
  }
});

test("the signed API takes any Host header, as its clients send the real one", async () => {
  const { body } = await send({ path: "/", headers: { host: "vod.tencentcloudapi.com" } });
  expect(JSON.parse(body).Response.Error.Code).toMatch(/^AuthFailure/);
});
