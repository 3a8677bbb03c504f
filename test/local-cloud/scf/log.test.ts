import { PassThrough } from "node:stream";
import { LineReader } from "../../../local-cloud/scf/runtime/line-reader";
import { Bench } from "../../helpers/scf";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.functions.close());

test("a request's lines stand between START and END in their order, and Report is last", async () => {
  await bench.deploy(`console.log("loaded");
exports.main_handler = async (event) => {
  console.log("one"); console.error("two\\nthree");
  require("node:fs").writeSync(1, "four\\n");
  process.stdout.write("no newline");
  return { n: 1 };
};`);
  const { requestId, durationMs, memoryMb } = await bench.invoke();
  expect(bench.textsOf(requestId)).toEqual([
    `START RequestId:${requestId}`,
    "loaded",
    "one",
    "two",
    "three",
    "four",
    "no newline",
    `Response RequestId:${requestId} RetMsg:{"n":1}`,
    `END RequestId:${requestId}`,
    `Report RequestId:${requestId} Duration:${durationMs}ms Memory:128MB MemUsage:${memoryMb}MB`,
  ]);
  expect(memoryMb).toBeLessThan(128);
});

test("many lines are all there before the request's END, each with its own request", async () => {
  await bench.deploy(`exports.main_handler = async ({ name }) => {
  for (let n = 0; n < 5000; n += 1) console.log(name + " " + n);
};`);
  const invocations = await Promise.all(["a", "b"].map((name) => bench.invoke({ name })));
  for (const [index, { requestId }] of invocations.entries()) {
    const own = bench.textsOf(requestId).slice(1, -3);
    expect(own).toEqual(Array.from({ length: 5000 }, (_, n) => `${"ab"[index]} ${n}`));
  }
});

test("lines of a request that is killed come before its END too", async () => {
  await bench.deploy(
    "exports.main_handler = async () => { console.log('x'.repeat(100)); process.stdout.write('last'); while (true); };",
    { timeout: 3 },
  );
  const { requestId } = await bench.invoke();
  expect(bench.textsOf(requestId).slice(1, 3)).toEqual(["x".repeat(100), "last"]);
  expect(bench.textsOf(requestId).at(-2)).toBe(`END RequestId:${requestId}`);
});

test("a function that ended or muted its output still answers at once", async () => {
  await bench.deploy(`exports.main_handler = async () => {
  process.stdout.write = () => true; process.stderr.end(); process.stdout.end(); return 1;
};`);
  expect(await bench.result()).toBe(1);
});

test("what is written after the answer belongs to the instance's next request", async () => {
  await bench.deploy(`exports.main_handler = async ({ wait }) => {
  if (wait) return globalThis.late;
  globalThis.late = new Promise((resolve) => process.once("SIGUSR2", resolve)).then(() => console.log("late"));
  return process.pid;
};`);
  const first = await bench.invoke();
  process.kill(Number(first.result), "SIGUSR2");
  const second = await bench.invoke({ wait: true });
  expect(bench.textsOf(first.requestId)).not.toContain("late");
  expect(bench.textsOf(second.requestId)).toContain("late");
});

test("a line is cut at 8 KB, between two characters", async () => {
  await bench.deploy("exports.main_handler = async () => { console.log('x' + 'é'.repeat(1e6)); };");
  const { requestId } = await bench.invoke();
  expect(bench.textsOf(requestId)[1]).toBe(`x${"é".repeat(4095)}`);
});

test("a listener can stop listening", async () => {
  const texts: string[] = [];
  const stop = bench.functions.onLog(({ text }) => texts.push(text));
  stop();
  await bench.deploy("exports.main_handler = async () => 1;");
  await bench.result();
  expect(texts).toEqual([]);
});

test("the mark is found wherever the output was split, even in a line without an end", async () => {
  const mark = "0123456789";
  const stream = new PassThrough();
  const lines: string[] = [];
  const reader = new LineReader(stream, (line) => lines.push(line));
  const found = reader.until(mark);
  for (const part of ["a\nb", "x".repeat(20_000), "01234", "56789rest\n"]) stream.write(part);
  await found;
  expect(lines.map((line) => line.slice(0, 5))).toEqual(["a", "bxxxx", "rest"]);
  const ended = reader.until("never");
  stream.end("partial");
  await ended;
  expect(lines.at(-1)).toBe("partial");
  await reader.until("after the end");
});
