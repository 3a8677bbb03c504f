import { Bench, isAlive } from "../../helpers/scf";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.functions.close());

const MB_6 = 6 * 1024 * 1024;
const WAIT = "await new Promise(() => {});";
const FILL = "const kept = []; while (true) kept.push(new Array(1000).fill(kept.length));";
const TIMED_OUT = /^Invoking task timed out after 3 seconds$/;

test.each([
  ["takes too long in a busy loop", "while (true);", 433, TIMED_OUT, 3],
  ["waits too long", WAIT, 433, TIMED_OUT, 3],
  ["takes more memory than it has", `globalThis.kept = Buffer.alloc(200e6, 1); ${WAIT}`, 434, /128 MB/],
  ["takes too much memory for a moment", "Buffer.alloc(200e6, 1);", 434, /128 MB/],
  ["exhausts its heap", FILL, 434, /128 MB/],
  ["exits", "process.exit(3);", 439, /^User process exit when running: code 3$/],
  ["crashes", `setTimeout(() => { throw new Error('later'); }); ${WAIT}`, 439, /code 1$/],
] as const)("a function that %s is ended, and the next request gets a new instance", async (...row) => {
  // A machine of any speed starts a process within a minute.
  const [, source, statusCode, message, timeout = 60] = row;
  await bench.deploy(
    `const { existsSync, writeFileSync } = require("node:fs");
const first = !existsSync("again");
writeFileSync("again", "");
exports.main_handler = async () => {
  console.log("pid " + process.pid);
  if (first) { ${source} }
  return process.pid;
};`,
    { timeout },
  );
  const { requestId, error, ...others } = await bench.invoke();
  expect(error).toEqual({ statusCode, message: expect.stringMatching(message) });
  expect(others).not.toHaveProperty("result");
  const pid = Number(/pid (\d+)/.exec(bench.textsOf(requestId).join("\n"))?.[1]);
  expect(isAlive(pid)).toBe(false);
  expect(await bench.result()).not.toBe(pid);
  expect(bench.textsOf(requestId).filter((line) => line.startsWith("ERROR"))).toEqual([
    `ERROR RequestId:${requestId} Result:${JSON.stringify({ errorCode: -1, errorMessage: error?.message, statusCode })}`,
  ]);
});

test("an exception is the request's error, its stack is in the log, and the instance goes on", async () => {
  await bench.deploy(
    "exports.main_handler = async (event) => { if (event.fail) throw new TypeError('boom'); return process.pid; };",
  );
  const pid = await bench.result();
  const { error, requestId } = await bench.invoke({ fail: true });
  expect(error).toEqual({
    statusCode: 430,
    message: "boom",
    stackTrace: expect.stringMatching(/^TypeError: boom\n\s+at .*index\.js:1/),
  });
  const line = bench.textsOf(requestId).find((text) => text.startsWith("ERROR"));
  expect(JSON.parse(line?.split("Result:")[1] ?? "")).toEqual({
    errorCode: 1,
    errorMessage: "user code exception caught",
    stackTrace: error?.stackTrace,
    statusCode: 430,
  });
  expect(await bench.result()).toBe(pid);
});

test.each([
  ["a result that JSON can't hold", "exports.main_handler = async () => 1n;", 430, /BigInt/],
  [
    "an object that is thrown",
    "exports.main_handler = () => { throw { odd: true }; };",
    430,
    /^{ odd: true }$/,
  ],
  ["a module that throws", "throw new Error('top level');", 430, /^top level$/],
  ["a module that exits", "process.exit(0);", 439, /code 0$/],
  ["a missing module", "require('not-in-the-package');", 430, /Cannot find module/],
  ["a missing handler", "exports.handler = async () => 1;", 437, /^HandlerNotFound/],
])("%s fails every request", async (_, source, statusCode, message) => {
  await bench.deploy(source);
  const errors = [(await bench.invoke()).error, (await bench.invoke()).error];
  const expected = expect.objectContaining({ statusCode, message: expect.stringMatching(message) });
  expect(errors).toEqual([expected, expected]);
});

test("a missing file fails the request", async () => {
  await bench.deploy("", { handler: "missing.main_handler" });
  expect((await bench.invoke()).error).toMatchObject({ statusCode: 437 });
});

test("what a module wrote before it threw is in the log", async () => {
  await bench.deploy("console.log('loading'); throw new Error('top level');");
  const { requestId } = await bench.invoke();
  expect(bench.textsOf(requestId)).toContain("loading");
});

test("events and results over 6 MB are refused", async () => {
  await bench.deploy("exports.main_handler = async (event) => 'x'.repeat(event.length ?? 1);");
  expect((await bench.invoke("x".repeat(MB_6))).error?.statusCode).toBe(406);
  expect((await bench.invoke({ length: MB_6 })).error?.statusCode).toBe(407);
  expect(await bench.result({ length: MB_6 - 2 })).toHaveLength(MB_6 - 2);
  expect(await bench.result("x".repeat(MB_6 - 2))).toHaveLength(MB_6 - 2);
});

test("a Node that can't be started fails the request", async () => {
  const broken = new Bench({
    findNode: () => ({ executable: "/nonexistent/node", version: "v0", pinned: false }),
  });
  await broken.deploy("exports.main_handler = async () => 1;");
  expect((await broken.invoke()).error).toMatchObject({
    statusCode: 439,
    message: expect.stringMatching(/ENOENT/),
  });
  await broken.functions.close();
});
