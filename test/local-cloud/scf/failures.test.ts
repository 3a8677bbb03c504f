import { Bench, isAlive } from "../../helpers/scf";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.functions.close());

const PID = `const { existsSync, writeFileSync } = require("node:fs");
const first = !existsSync("again");
writeFileSync("again", "");
`;

/** @param timeout in seconds; a machine of any speed starts a process within a minute */
async function expectFailureThenNewInstance(
  source: string,
  statusCode: number,
  message: RegExp,
  timeout = 60,
) {
  await bench.deploy(
    `${PID}exports.main_handler = async (event, context) => {
  console.log("pid " + process.pid);
  if (first) { ${source} }
  return process.pid;
};`,
    { timeout },
  );
  const failed = await bench.invoke();
  expect(failed.error).toEqual({ statusCode, message: expect.stringMatching(message) });
  expect(failed).not.toHaveProperty("result");
  const pid = Number(/pid (\d+)/.exec(bench.textsOf(failed.requestId).join("\n"))?.[1]);
  expect(isAlive(pid)).toBe(false);
  expect(await bench.result()).not.toBe(pid);
  const text = bench.textsOf(failed.requestId);
  expect(text.filter((line) => line.startsWith("ERROR"))).toEqual([
    `ERROR RequestId:${failed.requestId} Result:${JSON.stringify({ errorCode: -1, errorMessage: failed.error?.message, statusCode })}`,
  ]);
}

test("a function that takes too long is killed, even in a busy loop", async () => {
  await expectFailureThenNewInstance("while (true);", 433, /^Invoking task timed out after 3 seconds$/, 3);
});

test("a function that waits too long is killed", async () => {
  await expectFailureThenNewInstance("await new Promise(() => {});", 433, /timed out after 3 seconds/, 3);
});

test("a function that takes more memory than it has is killed", async () => {
  await expectFailureThenNewInstance(
    "globalThis.kept = Buffer.alloc(200e6, 1); await new Promise(() => {});",
    434,
    /128 MB/,
  );
});

test("memory that was taken only for a moment counts too", async () => {
  await expectFailureThenNewInstance("Buffer.alloc(200e6, 1);", 434, /128 MB/);
});

test("a function that exhausts its heap is out of memory", async () => {
  await expectFailureThenNewInstance(
    "const kept = []; while (true) kept.push(new Array(1000).fill(kept.length));",
    434,
    /128 MB/,
  );
});

test("a function that exits or crashes ends its request", async () => {
  await expectFailureThenNewInstance("process.exit(3);", 439, /^User process exit when running: code 3$/);
  await expectFailureThenNewInstance(
    "setTimeout(() => { throw new Error('later'); }); await new Promise(() => {});",
    439,
    /code 1$/,
  );
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

test("what JSON can't hold, and what is thrown without being an error, are exceptions", async () => {
  await bench.deploy(
    "exports.main_handler = async (event) => { if (event.n) return 1n; throw { odd: true }; };",
  );
  expect((await bench.invoke({ n: 1 })).error).toMatchObject({
    statusCode: 430,
    message: expect.stringMatching(/BigInt/),
  });
  expect((await bench.invoke()).error).toMatchObject({ statusCode: 430, message: "{ odd: true }" });
});

test("a module that throws, exits or lacks the handler fails every request", async () => {
  await bench.deploy("console.log('loading'); throw new Error('top level');");
  const { error, requestId } = await bench.invoke();
  expect(error).toMatchObject({ statusCode: 430, message: "top level" });
  expect(bench.textsOf(requestId)).toContain("loading");
  expect((await bench.invoke()).error).toMatchObject({ statusCode: 430 });
  await bench.deploy("process.exit(0);");
  expect((await bench.invoke()).error).toMatchObject({ statusCode: 439 });
  await bench.deploy("require('not-in-the-package');");
  expect((await bench.invoke()).error).toMatchObject({
    statusCode: 430,
    message: expect.stringMatching(/Cannot find module/),
  });
  await bench.deploy("exports.handler = async () => 1;");
  expect((await bench.invoke()).error).toMatchObject({
    statusCode: 437,
    message: expect.stringMatching(/^HandlerNotFound/),
  });
  await bench.deploy("", { handler: "missing.main_handler" });
  expect((await bench.invoke()).error).toMatchObject({ statusCode: 437 });
});

test("events and results over 6 MB are refused", async () => {
  await bench.deploy("exports.main_handler = async (event) => 'x'.repeat(event.length ?? 1);");
  expect((await bench.invoke("x".repeat(6 * 1024 * 1024))).error?.statusCode).toBe(406);
  expect((await bench.invoke({ length: 6 * 1024 * 1024 })).error?.statusCode).toBe(407);
  expect(await bench.result({ length: 6 * 1024 * 1024 - 2 })).toHaveLength(6 * 1024 * 1024 - 2);
  expect(await bench.result("x".repeat(6 * 1024 * 1024 - 2))).toHaveLength(6 * 1024 * 1024 - 2);
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
