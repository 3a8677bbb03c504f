import { instantTranscoder, type LocalCloud, startLocalCloud } from "../../../local-cloud";

const CONTENT = "0123456789";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ transcoder: instantTranscoder });
});
afterAll(() => cloud.close());

async function ask(init: RequestInit = {}, name = "a.mp4") {
  const { url } = await cloud.upload(name, Buffer.from(CONTENT));
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}
const range = (Range: string, more: Record<string, string> = {}) => ask({ headers: { Range, ...more } });

test.each([
  ["a.mp4", "video/mp4"],
  ["a.mp3", "audio/mpeg"],
  ["a.ts", "video/mp2t"],
  ["a.jpg", "image/jpeg"],
  ["a.gif", "image/gif"],
  ["a.webp", "image/webp"],
  ["a.m3u8", "application/vnd.apple.mpegurl"],
  ["a.vtt", "text/vtt"],
  // Nothing that a page would run.
  ["a.html", "application/octet-stream"],
])("%s has the Content-Type %s", async (name, type) => {
  const { headers, body } = await ask({}, name);
  expect([headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([type, "nosniff"]);
  expect(headers.get("content-security-policy")).toBe("sandbox");
  expect(body).toBe(CONTENT);
});

test("HEAD answers the length without the content", async () => {
  const { status, headers, body } = await ask({ method: "HEAD" });
  expect([status, headers.get("content-length"), headers.get("accept-ranges"), body]).toEqual([
    200,
    "10",
    "bytes",
    "",
  ]);
});

test.each([
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=-99", CONTENT, "bytes 0-9/10"],
  ["bytes=8-99", "89", "bytes 8-9/10"],
])("the range %s is answered with 206", async (asked, content, answered) => {
  const { status, headers, body } = await range(asked);
  expect([status, headers.get("content-range"), body]).toEqual([206, answered, content]);
});

test.each(["bytes=10-", "bytes=-0"])("the range %s is answered with 416", async (asked) => {
  const { status, headers } = await range(asked);
  expect([status, headers.get("content-range")]).toEqual([416, "bytes */10"]);
});

test.each([
  ["bytes=5-2", {}],
  ["bytes=0-1,4-5", {}],
  ["lines=1-2", {}],
  ["bytes=2-4", { "If-Range": '"an-etag"' }],
])("the range %s %j is ignored", async (asked, more) => {
  expect(await range(asked, more)).toMatchObject({ status: 200, body: CONTENT });
});

test("pages of any origin may read media", async () => {
  const { headers } = await ask({ headers: { Origin: "http://localhost:3000" } });
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-expose-headers")).toContain("Content-Range");
  const preflight = await ask({ method: "OPTIONS", headers: { Origin: "http://localhost:3000" } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("Range");
});

test.each([
  [404, "GET", "/media/unknown.mp4"],
  [404, "GET", "/media/..%2f..%2f..%2f..%2fetc%2fpasswd"],
  [404, "GET", "/media/%00"],
  [404, "GET", "/media/%"],
  [405, "DELETE", "/media/unknown.mp4"],
])("answers %i to %s %s", async (status, method, path) => {
  expect((await fetch(cloud.endpointUrl + path, { method })).status).toBe(status);
});
