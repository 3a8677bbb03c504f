import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CallError } from "../../../scripts/cloud/account";
import { explain } from "../../../scripts/cloud/explain";
import { ROOT } from "../../../scripts/project";
import { logLine, openStatusLine, print, printAfter, printError } from "../../../scripts/terminal/output";

/** Terminal escapes of 7 and 8 bits, line ends and what changes the direction of writing. */
const HOSTILE = "a\x1b[2J\x9b2J\x00\x7f\r\n\t\u0085\u061c\u200f\u2028\u2029\u202e\u2066z";
const HARMLESS =
  "a\\u001b[2J\\u009b2J\\u0000\\u007f\\r\\n\\t\\u0085\\u061c\\u200f\\u2028\\u2029\\u202e\\u2066z";

let written: string[] = [];
const { isTTY } = process.stdout;

beforeEach(() => {
  written = [];
  const keep = (text: unknown) => written.push(String(text)) > 0;
  jest.spyOn(console, "log").mockImplementation(keep);
  jest.spyOn(console, "error").mockImplementation(keep);
  jest.spyOn(process.stderr, "write").mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.stdout.isTTY = isTTY;
});

test.each<[string, () => void]>([
  ["print", () => print(HOSTILE)],
  ["printError", () => printError(HOSTILE)],
  ["printAfter", () => printAfter(HOSTILE, HOSTILE)],
  ["logLine", () => logLine(HOSTILE)],
  ["a status line", () => openStatusLine().show(HOSTILE)],
])("%s writes a text from outside as one line, without a control character", (_name, write) => {
  write();
  expect(written).toEqual([expect.stringContaining(HARMLESS)]);
  expect(written[0]?.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test("on a terminal only the style is an escape sequence", () => {
  process.stdout.isTTY = true;
  printAfter("\x1b[31mred", "text");
  expect(written).toEqual(["\x1b[2m\\u001b[31mred\x1b[22m text"]);
});

test("an API message makes no line of its own in an explanation", () => {
  const cause = Object.assign(new Error(HOSTILE), { code: "FailedOperation" });
  expect(explain(new CallError("ProcessMedia", cause, [])).split("\n")).toEqual([
    `ProcessMedia failed with FailedOperation: ${HARMLESS}`,
    expect.stringMatching(/^Run this again: /),
  ]);
});

test("no other module of the command line prints", () => {
  const modules = ["scripts", "local-cloud"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const prints =
    /\bconsole\s*(?:\?\.|\.|\[)\s*["']?(?:log|error|warn|info|debug|dir|table|trace)\b|[={(,]\s*console\b|process\s*\.\s*std(?:out|err)/;
  const printing = modules
    .filter((name) => name.endsWith(".ts") && !/^scripts\/dev\/|\/node_modules\//.test(name))
    .filter((name) => prints.test(readFileSync(join(ROOT, name), "utf8")));
  expect(printing.sort()).toEqual([
    // The default of a caller that passes no onBug, which every command does.
    "local-cloud/api/endpoint.ts",
    // What runs in a function's own process, whose output is that function's log.
    "local-cloud/scf/runtime/handler.ts",
    "local-cloud/scf/runtime/instance-main.ts",
    "scripts/terminal/output.ts",
    "scripts/terminal/prompt.ts",
  ]);
});
