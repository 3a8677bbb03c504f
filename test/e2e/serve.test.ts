import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sign } from "../../scripts/cloud/sign";
import { makeExample } from "../../scripts/trigger/example";
import { Checkout } from "../helpers/checkout";

const SECRETS = {
  PATH_TOKEN: "t0kenOfThePath_1",
  SIGN_KEY: "theSignKey",
  SECRET_ID: "AKIDofTheTest",
  SECRET_KEY: "theSecretKey",
};
// A checkout of its own, in which nobody has a config.local.json.
const checkout = new Checkout();
const running: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
afterAll(() => checkout.remove());

test("an event is printed, handled as in the function, and answered", async () => {
  const { origin, line, printed } = await serve();
  const body = JSON.stringify(makeExample("PersistenceComplete"));
  const response = await fetch(`${origin}/any`, {
    method: "POST",
    body,
    headers: { "X-Example": "of a header" },
  });
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
  await line(/^Answer: 200$/m);
  expect(printed()).toContain("\n> POST /any\n");
  expect(printed()).toContain("\n> x-example: of a header\n");
  expect(printed()).toContain(`\n> ${body}\n`);
  expect(printed()).toMatch(
    /^\{"requestId":"[\w-]{36}","eventType":"PersistenceComplete",.*"outcome":"done"/m,
  );
});

test("it says that it listens on all interfaces, and warns if nothing or little protects it", async () => {
  const open = await serve();
  const closed = await serve(SECRETS);
  const weak = await serve({ ...SECRETS, PATH_TOKEN: ".." });
  await Promise.all([open, closed, weak].map(({ line }) => line(/^Press Ctrl-C/m)));
  expect(open.printed()).toMatch(/^Listening on all interfaces\./m);
  expect(open.printed()).toMatch(/^Warning: anyone who finds this port can send events\./m);
  expect(closed.printed()).not.toContain("Warning");
  expect(weak.printed()).toMatch(/^Warning: .* is weak: .*PATH_TOKEN=\$\(openssl/m);
});

test("no secret and no terminal escape is printed", async () => {
  const { origin, line, printed } = await serve(SECRETS);
  const { PATH_TOKEN, SIGN_KEY } = SECRETS;
  const response = await fetch(`${origin}/${PATH_TOKEN}?Sign=querySign&x=1`, {
    method: "POST",
    body: JSON.stringify({ EventType: "\u009b[2J\u202e", ...sign(SIGN_KEY, Date.now()), key: SIGN_KEY }),
    headers: { Authorization: "Basic anAuthorization", Cookie: "a=aCookie", Referer: `/${PATH_TOKEN}` },
  });
  expect(response.status).toBe(200);
  await line(/^Answer: 200$/m);
  expect(printed()).toContain("> POST /***?Sign=***&x=1\n");
  expect(printed()).toContain("> referer: /***\n");
  expect(printed()).toMatch(
    /^> \{"EventType":"\\u009b\[2J\\u202e","Sign":"\*\*\*","T":\d+,"key":"\*\*\*"\}$/m,
  );
  expect(printed()).not.toMatch(
    new RegExp(
      ["querySign", "anAuthorization", "aCookie", "\u009b", "\u202e", ...Object.values(SECRETS)].join("|"),
    ),
  );
});

test("token and signature are asked for as in the function", async () => {
  const { origin } = await serve(SECRETS);
  const post = (path: string) => fetch(`${origin}/${path}`, { method: "POST", body: '{"EventType":"X"}' });
  expect((await post("wrong")).status).toBe(404);
  expect((await post(SECRETS.PATH_TOKEN)).status).toBe(403);
  expect((await fetch(`${origin}/${SECRETS.PATH_TOKEN}`, { method: "DELETE" })).status).toBe(405);
});

test("a GET and a HEAD get a greeting", async () => {
  const { origin } = await serve(SECRETS);
  const [got, head] = [await fetch(origin), await fetch(origin, { method: "HEAD" })];
  expect([got.status, await got.text()]).toEqual([200, expect.stringMatching(/^This is vod-receiver, /)]);
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a long body is printed in part only", async () => {
  const { origin, line, printed } = await serve();
  await fetch(origin, { method: "POST", body: `{"EventType":"${"\u202e".repeat(5000)}"}` });
  await line(/^Answer: 200$/m);
  expect(printed().match(/^> .{4096,}$/gm)).toEqual([expect.stringMatching(/^> .{4096} \(cut\)$/)]);
});

test.each([
  ["with its length", `Content-Length: ${7 * 1024 * 1024}\r\n\r\n`],
  ["without", `Transfer-Encoding: chunked\r\n\r\n600001\r\n${"x".repeat(0x600001)}`],
])("a body over 6 MB is refused before it has come, %s", async (_case, start) => {
  const { port } = await serve();
  const socket = connect(port, "127.0.0.1");
  // The request is never ended: the answer does not wait for the rest.
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${start}`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test("a client that breaks off in the middle of its body does no harm", async () => {
  const { origin, port } = await serve();
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", () => socket.resetAndDestroy());
  await once(socket, "close");
  expect((await fetch(origin)).status).toBe(200);
});

test("it listens on the address of --host only", async () => {
  const { printed, port } = await serve({}, ["--host", "127.0.0.2"]);
  expect((await fetch(`http://127.0.0.2:${port}`)).status).toBe(200);
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  expect(printed()).toMatch(/^Listening on 127\.0\.0\.2\./m);
  const { child, errors } = start(["--port", "0", "--host", "192.0.2.1"]);
  await once(child, "close");
  expect([child.exitCode, errors()]).toEqual([
    1,
    expect.stringMatching(/^This machine does not have the address 192\.0\.2\.1\. /),
  ]);
});

test("a port that is in use is named, with what to do", async () => {
  const { port } = await serve();
  const { child, errors } = start(["--port", String(port)]);
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  expect(errors()).toBe(`Port ${port} is in use. Use another one: ./vod-receiver serve --port ${port + 1}\n`);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s lets what is under way finish, and ends with 0",
  async (signal) => {
    const { origin, port, child, line, temp } = await serve();
    const body = JSON.stringify(makeExample("PersistenceComplete"));
    // The server says "continue" once it has the headers: from then on the request is under way.
    const headers = { Expect: "100-continue", "Content-Length": Buffer.byteLength(body) };
    const request = httpRequest({ port, method: "POST", headers });
    request.flushHeaders();
    await once(request, "continue");
    child.kill(signal);
    await line(/^Stopping\. /m);
    await expect(fetch(origin)).rejects.toThrow();
    request.end(body);
    const [response] = await once(request, "response");
    expect([response.statusCode, response.headers.connection, await text(response)]).toEqual([
      200,
      "close",
      "{}",
    ]);
    if (child.exitCode === null) await once(child, "close");
    expect(child.exitCode).toBe(0);
    expect(readdirSync(temp)).toEqual([]);
  },
);

test("SIGTERM lets an event finish whose client has gone", async () => {
  const api = createServer();
  await once(api.listen(0, "127.0.0.1"), "listening");
  const { port: apiPort } = api.address() as AddressInfo;
  const { port, child, line, printed } = await serve({
    ...{ SECRET_ID: "AKIDofTheTest", SECRET_KEY: "theSecretKey", DEFINITIONS: "100010" },
    CLOUD_ENDPOINT_URL: `http://127.0.0.1:${apiPort}`,
  });
  const request = httpRequest({ port, method: "POST" });
  request.on("error", () => {}).end('{"EventType":"NewFileUpload","FileUploadEvent":{"FileId":"387"}}');
  const [, response] = await once(api, "request");
  request.destroy();
  child.kill("SIGTERM");
  await line(/^Stopping\. /m);
  response.setHeader("Content-Type", "application/json");
  response.end('{"Response":{"TaskId":"task","RequestId":"1"}}');
  if (child.exitCode === null) await once(child, "close");
  api.close();
  expect(child.exitCode).toBe(0);
  expect(printed()).toMatch(/^Started\. FileId: 387, /m);
  expect(printed()).toMatch(/^\{"requestId".*"fileId":"387".*"outcome":"done"/m);
});

/** A receiver on a free port, with nothing in its environment but what is given. */
async function serve(variables: Record<string, string> = {}, args: readonly string[] = []) {
  const started = start(["--port", "0", ...args], variables);
  await started.line(/^Started httpserver on port \d+$/m);
  const port = Number(/on port (\d+)/.exec(started.printed())?.[1]);
  return { ...started, port, origin: `http://127.0.0.1:${port}` };
}

function start(args: readonly string[], variables: Record<string, string> = {}) {
  const temp = mkdtempSync(join(tmpdir(), "serve-"));
  folders.push(temp);
  const env = { PATH: process.env["PATH"] ?? "", TMPDIR: temp, ...variables };
  const child = spawn(checkout.path("vod-receiver"), ["serve", ...args], { env });
  running.push(child);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors += chunk;
  });
  const line = async (pattern: RegExp) => {
    while (!pattern.test(output)) await once(child.stdout, "data");
  };
  return { child, temp, line, printed: () => output, errors: () => errors };
}
