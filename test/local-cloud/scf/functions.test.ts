import { existsSync } from "node:fs";
import { findNodeRuntime, type Runtime } from "../../../local-cloud/scf/runtime/node-runtime";
import { Bench, isAlive, until, zipOf } from "../../helpers/scf";

let bench: Bench;
beforeEach(() => {
  bench = new Bench({ cloudEndpointUrl: "http://127.0.0.1:1" });
});
afterEach(() => bench.functions.close());

const COUNTER = `let count = 0;
exports.main_handler = async () => ({ pid: process.pid, count: ++count });`;

test("an async handler's value and a non-async handler's callback are the result", async () => {
  await bench.deploy("exports.main_handler = async (event) => ({ echo: event, gone: undefined });");
  expect(await bench.result({ a: [1, "é"] })).toEqual({ echo: { a: [1, "é"] } });
  await bench.deploy("exports.main_handler = (event, context, callback) => callback(null, event.a);");
  expect(await bench.result({ a: 1 })).toBe(1);
  await bench.deploy("exports.main_handler = (event, context, callback) => callback(new Error('no'));");
  expect((await bench.invoke()).error).toMatchObject({ statusCode: 430, message: "no" });
  await bench.deploy("exports.main_handler = async () => {};");
  expect(await bench.result()).toBeNull();
});

test("an instance is kept warm and takes one request at a time", async () => {
  await bench.deploy(COUNTER);
  const first = await bench.result();
  expect(first).toMatchObject({ count: 1 });
  expect(await bench.result()).toEqual({ ...(first as object), count: 2 });

  await bench.deploy("exports.main_handler = async () => process.pid;");
  const pids = await Promise.all([bench.result(), bench.result(), bench.result()]);
  expect(new Set(pids).size).toBe(3);
});

test("an instance that ended between two requests is not used again", async () => {
  await bench.deploy(COUNTER);
  const { pid } = (await bench.result()) as { pid: number };
  process.kill(pid);
  // Until this process has collected it, and so knows.
  await until(() => !existsSync(`/proc/${pid}`));
  expect(await bench.result()).not.toMatchObject({ pid });
});

test("a function has the documented environment and nothing of the local cloud's own", async () => {
  process.env["LEAK"] = "leak";
  await bench.deploy(
    "exports.main_handler = async () => ({ env: process.env, argv: [...process.argv, ...process.execArgv] });",
    {
      environment: { GREETING: "hello", SCF_RUNTIME: "mine" },
      role: { secretId: "role-id", secretKey: "role-key", token: "role-token" },
    },
  );
  const { env, argv } = (await bench.result()) as { env: Record<string, string>; argv: string[] };
  delete process.env["LEAK"];
  const folder = env["PWD"];
  expect(env).toEqual({
    PATH: expect.any(String),
    TZ: "UTC",
    HOME: "/home/qcloud",
    GREETING: "hello",
    PWD: expect.stringContaining("/local-cloud-scf-"),
    USER_CODE_ROOT: `${folder}/`,
    NODE_PATH: `${folder}/node_modules`,
    _SCF_SERVER_PORT: "28902",
    SCF_RUNTIME: "Nodejs18.15",
    SCF_FUNCTIONNAME: "callback",
    SCF_FUNCTIONVERSION: "$LATEST",
    TENCENTCLOUD_RUNENV: "SCF",
    TENCENTCLOUD_REGION: "ap-guangzhou",
    TENCENTCLOUD_APPID: "1250000000",
    TENCENTCLOUD_UIN: "100000000001",
    TENCENTCLOUD_TZ: "UTC",
    TENCENTCLOUD_SECRETID: "role-id",
    TENCENTCLOUD_SECRETKEY: "role-key",
    TENCENTCLOUD_SESSIONTOKEN: "role-token",
    CLOUD_ENDPOINT_URL: "http://127.0.0.1:1",
  });
  expect(argv.join()).not.toMatch(/role-|hello/);
});

test("a request gets its trigger's kind, and a later one does not", async () => {
  await bench.deploy("exports.main_handler = async () => process.env.TRIGGER_SRC ?? 'none';");
  expect((await bench.invoke({}, "timer")).result).toBe("timer");
  expect((await bench.invoke({})).result).toBe("none");
});

