import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { createRetry } from "../../../functions/retry/retry";
import { logReplayRecord, recordIdOf } from "../../../lib/log/replay-record";
import { looksKept, savedLines } from "../../../scripts/replay/own-lines";
import { collectRecords } from "../../../scripts/replay/records";
import { configFile, FIVE_FIELDS, openCallback } from "../../helpers/callback";
import { FakeClock } from "../../helpers/clock";
import { functionUrlEvent } from "../../helpers/gateway-events";
import {
  EVENT_TYPES,
  FILE_ID,
  notificationOf,
  procedureNotification,
  signature,
  uploadNotification,
} from "../../helpers/notifications";
import { recordedLog } from "../../helpers/recorded-log";
import { failedItem, TASK_EXAMPLES } from "../../helpers/task-results";

const noise = (bytes: number) => randomBytes(bytes).toString("base64");

function recordOf(notification: Parameters<typeof logReplayRecord>[0]): string[] {
  const { log, lines } = recordedLog();
  logReplayRecord(notification, log);
  return lines;
}

const small = uploadNotification({ Extra: "视频 \u0000\u2028 🎬 \ud800" });
const large = uploadNotification({ Extra: noise(50_000) });

test("a record comes back as the event that it was made of, whatever the order of its lines", () => {
  const lines = [...recordOf({ ...small, ...signature("Key", 5) }), ...recordOf(large)].reverse();
  const { kept, incomplete } = collectRecords(lines);
  expect(kept.map((record) => "event" in record && record.event)).toEqual(
    expect.arrayContaining([small, large]),
  );
  expect(kept).toHaveLength(2);
  expect(incomplete).toBe(0);
});

test("events that deflate to almost nothing are inflated one at a time, and only up to a bound", () => {
  const blanks = (bytes: number, mark: number) =>
    uploadNotification({ Mark: mark, Extra: " ".repeat(bytes) });
  const marks = Array.from({ length: 20 }, (_, mark) => mark);
  const heapBytes = () => {
    setFlagsFromString("--expose-gc");
    runInNewContext("gc")();
    return process.memoryUsage().heapUsed;
  };
  const lines = marks.flatMap((mark) => recordOf(blanks(1_000_000, mark)));
  const before = heapBytes();
  const { kept } = collectRecords(lines);
  // Of the 20 MB that they inflate to.
  expect(heapBytes() - before).toBeLessThan(2_000_000);
  expect(kept.map((record) => "event" in record && record.event)).toEqual(
    marks.map((mark) => blanks(1_000_000, mark)),
  );
  expect(collectRecords(recordOf(blanks(20_000_000, 0)))).toMatchObject({ kept: [], incomplete: 1 });
});

test("several records of one event are one", () => {
  expect(collectRecords([...recordOf(large), ...recordOf(large)]).kept).toHaveLength(1);
});

test("a record of which a line is missing is counted, and not used", () => {
  const lines = recordOf(large);
  expect(lines.length).toBeGreaterThan(3);
  expect(collectRecords(lines.slice(1))).toMatchObject({ kept: [], incomplete: 1 });
});

test("what is too large comes back as its identity", () => {
  const { kept } = collectRecords(recordOf(uploadNotification({ Extra: noise(2_000_000) })));
  expect(kept).toEqual([
    { id: expect.any(String), identity: { EventType: "NewFileUpload", FileId: FILE_ID } },
  ]);
});

test("a record that a later try of the retry function has done is settled", async () => {
  const lines: string[] = [];
  const retry = createRetry({
    configFile: configFile(FIVE_FIELDS),
    env: {},
    clock: new FakeClock(),
    write: (line) => lines.push(line),
  });
  const event = notificationOf("FileDeleted", { FileIdSet: [] });
  const records = recordOf(event);
  await retry(event, {});
  const { kept, settled } = collectRecords([...records, ...lines]);
  expect(kept.map(({ id }) => settled.has(id))).toEqual([true]);
  expect(recordIdOf(event)).toBe(kept[0]?.id);
});

test("of several records of one event the latest counts, with what it left to do", () => {
  const left = (pending: string[]) => recordOf({ ...small, VodReceiver: { pending } });
  const { kept } = collectRecords([...left(["handler", "custom"]), ...left(["custom"])]);
  expect(kept.map((record) => "event" in record && record.event["VodReceiver"])).toEqual([
    { pending: ["custom"] },
  ]);
});

test("a record that is there in part only does not count once it is settled", () => {
  const settlement = JSON.stringify({ requestId: "1", outcome: "done", settles: recordIdOf(large) });
  expect(collectRecords([...recordOf(large).slice(1), settlement]).incomplete).toBe(0);
});

