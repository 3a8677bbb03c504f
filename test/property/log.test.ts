import fc from "fast-check";
import { escapeControls } from "../../lib/log/log";
import { nastyText } from "../helpers/arbitraries";
import { bytesOf, lastRecord, recordedLog } from "../helpers/recorded-log";

const LINE = 8 * 1024;
const REQUEST = 1024 * 1024;

/** Long text, by repetition, of which a line keeps a part at most. */
const longText = fc.tuple(nastyText(), fc.nat(300)).map(([text, times]) => text.repeat(times));
const operation = fc.oneof(
  fc.record({ kind: fc.constant("line" as const), text: longText }),
  fc.record({
    kind: fc.constant("list" as const),
    text: nastyText(),
    items: fc.array(longText, { maxLength: 5, size: "max" }),
  }),
);

test("whatever is logged, a line has at most 8 KB, a request 1 MB, no line ends within, and JSON is last", () => {
  const times = fc.constantFrom(1, 1, 1, 20);
  const record = fc.record({
    requestId: longText,
    eventType: longText,
    fileId: longText,
    taskId: longText,
    outcome: longText,
    error: longText,
  });
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 5, size: "max" }),
      times,
      record,
      (operations, repeated, last) => {
        const { log, lines } = recordedLog();
        for (let count = 0; count < repeated; count += 1) {
          for (const step of operations) {
            if (step.kind === "line") log.line(step.text);
            else log.list(step.text, step.items);
          }
        }
        log.last(last);
        const sizes = lines.map(bytesOf);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(LINE);
        expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(REQUEST);
        expect(lines.filter((line) => escapeControls(line) !== line)).toEqual([]);
        expect(Object.keys(lastRecord(lines))).toEqual(Object.keys(last));
      },
    ),
    { numRuns: 100 },
  );
});

test("a list is split without losing or cutting a URL, with its head on every line", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 1900 }), { maxLength: 40, size: "max" });
  const someUrls = lengths.map((all) =>
    all.map((length, index) => `Url: https://media.example.com/${index}/${"x".repeat(length)}`),
  );
  const unit = fc.constantFrom("a", "视", "🎬", "\ud800", "\u2028", "\u0007", "a, \n");
  const head = fc.tuple(unit, fc.nat(900)).map(([text, times]) => text.repeat(times).slice(0, 900));
  fc.assert(
    fc.property(head, someUrls, (text, urls) => {
      const { log, lines } = recordedLog();
      log.list(text, urls);
      const escaped = escapeControls(text);
      const logged = lines.flatMap((line) => line.slice(escaped.length).split(", ").slice(1));
      expect(lines.filter((line) => bytesOf(line) > LINE)).toEqual([]);
      expect(lines.filter((line) => !line.startsWith(escaped))).toEqual([]);
      expect(logged.length).toBe(urls.length);
      expect(logged.findIndex((item, index) => item !== urls[index])).toBe(-1);
    }),
    { numRuns: 300 },
  );
});

test("escaping leaves no control character and is done but once", () => {
  fc.assert(
    fc.property(nastyText(), (text) => {
      const escaped = escapeControls(text);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(escapeControls(escaped)).toBe(escaped);
    }),
    { numRuns: 300 },
  );
});
