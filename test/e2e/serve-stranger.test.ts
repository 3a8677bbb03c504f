import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { logReplayRecord } from "../../lib/log/replay-record";
import { replay } from "../../scripts/commands/replay";
import { Checkout } from "../helpers/checkout";
import { recordedLog } from "../helpers/recorded-log";
import { TestCloud, uploadOf } from "../helpers/test-cloud";

const PATH_TOKEN = "t0kenOfThePath_1";
const checkout = new Checkout();
const folder = mkdtempSync(join(tmpdir(), "stranger-"));
let entryPoints: TestCloud;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  entryPoints = await TestCloud.open();
  server = await serve();
}, 60_000);
afterAll(async () => {
  server.child.kill("SIGKILL");
  await entryPoints.cloud.close();
  checkout.remove();
  rmSync(folder, { recursive: true });
});

test("without the token nobody starts anything, reads or writes a file, or ends the process", async () => {
  const event = JSON.stringify(uploadOf(await entryPoints.upload()));
  const { log, lines } = recordedLog();
  logReplayRecord(JSON.parse(event), log);
  const [record = ""] = lines;
  const fields = JSON.stringify({ SCF_Type: "Custom", SCF_Message: record });
  const bodies = [
    ...[event, record, fields, `[${event}]`, `${event}\n${record}\n${event}`, `\r\n${record}\r\n`],
    ...["2026-01-01T00:00:00.000Z ", "2026-01-01T00:00:00.000Z callback ", "\x1b[2K\r"].map(
      (start) => start + record,
    ),
    ...[JSON.stringify({ EventType: event }), JSON.stringify({ event: { replay: record } })],
    ...[Buffer.from(event).toString("base64"), gzipSync(event), event + " ".repeat(100_000)],
  ];
  const paths = [
    "/",
    "//",
    "/wrong",
    `/${PATH_TOKEN}x`,
    `/${PATH_TOKEN}/..`,
    `/?/${PATH_TOKEN}`,
    "/../../../etc/passwd",
  ];
  // What another installation's token or VOD's own console might make of the path.
  paths.push(
    "/another-0123456789",
    `/${PATH_TOKEN.toUpperCase()}`,
    `/%74${PATH_TOKEN.slice(1)}`,
    "/%00",
    "/\\",
  );
  const before = server.printed().length;
  const refused = () => server.printed().slice(before).split('"status":404').length - 1;
  let requests = 0;
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"]) {
    for (const [index, path] of paths.entries()) {
      for (const body of method === "POST" ? bodies : [bodies[index] ?? event]) {
        expect(await send(method, path, body)).toMatch(/^HTTP\/1\.1 404 /);
        requests += 1;
      }
    }
  }
  await server.line(() => refused() === requests);
  for (const method of ["GET", "HEAD"])
    expect(await send(method, "/../../../etc/passwd", event)).toMatch(/ 200 /);
  for (const raw of [
    ..."GET http://[ HTTP/1.1|GET ? HTTP/1.1|POST /\\ HTTP/1.1|CONNECT a:1 HTTP/1.1|\0\x1b[2J".split("|"),
    ...[
      "Content-Length: -1",
      "Transfer-Encoding: x",
      "Upgrade: h2c\r\nConnection: Upgrade",
      `A: ${"x".repeat(20_000)}`,
    ].map((header) => `POST / HTTP/1.1\r\nHost: x\r\n${header}`),
  ]) {
    await exchange(`${raw}\r\n\r\n`, true);
  }

  expect(await send("GET", "/", "")).toMatch(/ 200 /);
  expect(server.child.exitCode).toBeNull();
  const printed = server.printed().slice(before).trim().split("\n");
  for (const line of printed) {
    expect(Object.keys(JSON.parse(line))).toEqual(["status", "reason", "length", "sourceAddress"]);
    expect(line.length).toBeLessThan(200);
  }
  expect(await replayed(server.printed())).toBe("Found 0 recorded events. true");
  expect(processed()).toEqual([]);
  expect(readdirSync(server.temp).filter((name) => !/^tsx-/.test(name))).toEqual([
    expect.stringMatching(/^vod-receiver-/),
  ]);
});

test("an event that was answered 200 does not run again when the log is replayed", async () => {
  const fileId = await entryPoints.upload();
  const event = JSON.stringify(uploadOf(fileId));
  expect(await send("POST", `/${PATH_TOKEN}`, event)).toMatch(/ 200 /);
  await server.line(() => /^Answer: 200$/m.test(server.printed()));
  expect(processed()).toEqual([fileId]);
  const saved = server.printed();
  expect(saved).toContain(`\n> ${event}\n`);
  const stripped = saved.split("\n").filter((line) => line.startsWith("> "));
  for (const log of [saved, stripped.join("\n"), `> ${event}\n`]) {
    expect(await replayed(log)).toBe("Found 0 recorded events. true");
  }
  expect(processed()).toEqual([fileId]);
});

/** The files whose processing VOD started. */
function processed(): unknown[] {
  return entryPoints.calls
    .filter(({ action, error }) => action.startsWith("ProcessMedia") && error === null)
    .map(({ params }) => Object(params)["FileId"]);
}

async function replayed(log: string): Promise<string> {
  const file = join(folder, "serve.log");
  writeFileSync(file, log);
  const lines: string[] = [];
  const spies = [jest.spyOn(console, "log"), jest.spyOn(console, "error")];
  for (const spy of spies) spy.mockImplementation((line) => lines.push(line));
  const complete = await replay(entryPoints.env, { since: "3d", file, yes: true });
  for (const spy of spies) spy.mockRestore();
  return `${lines.join("\n")} ${complete}`;
}

function send(method: string, path: string, body: string | Buffer): Promise<string> {
  const length = Buffer.byteLength(body);
  const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
  return exchange(Buffer.concat([Buffer.from(head), Buffer.from(body)]));
}

/** @returns all that comes back until the server closes the connection; with `isAll` this side closes it first */
function exchange(sent: string | Buffer, isAll = false): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {}).write(sent);
  if (isAll) socket.end();
  return text(socket).catch(() => "");
}

async function serve() {
  const temp = mkdtempSync(join(folder, "temp-"));
  const env = { ...entryPoints.env, PATH: process.env["PATH"] ?? "", TMPDIR: temp, PATH_TOKEN };
  const child: ChildProcess = spawn(checkout.path("vod-receiver"), ["serve", "--port", "0"], { env });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const line = async (isThere: () => boolean) => {
    while (!isThere()) await once(child.stdout ?? child, "data");
  };
  await line(() => /^Press Ctrl-C/m.test(output));
  const port = Number(/on port (\d+)/.exec(output)?.[1]);
  return { child, temp, port, line, printed: () => output };
}
