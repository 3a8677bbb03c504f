import { logReplayRecord } from "../../../lib/log/replay-record";
import { readEventList } from "../../../scripts/replay/event-list";
import { FILE_ID, uploadNotification } from "../../helpers/notifications";
import { recordedLog } from "../../helpers/recorded-log";

const { log, lines: records } = recordedLog();
logReplayRecord({ ...uploadNotification() }, log);
const notification = { EventType: "NewFileUpload", FileUploadEvent: { FileId: FILE_ID } };
const line = JSON.stringify(notification);
const record = records.join("\n");

test.each<[string, string, number, number]>([
  ["a notification", line, 1, 0],
  ["notifications and records, a line each", `${line}\r\n\n${record}\n  \n${line}\n`, 2, 1],
  ["one notification on several lines", JSON.stringify(notification, null, 2), 1, 0],
  ["an array", `[\n${line},\n${line},${record}]`, 2, 1],
  ["records alone", record, 0, 1],
  ["nothing", "", 0, 0],
  ["an empty array", "[]", 0, 0],
])("a file with %s is a list", (_name, content, notifications, kept) => {
  const list = readEventList(content);
  expect(list?.notifications).toEqual(Array(notifications).fill(notification));
  expect(list?.records).toEqual(Array(kept).fill(record));
});

test("a FileId that is a number keeps every digit", () => {
  const content = line.replace(`"${FILE_ID}"`, FILE_ID);
  expect(readEventList(content)?.notifications).toEqual([notification]);
  expect(readEventList(`[${content}]`)?.notifications).toEqual([notification]);
});

test.each<[string, string]>([
  ["one other line", `${line}\n# the upload of Monday`],
  ["a line that serve printed", `${line}\n> ${line}`],
  ["serve's lines alone", `> ${line}\n> ${record}\n`],
  ["a time before a notification", `2026-01-01T00:00:00.000Z ${line}`],
  ["a line that was cut", `${line}\n${line.slice(0, -1)}`],
  ["a record with more in it", `${line}\n${record.replace('"part":1', '"more":1,"part":1')}`],
  ["an EventType that is not a string", `${line}\n{"EventType":{}}`],
  ["a string in an array", `[${JSON.stringify(line)}]`],
  ["an array in an array", `[[${line}]]`],
  ["the last line of an event", `${line}\n{"requestId":"1","eventType":"NewFileUpload","outcome":"done"}`],
  ["fields of the log service", JSON.stringify({ SCF_Message: line })],
  ["a line separator within a line", `${line}\u2028${line}`],
])("a file with %s is a log", (_name, content) => {
  expect(readEventList(content)).toBeUndefined();
});