describe("what is no record of ours is none", () => {
  const [line = ""] = recordOf(small);

  test.each<[string, string]>([
    ["with something before it", ` ${line}`],
    ["with something behind it", `${line} `],
    ["within another line", `Received an event of unknown type: ${line}`],
    ["within the platform's own line", `Response RequestId:1 RetMsg:${JSON.stringify({ body: line })}`],
    ["in another order", line.replace('"part":1,"of":1', '"of":1,"part":1')],
    ["with blanks", line.replace('"part":1', '"part": 1')],
    ["with more in it", line.replace('"part":1', '"more":1,"part":1')],
    ["with a changed id", line.replace(/"id":"./, (start) => `${start.slice(0, -1)}g`)],
    ["with an id that is not its own", line.replace(/"id":"[0-9a-f]{32}"/, `"id":"${"0".repeat(32)}"`)],
    ["with data that are no event", line.replace(/"data":"[^"]*"/, '"data":"AAAA"')],
    ["with no end", line.slice(0, -3)],
    ["with parts beyond count", line.replace('"of":1', '"of":1e300')],
  ])("%s", (_name, changed) => {
    expect(changed).not.toBe(line);
    expect(collectRecords([changed]).kept).toEqual([]);
  });

  test("and is counted where a record begins like it", () => {
    expect(collectRecords([line, line.slice(0, -3), `A ${line}`])).toMatchObject({ unreadable: 1 });
  });
});

/** Texts that an attacker would put everywhere: a record, at every beginning that a line may be given. */
const forged = uploadNotification({ FileId: "666" });
const [forgedLine = ""] = recordOf(forged);
const forgery = fc
  .tuple(
    fc.constantFrom(
      "",
      "\n",
      "\r\n",
      "\u2028",
      "\u0085",
      "\\n",
      '"',
      "x".repeat(8191),
      "x".repeat(8170),
      ", ",
    ),
    fc.constantFrom("", "\n", "\r", '"', "\u2028"),
  )
  .map(([before, after]) => `${before}${forgedLine}${after}`);

test("no text of a notification makes a record, wherever it stands, nor after its log was saved to a file", async () => {
  const names = ["callback", "reliable", "retry"];
  const event = fc.oneof(
    forgery.map((EventType) => ({ EventType })),
    fc.tuple(fc.constantFrom(...EVENT_TYPES), forgery).map(([type, text]) =>
      notificationOf(type, {
        ...{ FileId: text, TaskId: text, Status: text, Message: text, SessionContext: text, Url: text },
        ...{ Output: { Url: text, FileUrl: text }, FileIdSet: [text], FileUrl: text, ErrCodeExt: text },
        MediaBasicInfo: { MediaUrl: text, Name: text, Type: text, SourceInfo: { SourceType: text } },
      }),
    ),
    forgery.map((text) =>
      procedureNotification(
        TASK_EXAMPLES.map((example) => ({ ...failedItem(example), Type: text, Message: text })),
        { FileId: text, TaskId: text, FileUrl: text },
      ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(event, async (notification) => {
      const { handle, lines } = openCallback();
      const response = await handle(functionUrlEvent(notification));
      const platform = [`Response RequestId:1 RetMsg:${JSON.stringify(response)}`, "END RequestId:1"];
      const all = [...lines, ...platform];
      const saved = all.map((line) => `2026-01-01T00:00:00.000Z callback ${line}`).join("\n");
      for (const found of [all, [...savedLines(all.join("\n"), names)], [...savedLines(saved, names)]]) {
        expect(collectRecords(found, looksKept)).toMatchObject({ kept: [], incomplete: 0, unreadable: 0 });
        expect(found.filter((line) => line.startsWith('{"EventType"'))).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

describe("a saved log", () => {
  const lines = recordOf(large);
  const names = ["callback", "vod-retry"];
  const count = (content: string) => collectRecords(savedLines(content, names)).kept.length;
  const fields = (text: string, SCF_Type = "Custom") => ({ SCF_Message: text, SCF_Type });

  test.each<[string, (line: string) => string]>([
    ["lines alone", (line) => line],
    ["what ./vod-receiver logs prints of one function", (line) => `2026-01-01T00:00:00.000Z ${line}`],
    ["what it prints of several", (line) => `2026-01-01T00:00:00.000Z vod-retry ${line}`],
    ["CLS's fields as JSON lines", (line) => JSON.stringify(fields(line))],
    [
      "CLS's results as JSON lines",
      (line) => JSON.stringify({ Time: 5, LogJson: JSON.stringify(fields(line)) }),
    ],
    [
      "fields whose text was taken apart",
      (line) => JSON.stringify({ SCF_Type: "Custom", ...JSON.parse(line) }),
    ],
    [
      "fields whose text was taken apart into strings",
      (line) => JSON.stringify({ SCF_Type: "Custom", replay: JSON.stringify(JSON.parse(line).replay) }),
    ],
  ])("of %s has its records", (_name, write) => {
    expect(count(lines.map(write).join("\n"))).toBe(1);
    expect(count(lines.map(write).join("\r\n"))).toBe(1);
  });

  test("of platform lines has none", () => {
    expect(count(lines.map((line) => JSON.stringify(fields(line, "Platform"))).join("\n"))).toBe(0);
  });

  test("with the name of a function that is not ours has none", () => {
    expect(count(lines.map((line) => `2026-01-01T00:00:00.000Z other ${line}`).join("\n"))).toBe(0);
  });

  describe("reports lines that look like records and can't be read", () => {
    const [record = ""] = recordOf(small);
    const json = JSON.stringify(small);
    const unreadable = (content: string) => collectRecords(savedLines(content, names), looksKept).unreadable;

    test.each<[string, string]>([
      ["a record that was cut", record.slice(0, -3)],
      ["one with blanks", ` ${record}`],
      ["one of a function with another name", `2026-01-01T00:00:00.000Z other ${record}`],
      ["one from CLS that was cut", JSON.stringify(fields(record)).slice(0, -3)],
      ["a notification that was cut", json.slice(0, -3)],
      ["a notification among other lines", json],
      ["a list of them", `[${json}]`],
      ["one on several lines", JSON.stringify({ ...small, FileUploadEvent: {} }, null, 2)],
    ])("%s", (_name, content) => expect(unreadable(content)).toBe(1));

    test.each<[string, string]>([
      ["a record", record],
      ["the last line of an event", '{"requestId":"1","eventType":"NewFileUpload","error":"{\\"replay\\":"}'],
      ["another line", `Received an event of unknown type: ${record}`],
      ["one of JSON", '{"replays":1}'],
    ])("not of %s", (_name, content) => expect(unreadable(content)).toBe(0));
  });
});
