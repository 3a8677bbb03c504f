import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNodeRuntime } from "../../local-cloud/scf/runtime/node-runtime";
import { DIST } from "../../scripts/project";
import { startApi, succeed } from "../helpers/api-server";
import { run } from "../helpers/test-cloud";

const folder = mkdtempSync(join(tmpdir(), "start-"));
cpSync(join(DIST, "callback"), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

/** The modules of Node, and the chunks, that a new instance of the bundle loads until it has answered. */
async function loadedFor(
  notification: object,
  env: Record<string, string> = {},
  { status = 200, context = {} } = {},
): Promise<string[]> {
  const event = { body: JSON.stringify(notification) };
  // Nothing is written before the list is read: for a pipe, Node itself loads its network.
  const program = `console.log = () => {};
    const bare = new Set(process.moduleLoadList);
    require("./index.js").main_handler(${JSON.stringify(event)}, ${JSON.stringify(context)}).then(({ statusCode }) => {
      const loaded = process.moduleLoadList.filter((line) => !bare.has(line));
      const modules = loaded.map((line) => line.replace(/^NativeModule /, ""));
      modules.push(...Object.keys(require.cache).map((file) => require("path").basename(file)));
      process.stdout.write(JSON.stringify({ statusCode, modules }), () => process.exit());
    });`;
  const { stdout } = await run(findNodeRuntime().executable, ["-e", program], { cwd: folder, env });
  const { statusCode, modules }: { statusCode: number; modules: string[] } = JSON.parse(stdout);
  expect(statusCode).toBe(status);
  return modules;
}

const filesOf = (modules: readonly string[]) => modules.filter((name) => name.endsWith(".js")).sort();

test("an event that needs no API call loads nothing that a call needs", async () => {
  const modules = await loadedFor({ EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["1"] } });
  const ofCalls = ["net", "tls", "http", "https", "_http_client", "querystring", "zlib"];
  expect(modules.filter((name) => ofCalls.includes(name))).toEqual([]);
  expect(filesOf(modules)).toEqual(["index.js"]);
});

test("a call to a loopback endpoint loads what it needs, and no TLS", async () => {
  const api = await startApi(succeed);
  const upload = { EventType: "NewFileUpload", FileUploadEvent: { FileId: "1" } };
  const env = { CLOUD_ENDPOINT_URL: api.url, SECRET_ID: "AKIDtest", SECRET_KEY: "key" };
  const modules = await loadedFor(upload, env);
  expect(modules).toContain("_http_client");
  expect(modules).not.toContain("tls");
  expect(modules).not.toContain("zlib");
  expect(filesOf(modules)).toEqual(["index.js", "steps.js"]);
  expect(api.calls).toHaveLength(1);
});

test("handing an event over takes the same chunk", async () => {
  const upload = { EventType: "NewFileUpload", FileUploadEvent: { FileId: "1" } };
  const env = {
    RETRY_FUNCTION: "retry",
    CLOUD_ENDPOINT_URL: "http://127.0.0.1:1",
    SECRET_ID: "AKIDtest",
    SECRET_KEY: "key",
  };
  const context = { namespace: "vod_demo", time_limit_in_ms: 1000 };
  const modules = await loadedFor(upload, env, { status: 500, context });
  expect(filesOf(modules)).toEqual(["index.js", "steps.js"]);
});

test("without credentials an upload is left to a retry", async () => {
  await loadedFor({ EventType: "NewFileUpload", FileUploadEvent: { FileId: "1" } }, {}, { status: 500 });
});

test("a config.json that was edited after the build is checked", async () => {
  const deletion = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["1"] } };
  for (const [edited, status] of [
    [{ definitions: [100010] }, 200],
    [{ definitions: "100010" }, 500],
  ] as const) {
    writeFileSync(join(folder, "config.json"), JSON.stringify(edited));
    const modules = await loadedFor(deletion, {}, { status });
    expect(filesOf(modules)).toEqual(["configuration.js", "index.js"]);
  }
});
