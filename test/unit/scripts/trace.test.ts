import { printLogText } from "../../../scripts/terminal/trace";

const { isTTY } = process.stdout;
let printed: string[] = [];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, "log").mockImplementation((text) => printed.push(text));
  process.stdout.isTTY = true;
});
afterEach(() => {
  jest.restoreAllMocks();
  process.stdout.isTTY = isTTY;
});

const resolve = (trace: string) => trace.replaceAll("index-0123456789ab.js", "a.ts");
const TRACE = "Error: no\\nmore\\n    at a (index-0123456789ab.js:1:2)\\n    at b (node:fs:3:4)";

test("on a terminal a frame is a line, and nothing else begins one", () => {
  printLogText(TRACE, { resolve });
  expect(printed).toEqual(["Error: no\\nmore", "    at a (a.ts:1:2)", "    at b (node:fs:3:4)"]);
});

test("in a file a trace is one line", () => {
  process.stdout.isTTY = false;
  printLogText(TRACE, { resolve, beginning: "time" });
  expect(printed).toEqual(["time Error: no\\nmore\\n    at a (a.ts:1:2)\\n    at b (node:fs:3:4)"]);
});

test.each([
  ["a record, which quotes a notification", `{"replay":{"Name":"${TRACE}"}}`],
  ["a line without a frame", "Name: index-0123456789ab.js:1:2\\nat"],
])("%s stays as it is", (_name, line) => {
  printLogText(line, { resolve });
  expect(printed).toEqual([line]);
});

test("a control character in a frame is escaped", () => {
  printLogText("Error\n    at \x1b[2J");
  expect(printed).toEqual(["Error", "    at \\u001b[2J"]);
});
