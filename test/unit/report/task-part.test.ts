import { MEDIA_PROCESS } from "../../../lib/event/task-kinds";
import type { JsonObject } from "../../../lib/json";
import { logParts } from "../../../lib/report/log-lines";
import { taskPart } from "../../../lib/report/task-part";
import { FILE_ID } from "../../helpers/notifications";
import { jsonLines, recordedLog } from "../../helpers/recorded-log";
import {
  exampleOf,
  failedItem,
  itemOf,
  succeededItem,
  TASK_EXAMPLES,
  TRANSCODE,
} from "../../helpers/task-results";

function linesOf(item: JsonObject): string[] {
  const { log, lines } = recordedLog();
  const parts = [taskPart(item, "MediaProcessResultSet", MEDIA_PROCESS, FILE_ID)];
  logParts({ parts, isUnfinished: false, isCut: false }, log);
  return lines;
}

const transcodeLines = (task: unknown) => linesOf(itemOf(TRANSCODE, task));

describe.each(TASK_EXAMPLES)("$type", (example) => {
  const head = (state: string) =>
    `${example.type} ${state}. FileId: ${FILE_ID}, Definition: ${example.definition}`;

  test("that succeeded is logged with its URLs", () => {
    expect(linesOf(succeededItem(example))).toEqual([`${head("succeeded")}, ${example.logged}`]);
  });

  test("that failed is logged with its error", () => {
    expect(linesOf(failedItem(example))).toEqual([
      `${head("failed")}, ErrCode: 40000, ErrCodeExt: SourceFileError.NoVideoMedia, Message: The source has no picture`,
    ]);
  });

  test("that says nothing of itself is no success", () => {
    for (const task of [{}, { Status: null, ErrCode: null }, { Input: { Definition: 10 } }]) {
      expect(linesOf(itemOf(example, task))[0]).toContain(
        `${example.type} is of no status. FileId: ${FILE_ID}`,
      );
    }
  });

  test("with no result is logged as such", () => {
    for (const item of [{ Type: example.type }, itemOf(example, null)]) {
      const [line] = linesOf(item);
      expect(line).toContain(FILE_ID);
      expect(line).not.toMatch(/succeeded|failed/);
    }
  });

  test.each([null, undefined, "", 5, [], "text"])(
    "with an Output that is %j is logged without URLs",
    (Output) => {
      const item = itemOf(example, { Status: "SUCCESS", Input: { Definition: example.definition }, Output });
      expect(linesOf(item)).toEqual([head("succeeded")]);
    },
  );

  test("with lists and URLs that are null, empty or of a wrong type is logged without them", () => {
    for (const value of [null, "", 5, {}, [], [null, "", 5, {}]]) {
      const Output = { Url: value, CoverUrl: value, WebVttUrl: value, ImageUrlSet: value, PicInfoSet: value };
      const lines = linesOf(itemOf(example, { Status: "SUCCESS", Output }));
      expect(lines).toEqual([`${example.type} succeeded. FileId: ${FILE_ID}`]);
    }
  });
});

describe("the definition", () => {
  const definitionOf = (Input: unknown, Output: unknown) =>
    /Definition: ([^,]*)/.exec(transcodeLines({ Status: "SUCCESS", Input, Output })[0] ?? "")?.[1];

  test("is the input's where that is a positive integer", () => {
    expect(definitionOf({ Definition: 20 }, { Definition: 0 })).toBe("20");
    expect(definitionOf({ Definition: 20 }, { Definition: 30 })).toBe("20");
  });

  test.each([0, -1, 1.5, "20", null, undefined, [20]])(
    "is the output's where the input's is %j",
    (Definition) => {
      expect(definitionOf({ Definition }, { Definition: 30 })).toBe("30");
      expect(definitionOf(null, { Definition: 30 })).toBe("30");
    },
  );

  test.each([0, -1, "30", null])("is left out where the output's is %j too", (Definition) => {
    expect(definitionOf({ Definition: 0 }, { Definition })).toBeUndefined();
    expect(definitionOf(undefined, undefined)).toBeUndefined();
  });
});

