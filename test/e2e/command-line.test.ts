import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../lib/config/keys";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { functionNames } from "../../scripts/project";
import { BUILT_FILES, Checkout } from "../helpers/checkout";
import { runCommand } from "../helpers/deploy-scenario";

const checkout = new Checkout();
const COMMAND = checkout.path("vod-receiver");
const running: ChildProcess[] = [];
/** More notifications at a time than Node.js takes listeners of one emitter. */
const COUNT = 16;
const folders: string[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
afterAll(() => checkout.remove());

test("the local cloud alone prints what a client needs, and records every call", async () => {
  const { printed, line, child, temp } = start(["local-cloud", "--record", "calls.jsonl"]);
  await line(/^ready$/m);
  const { client } = clientOf(printed());
  await client.DescribeEventConfig({});
  await expect(client.ProcessMedia({ FileId: "5285890784273533167" })).rejects.toMatchObject({
    code: expect.stringMatching(/^InvalidParameterValue/),
  });
  child.kill("SIGTERM");
  expect(await exit(child)).toBe(0);
  expect(printed()).toMatch(
    /^CLOUD_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\nSECRET_ID=\S+\nSECRET_KEY=\S+\nAPPID=\d+\nCONSOLE=http:\S+\nready\n$/,
  );
  const host = "vod.tencentcloudapi.com";
  const calls = readFileSync(join(temp, "calls.jsonl"), "utf8").trim().split("\n");
  expect(calls.map((text) => JSON.parse(text))).toEqual([
    { service: "vod", action: "DescribeEventConfig", host, params: {}, error: null },
    {
      service: "vod",
      host,
      action: "ProcessMedia",
      params: { FileId: "5285890784273533167" },
      error: expect.stringMatching(/^InvalidParameterValue/),
    },
  ]);
});

test("the local cloud takes fault rules from a file, and names the file and the key that is wrong", async () => {
  const file = join(tmpdir(), `faults-${process.pid}.json`);
  folders.push(file);
  writeFileSync(file, '{"calls":[{"error":"InternalError","share":2}]}');
  const wrong = start(["local-cloud", "--faults", file]);
  expect(await exit(wrong.child)).toBe(1);
  expect(wrong.errors()).toContain(`The fault rules in ${file} can't be used:\ncalls[0].share: `);
  writeFileSync(file, '{"seed":3}');
  const right = start(["local-cloud", "--faults", file]);
  await right.line(/^ready$/m);
  const [, url] = /^CLOUD_ENDPOINT_URL=(.*)$/m.exec(right.printed()) ?? [];
  expect(await (await fetch(`${url}/faults`)).json()).toEqual({ seed: 3, calls: [], instances: [] });
  right.child.kill("SIGTERM");
  expect(await exit(right.child)).toBe(0);
});

test("the local cloud sends task flows with or without their own ErrCode and Message", async () => {
  for (const [options, members] of [
    [[], { ErrCode: 0, Message: "SUCCESS" }],
    [["--no-procedure-status"], {}],
  ] as const) {
    const { printed, line, child } = start(["local-cloud", ...options]);
    await line(/^ready$/m);
    const { client, url } = clientOf(printed());
    const uploaded = await fetch(`${url}/upload?name=a.jpg`, { method: "POST", body: "no picture" });
    const { FileId } = (await uploaded.json()) as { FileId: string };
    const task = { TranscodeTaskSet: [{ Definition: 10 }] };
    const { TaskId = "" } = await client.ProcessMedia({ FileId, MediaProcessTask: task });
    const { ProcedureTask: { ErrCode, Message } = {} } = await client.DescribeTaskDetail({ TaskId });
    expect({ ErrCode, Message }).toEqual(members);
    child.kill("SIGTERM");
    expect(await exit(child)).toBe(0);
  }
});

test("the local cloud alone prints no warning, however many notifications are under way", async () => {
  const { printed, line, child, errors } = start(["local-cloud"]);
  await line(/^ready$/m);
  const { client, url } = clientOf(printed());
  const held: ServerResponse[] = [];
  const receiver = createServer((request, response) => {
    request.resume();
    held.push(response);
    if (held.length === COUNT) for (const one of held) one.end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  // A server that listens on TCP has an address with a port.
  const NotificationUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  await client.ModifyEventConfig({ NotificationUrl, UploadMediaCompleteEventSwitch: "ON" });
  const upload = () => fetch(`${url}/upload?name=a.mp4`, { method: "POST", body: "not a video" });
  await Promise.all(Array.from({ length: COUNT }, upload));
  while (held.length < COUNT) await once(receiver, "request");
  child.kill("SIGTERM");
  expect(await exit(child)).toBe(0);
  receiver.close().closeAllConnections();
  expect(errors()).toMatch(/NewFileUpload/);
  expect(errors()).not.toMatch(/warning/i);
});

test.each([
  ["logs", "--since", "soon"],
  ["replay", "--since", "1w"],
  ["reconcile", "--since", "2"],
  ["remove", "--only", "retry"],
  ["trigger", "NoSuchEvent"],
  ["trigger", "NewFileUpload", "--override", "x"],
  ["trigger", "NewFileUpload", "--to", "ftp://example.com"],
  ["local-cloud", "--port", "x"],
  ["info", "--no-such-option"],
  ["no-such-command"],
])("%s %s %s is wrong usage, which exits with 2", async (...args) => {
  const env = { SECRET_ID: "AKIDx", SECRET_KEY: "x", CLOUD_ENDPOINT_URL: "http://127.0.0.1:1" };
  expect((await runCommand(checkout, args, env)).code).toBe(2);
});

test("a MODE that does not exist is wrong usage too, but a missing key is not", async () => {
  expect((await runCommand(checkout, ["info"], { MODE: "fast" })).code).toBe(2);
  expect((await runCommand(checkout, ["info"], { SECRET_ID: "AKIDx" })).code).toBe(1);
});

test.each([
  [["deploy"], { SIGN_KEY: "no-key!" }, "SIGN_KEY must be 1 to 32 letters and digits"],
  [["deploy"], { SECRET_KEY: "with space" }, "SECRET_KEY contains white space"],
  [
    ["deploy"],
    { CLOUD_ENDPOINT_URL: "http://example.com" },
    "CLOUD_ENDPOINT_URL must be http:// with a loopback",
  ],
  [["event-config"], { SUBAPPID: "abc" }, 'SUBAPPID must be the number of a VOD application (got "abc").'],
  [["build"], { SUBAPPID: "abc" }, 'SUBAPPID must be the number of a VOD application (got "abc").'],
  [["build"], { DEFINITIONS: "100010;20" }, "DEFINITIONS must be template ids"],
  [["serve", "--port", "0"], { PATH_TOKEN: "a/b" }, "PATH_TOKEN must contain only letters"],
  [["trigger", "FileDeleted", "--to", "http://127.0.0.1:1"], { SIGN_KEY: "no-key!" }, "SIGN_KEY must be"],
])("a value that a variable does not take is wrong usage: %j %j", async (args, variables, text) => {
  const env = { SECRET_ID: "AKIDx", SECRET_KEY: "x", CLOUD_ENDPOINT_URL: "http://127.0.0.1:1", ...variables };
  const { code, output } = await runCommand(checkout, args, env);
  expect(output).toContain(text);
  expect(code).toBe(2);
});

test("two runs of the whole job at the same time both end well and leave nothing behind", async () => {
  const inTerminal =
    process.platform === "darwin"
      ? ["-q", "/dev/null", COMMAND, "local", "--once"]
      : ["-qec", `'${COMMAND}' local --once`, "/dev/null"];
  const runs = [start(["local", "--once"]), start(inTerminal, { NO_COLOR: "" }, "script")];
  for (const { child, printed, temp } of runs) {
    expect(await exit(child)).toBe(0);
    for (const definition of [100010, 100020]) {
      for (const line of [
        `Transcode succeeded\\. FileId: \\d+, Definition: ${definition}, Url`,
        `Output ${definition}`,
      ])
        expect(printed()).toMatch(new RegExp(`^${line}: http\\S+$`, "m"));
    }
    expect(leftBehind(temp)).toEqual([]);
  }
  const [piped, terminal] = runs.map(({ printed }) => printed().replaceAll("\r", ""));
  for (const line of ["START RequestId", "Response RequestId", "END RequestId", "Report RequestId"]) {
    expect(piped).toContain(`\n${line}`);
    expect(terminal).toContain(`\n\x1b[2m${line}`);
  }
  expect(piped).not.toContain("\x1b");
  expect(terminal).toContain("\nTranscode succeeded.");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends a run and all that it started", async (signal) => {
  const { child, line, temp } = start(["local"]);
  await line(/Press Ctrl-C to stop/);
  child.kill(signal);
  expect(await exit(child)).toBe(0);
  expect(leftBehind(temp)).toEqual([]);
});

test("a sample that fails ends --once with the reason, and leaves a run that serves going", async () => {
  const failing = { DEFINITIONS: "999999" };
  const [once, serving] = [start(["local", "--once"], failing), start(["local"], failing)];
  const reason = /^.*The function could not process a notification\. .*InvalidParameterValue/m;
  expect(await exit(once.child)).toBe(1);
  expect(once.errors()).toMatch(reason);
  await serving.line(reason);
  expect(serving.child.exitCode).toBeNull();
  serving.child.kill("SIGINT");
  expect(await exit(serving.child)).toBe(0);
  expect([...leftBehind(once.temp), ...leftBehind(serving.temp)]).toEqual([]);
});

test("a stop in the middle of --once is no success", async () => {
  const { child, line, temp } = start(["local", "--once"]);
  await line(/Start configuring SCF/);
  child.kill("SIGINT");
  expect(await exit(child)).toBe(1);
  expect(leftBehind(temp)).toEqual([]);
});

test.each([
  [["AKIDmarked0123456789"], "unknown command"],
  [["deploy", "SECRET_KEY=marked"], "too many arguments"],
  [["deploy", "--secret-key=marked"], "unknown option '--secret-key'"],
  [["--AKIDmarked0123456789"], "unknown option"],
  [["depoly"], "unknown command 'depoly'"],
])("an argument that may be a key is not printed: %j", async (args, message) => {
  const { code, output } = await runCommand(checkout, args, {});
  expect(code).toBe(2);
  expect(output).toContain(`error: ${message}`);
  expect(output).not.toContain("marked");
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s in the middle of a build leaves no file behind",
  async (signal) => {
    const { child, temp } = start(["trigger", "NewFileUpload", "--bundle"]);
    const watcher = watch(temp);
    await once(watcher, "change");
    watcher.close();
    child.kill(signal);
    await exit(child);
    expect({ signal: child.signalCode, left: leftBehind(temp) }).toEqual({ signal, left: [] });
  },
);

test("npm run build bundles every function, each with its configuration, and prints the sizes", () => {
  mkdirSync(checkout.path("dist", "callback"), { recursive: true });
  writeFileSync(checkout.path("dist", "callback", "of-an-earlier-build.js"), "");
  const printed = execFileSync("npm", ["run", "build"], { cwd: checkout.folder, encoding: "utf8" });
  for (const name of functionNames()) {
    for (const file of BUILT_FILES.filter((one) => one.endsWith(".js"))) {
      const { size } = statSync(checkout.path("dist", name, file));
      expect(printed).toContain(`dist/${name}/${file} ${size} bytes`);
    }
    expect(readdirSync(checkout.path("dist", name)).sort()).toEqual(BUILT_FILES);
  }
});

/** Starts the command with a folder for temporary files, where it also stands, of its own. */
function start(args: readonly string[], variables: Record<string, string> = {}, command = COMMAND) {
  const temp = mkdtempSync(join(tmpdir(), "command-line-"));
  folders.push(temp);
  const child = spawn(command, args, { cwd: temp, env: { ...process.env, TMPDIR: temp, ...variables } });
  running.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const line = async (pattern: RegExp) => {
    while (!pattern.test(output)) await once(child.stdout, "data");
  };
  return { child, temp, line, printed: () => output, errors: () => errors };
}

/** A client with what the local cloud printed, and its address. */
function clientOf(printed: string): { client: Client; url: string } {
  const values = Object.fromEntries(printed.split("\n").map((text) => text.split("=", 2)));
  const [secret_id, secret_key] = [values["SECRET_ID"], values["SECRET_KEY"]];
  const config = parseConfig({ secret_id, secret_key, definitions: [100010] });
  return { client: new Client(clientConfig(config, values)), url: values["CLOUD_ENDPOINT_URL"] ?? "" };
}

async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return child.exitCode;
}

/** Temporary files and processes of a run that has ended. */
function leftBehind(temp: string): string[] {
  const files = readdirSync(temp);
  const processes = execFileSync("ps", ["-axo", "command"], { encoding: "utf8" }).split("\n");
  return [...files, ...processes.filter((command) => command.includes(temp))];
}