test("a handler gets the documented context, in its own folder and on the runtime's Node", async () => {
  await bench.deploy(
    "exports.main_handler = async (event, context) => ({ context, cwd: process.cwd() === __dirname, version: process.version, ipc: typeof process.send });",
  );
  const { requestId, result } = await bench.invoke();
  expect(result).toEqual({
    context: {
      callbackWaitsForEmptyEventLoop: true,
      memory_limit_in_mb: 128,
      time_limit_in_ms: 10_000,
      request_id: requestId,
      environment: '{"SCF_NAMESPACE":"vod_demo"}',
      environ: "SCF_NAMESPACE=vod_demo;SCF_NAMESPACE=vod_demo",
      function_version: "$LATEST",
      function_name: "callback",
      namespace: "vod_demo",
      tencentcloud_region: "ap-guangzhou",
      tencentcloud_appid: "1250000000",
      tencentcloud_uin: "100000000001",
    },
    cwd: true,
    version: findNodeRuntime().version,
    ipc: "undefined",
  });
});

test("a new version takes over at once, while a busy instance of the old one finishes first", async () => {
  await bench.deploy(COUNTER);
  const { pid } = (await bench.result()) as { pid: number };
  await bench.deploy(`exports.main_handler = async () => {
  const asked = new Promise((resolve) => process.once("SIGUSR2", resolve));
  console.log("busy " + process.pid);
  await asked;
  return require("node:fs").existsSync(__filename);
};`);
  expect(isAlive(pid)).toBe(false);
  const running = bench.result();
  const busy = Number((await bench.seen(/^busy /)).split(" ")[1]);
  await bench.deploy("exports.main_handler = async () => 'new';");
  expect(await bench.result()).toBe("new");
  process.kill(busy, "SIGUSR2");
  expect(await running).toBe(true);
  await until(() => !isAlive(busy));
});

test("a code package keeps its folders", async () => {
  await bench.deploy("", {
    handler: "src/main.handle",
    zip: zipOf({
      "src/main.js": "exports.handle = async () => require('../config.json');",
      "config.json": "{}",
    }),
  });
  expect(await bench.result()).toEqual({});
});

test.each([
  ["not a zip file", { zip: new Uint8Array([1, 2, 3]) }],
  ["outside", { zip: zipOf({ "../x.js": "" }) }],
  ["has only Nodejs18.15 and Nodejs20.19", { runtime: "Nodejs16.13" }],
])("a deployment that is refused (%s) leaves the version before it", async (message, changes) => {
  await bench.deploy("exports.main_handler = async () => 1;");
  await expect(bench.deploy("", changes)).rejects.toThrow(message);
  expect(await bench.result()).toBe(1);
});

test("a function that is not there, or was removed, is answered as such", async () => {
  expect((await bench.invoke()).error?.statusCode).toBe(435);
  await bench.deploy(COUNTER);
  const { pid } = (await bench.result()) as { pid: number };
  await bench.functions.remove("vod_demo", "callback");
  expect(isAlive(pid)).toBe(false);
  expect((await bench.invoke()).error?.statusCode).toBe(435);
});

test("what the functions run on is reported once", async () => {
  const reported: string[] = [];
  const other = new Bench({ report: (line) => reported.push(line) });
  await Promise.all([other.deploy(COUNTER), other.deploy(COUNTER, { name: "reliable" })]);
  await other.functions.close();
  const { version } = findNodeRuntime();
  expect(reported).toEqual([expect.stringContaining(`Nodejs18.15 functions run on Node.js ${version}`)]);
});

test.each<Runtime>(["Nodejs18.15", "Nodejs20.19"])("a %s function runs on its Node.js", async (runtime) => {
  const version = "async () => [process.version, process.env.SCF_RUNTIME]";
  await bench.deploy(`exports.main_handler = ${version};`, { name: runtime, runtime });
  const { result } = await bench.functions.invoke("vod_demo", runtime, {});
  expect(result).toEqual([findNodeRuntime(runtime).version, runtime]);
});