describe("the state", () => {
  const stateOf = (task: JsonObject) => transcodeLines(task)[0];

  test("is Status where there is one, whatever the codes say", () => {
    expect(stateOf({ Status: "SUCCESS", ErrCodeExt: "SUCCESS" })).toMatch(/^Transcode succeeded\. /);
    expect(stateOf({ Status: "FAIL", ErrCode: 0, ErrCodeExt: "" })).toMatch(/^Transcode failed\. /);
  });

  test("comes from the codes where Status is missing", () => {
    expect(stateOf({ ErrCode: 0, ErrCodeExt: "" })).toMatch(/^Transcode succeeded\. /);
    expect(stateOf({ ErrCode: 0, ErrCodeExt: "SUCCESS" })).toMatch(/^Transcode succeeded\. /);
    expect(stateOf({ ErrCode: 40000 })).toMatch(/^Transcode failed\. /);
    expect(stateOf({ ErrCode: 0, ErrCodeExt: "InternalError" })).toMatch(/^Transcode failed\. /);
  });

  test.each(["PROCESSING", "WAITING", "Transcode succeeded"])(
    "%s is neither success nor failure",
    (Status) => {
      expect(stateOf({ Status, ErrCode: 0 })).not.toMatch(/^Transcode (succeeded|failed)\. /);
    },
  );

  test.each(["text", 5, true, [], ["SUCCESS"]])(
    "a task that is no object is not called succeeded: %j",
    (task) => {
      expect(transcodeLines(task).join("\n")).not.toContain("succeeded");
    },
  );
});

test("a failed task's partial outputs are logged too", () => {
  const sample = exampleOf("SampleSnapshot");
  const [line] = linesOf(itemOf(sample, { Status: "FAIL", ErrCode: 70000, Output: sample.output }));
  expect(line).toBe(
    `SampleSnapshot failed. FileId: ${FILE_ID}, Definition: 11, ErrCode: 70000, ${sample.logged}`,
  );
});

test("error members that are empty or of a wrong type are left out", () => {
  const [line] = transcodeLines({ Status: "FAIL", ErrCode: {}, ErrCodeExt: "", Message: null });
  expect(line).toBe(`Transcode failed. FileId: ${FILE_ID}`);
});

test("control characters in values are escaped", () => {
  const [line, ...more] = transcodeLines({ Status: "FAIL", Message: "a\nTranscode succeeded. \u001b[2J" });
  expect(line).toContain("Message: a\\nTranscode succeeded. \\u001b[2J");
  expect(more).toEqual([]);
});

describe("an item of unknown type", () => {
  test("is logged as such", () => {
    const [line] = linesOf({ Type: "HologramTask", HologramTask: { Status: "SUCCESS" } });
    expect(line).toContain("HologramTask");
    expect(line).toContain(FILE_ID);
  });

  test.each(["toString", "__proto__", "TranscodeTask", ""])("may be named %j", (Type) => {
    expect(linesOf({ Type, TranscodeTask: { Status: "SUCCESS" } }).join("")).not.toMatch(/succeeded/);
  });

  test("can't fake a line of a success", () => {
    const Type = `Transcode succeeded. FileId: ${FILE_ID}, Definition: 100010, Url: https://evil.example.com/x.mp4`;
    expect(linesOf({ Type }).filter((line) => line.startsWith("Transcode succeeded"))).toEqual([]);
  });

  test("can't begin a line as a replay record does", () => {
    const Type = '{"replay":{"id":"x","part":1,"of":1,"data":"AAAA"}}';
    const lines = [...linesOf({ Type }), ...linesOf({ Type: `${Type}${" ".repeat(9000)}` })];
    expect(jsonLines(lines)).toEqual([]);
    expect(lines.filter((line) => line.startsWith('{"replay"'))).toEqual([]);
  });
});
