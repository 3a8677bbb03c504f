import { type EventOf, parseEvent } from "../../../lib/event/event";
import type { JsonObject } from "../../../lib/json";
import { logParts } from "../../../lib/report/log-lines";
import { readParts } from "../../../lib/report/parts";
import { notificationOf } from "../../helpers/notifications";
import { recordedLog } from "../../helpers/recorded-log";

function eventOf(payload: JsonObject): EventOf<"FileDeleted"> {
  const event = parseEvent(notificationOf("FileDeleted", payload));
  if (event.known && event.eventType === "FileDeleted") return event;
  throw new Error("the fixture is of another type");
}

function linesOf(payload: JsonObject): string[] {
  const { log, lines } = recordedLog();
  logParts(readParts(eventOf(payload)), log);
  return lines;
}

test("every file has its line, with the parts that are named", () => {
  const FileDeleteResultInfo = [
    { FileId: "1", DeleteParts: [{ Type: "TranscodeFiles", Definition: 0 }] },
    {
      FileId: "2",
      DeleteParts: [
        { Type: "TranscodeFiles", Definition: 100010 },
        { Type: "WechatPublishFiles", Definition: 20 },
      ],
    },
    { FileId: "4", DeleteParts: [] },
  ];
  expect(linesOf({ FileIdSet: ["1", "2", "3"], FileDeleteResultInfo })).toEqual([
    "FileDeleted. FileId: 1, Part: TranscodeFiles",
    "FileDeleted. FileId: 2, Part: TranscodeFiles (100010), Part: WechatPublishFiles (20)",
    "FileDeleted. FileId: 3",
    "FileDeleted. FileId: 4",
  ]);
});

test.each([
  {},
  { FileIdSet: null, FileDeleteResultInfo: null },
  { FileIdSet: "1", FileDeleteResultInfo: {} },
  { FileIdSet: [null], FileDeleteResultInfo: ["text", null] },
])("a deletion that names no file is logged all the same: %j", (payload) => {
  expect(linesOf(payload)).toEqual(["FileDeleted. FileId: none"]);
});

test("a part that makes no sense does no harm", () => {
  const DeleteParts = [null, "text", { Type: 5, Definition: "x" }];
  expect(linesOf({ FileDeleteResultInfo: [{ FileId: "1", DeleteParts }] })).toEqual([
    "FileDeleted. FileId: 1, Part: unknown, Part: unknown, Part: unknown",
  ]);
});
