import { createLog, escapeControls } from "../../../lib/log/log";
import { bytesOf, lastRecord, recordedLog } from "../../helpers/recorded-log";

const LINE = 8 * 1024;
const REQUEST = 1024 * 1024;

test("a line is written as it is", () => {
  const { log, lines } = recordedLog();
  log.line("Transcode succeeded. 视频 🎬");
  expect(lines).toEqual(["Transcode succeeded. 视频 🎬"]);
});

test("control characters are written as JSON writes them", () => {
  expect(escapeControls("a\nb\r\nc\td\u0000\u001b[31m\u007f\u0085\u2028\u202e\u2066")).toBe(
    "a\\nb\\r\\nc\\td\\u0000\\u001b[31m\\u007f\\u0085\\u2028\\u202e\\u2066",
  );
});

test("no value can begin a line of its own", () => {
  const { log, lines } = recordedLog();
  log.line("a\nTranscode succeeded.");
  log.list("b\nTranscode succeeded.", ["c\nd", "e\u2029f"]);
  log.last({ error: "g\nh\u2028i" });
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
});

test.each([
  ["ASCII", "x"],
  ["two bytes", "ü"],
  ["three bytes", "视"],
  ["four bytes", "🎬"],
  ["controls, which grow when escaped", "\u0001"],
])(
  "a line of %s has at most 8 KB with its newline, ends in (cut), and no character in two",
  (_name, character) => {
    const { log, lines } = recordedLog();
    for (const lead of ["", "a", "ab", "abc"]) log.line(lead + character.repeat(9000));
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(bytesOf(line)).toBeLessThanOrEqual(LINE);
      expect(bytesOf(line)).toBeGreaterThan(LINE - 20);
      expect(line).toMatch(/ \(cut\)$/);
      expect(line).not.toContain("\ufffd");
    }
  },
);

test("a line of halves of surrogate pairs, three bytes each when written, has at most 8 KB too", () => {
  const { log, lines } = recordedLog();
  log.line("\ud800".repeat(9000));
  expect(lines.map(bytesOf)[0]).toBeLessThanOrEqual(LINE);
});

test("a line of exactly 8 KB is not cut, one byte more is", () => {
  const { log, lines } = recordedLog();
  log.line("x".repeat(LINE - 1));
  log.line("x".repeat(LINE));
  expect(lines.map(bytesOf)).toEqual([LINE, LINE]);
  expect(lines.map((line) => line.endsWith("(cut)"))).toEqual([false, true]);
});

describe("a list", () => {
  test("is its head and its items on one line", () => {
    const { log, lines } = recordedLog();
    log.list("Head", ["a", "b"]);
    log.list("Alone", []);
    expect(lines).toEqual(["Head, a, b", "Alone"]);
  });

  test("goes on as many lines as it needs, with the head on each and no item lost or cut", () => {
    const items = Array.from({ length: 500 }, (_, index) => `Url: https://media.example.com/${index}.jpg`);
    const { log, lines } = recordedLog();
    log.list("SampleSnapshot succeeded. FileId: 1", items);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(bytesOf(line)).toBeLessThanOrEqual(LINE);
      expect(line.startsWith("SampleSnapshot succeeded. FileId: 1, Url: ")).toBe(true);
    }
    expect(lines.flatMap((line) => line.split(", ").slice(1))).toEqual(items);
  });

  test("fills a line to its last byte", () => {
    const { log, lines } = recordedLog();
    const item = "x".repeat((LINE - 1 - "Head".length - 4) / 2 - 0.5);
    log.list("Head", [item, `${item}y`, "z"]);
    expect(lines.map(bytesOf)).toEqual([LINE, bytesOf("Head, z")]);
  });

  test("loses no item where its head grows when it is escaped", () => {
    const { log, lines } = recordedLog();
    const items = ["a", "b", "c", "d"].map(
      (name) => `Url: https://media.example.com/${name.repeat(900)}.jpg`,
    );
    log.list(`Head ${"\u0007".repeat(900)}`, items);
    for (const item of items) expect(lines.filter((line) => line.includes(item))).toHaveLength(1);
  });

  test("keeps the other items where one alone is too long", () => {
    const { log, lines } = recordedLog();
    log.list("Head", ["Url: a", `Message: ${"x".repeat(20_000)}`, "Url: b"]);
    expect(lines.join("\n")).toContain("Url: a");
    expect(lines.join("\n")).toContain("Url: b");
    for (const line of lines) expect(bytesOf(line)).toBeLessThanOrEqual(LINE);
  });
});

describe("the last line", () => {
  test("is JSON", () => {
    const { log, lines } = recordedLog();
    log.last({ outcome: "done", durationMs: 5, error: undefined });
    expect(lastRecord(lines)).toEqual({ outcome: "done", durationMs: 5 });
  });

  test.each(["\u0000", '"', "\\", "\u2028", "\ud800", "🎬", "\u007f"])(
    "stays JSON of at most 8 KB where six values are full of %j",
    (character) => {
      const value = character.repeat(100_000);
      const { log, lines } = recordedLog();
      log.last({
        requestId: value,
        eventType: value,
        fileId: value,
        taskId: value,
        outcome: value,
        error: value,
      });
      expect(lines).toHaveLength(1);
      expect(bytesOf(lines[0] ?? "")).toBeLessThanOrEqual(LINE);
      expect(Object.keys(lastRecord(lines))).toHaveLength(6);
    },
  );

  test("gets in after a megabyte of other lines, and says how many were left out", () => {
    const { log, lines } = recordedLog();
    for (let count = 0; count < 200; count += 1) log.line("x".repeat(8000));
    const kept = lines.length;
    log.last({ outcome: "done", error: "\u0000".repeat(1000) });
    expect(kept).toBeLessThan(200);
    expect(lines.at(-2)).toContain(`${200 - kept} lines`);
    expect(lastRecord(lines)).toMatchObject({ outcome: "done" });
    expect(lines.map(bytesOf).reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(REQUEST);
  });

  test("says nothing of lines left out where none was", () => {
    const { log, lines } = recordedLog();
    log.line("one");
    log.last({});
    expect(lines).toEqual(["one", "{}"]);
  });
});

test("each request has a megabyte of its own", () => {
  const first = recordedLog();
  for (let count = 0; count < 200; count += 1) first.log.line("x".repeat(8000));
  const second = recordedLog();
  second.log.line("two");
  expect(second.lines).toEqual(["two"]);
});

test("a secret is taken out before a text is cut, so that no part of it is left", () => {
  const secret = "a-secret-of-24-letters!!";
  const clean = (text: string) => text.replaceAll(secret, "***");
  for (let before = LINE - 40; before < LINE; before += 1) {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line), clean);
    const text = `${"x".repeat(before)}${secret}`;
    log.line(text);
    log.list(text, [text, "y"]);
    log.list("z", [text, text]);
    log.last({ error: text, other: `${"x".repeat(before - LINE + 1000)}${secret}` });
    expect(lines.filter((line) => line.includes(secret.slice(0, 4)))).toEqual([]);
  }
});

test("a long beginning of a list has a line of its own, and its first part is on the others", () => {
  const { log, lines } = recordedLog();
  const head = `Head. ${"h".repeat(3000)}`;
  const items = Array.from({ length: 30 }, (_, index) => `${index}${"i".repeat(500)}`);
  log.list(head, items);
  expect(lines[0]).toBe(head);
  for (const line of lines.slice(1)) expect(line.startsWith(`${head.slice(0, 1000)} (cut), `)).toBe(true);
  expect(lines.slice(1).flatMap((line) => line.split(", ").slice(1))).toEqual(items);
});
