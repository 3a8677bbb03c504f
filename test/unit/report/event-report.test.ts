import { createHash } from "node:crypto";
import fc from "fast-check";
import { type EventType, PAYLOAD_KEYS, parseEvent } from "../../../lib/event/event";
import { identityOf } from "../../../lib/event/identity";
import { splitRemainder, withRemainder } from "../../../lib/event/remainder";
import { isJsonObject, type JsonObject, parseJson } from "../../../lib/json";
import { type EventReport, toReport } from "../../../lib/report/event-report";
import { logParts } from "../../../lib/report/log-lines";
import { readParts } from "../../../lib/report/parts";
import { makeExample } from "../../../scripts/trigger/example";
import { anyJson } from "../../helpers/arbitraries";
import { factsOf, hasAll } from "../../helpers/facts";
import {
  EVENT_TYPES,
  FILE_ID,
  notificationOf,
  procedureNotification,
  TASK_ID,
  uploadNotification,
} from "../../helpers/notifications";
import { recordedLog } from "../../helpers/recorded-log";
import { failedItem, succeededItem, TASK_EXAMPLES, TRANSCODE } from "../../helpers/task-results";

function reportOf(notification: JsonObject, subAppId?: number, requestId = ""): EventReport {
  const event = parseEvent(notification);
  return toReport(event, readParts(event), { subAppId, requestId, identity: identityOf(event) });
}

function logOf(notification: JsonObject): string[] {
  const { log, lines } = recordedLog();
  logParts(readParts(parseEvent(notification)), log);
  return lines;
}

describe.each(EVENT_TYPES)("%s", (eventType) => {
  test.each([false, true])("has every identity, error and output URL in its report (failed: %s)", (fail) => {
    const example = makeExample(eventType, { fail });
    const report = reportOf(example);
    const text = JSON.stringify(report);
    const expected = factsOf(example[PAYLOAD_KEYS[eventType]], "");
    expect(expected.filter(({ values }) => !hasAll(text, values))).toEqual([]);
    expect(report).toMatchObject({ eventType, known: true, id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(text).not.toContain("null");
  });
});

test("an upload is reported with its file", () => {
  const notification = uploadNotification({
    MediaBasicInfo: {
      ...{
        Name: "holiday",
        Type: "mp4",
        Category: "Video",
        MediaUrl: "https://x/v.mp4",
        CoverUrl: "https://x/c.jpg",
      },
      SourceInfo: { SourceType: "Upload", SourceContext: "user-17" },
    },
    MetaData: { Duration: 10.5, Size: 73211, Width: 640, Height: 360, Bitrate: 500 },
    ProcedureTaskId: "own-flow",
  });
  expect(reportOf(notification, 1500000001, "request-1")).toEqual({
    ...{ id: expect.any(String), eventType: "NewFileUpload", known: true },
    ...{ fileId: FILE_ID, subAppId: 1500000001, sourceContext: "user-17", correlationId: "request-1" },
    file: {
      ...{
        name: "holiday",
        type: "mp4",
        category: "Video",
        url: "https://x/v.mp4",
        coverUrl: "https://x/c.jpg",
      },
      ...{
        sizeBytes: 73211,
        durationSeconds: 10.5,
        width: 640,
        height: 360,
        bitrate: 500,
        sourceType: "Upload",
      },
    },
    results: [],
    details: [{ name: "ProcedureTaskId", value: "own-flow" }],
  });
});

test("each task of a flow is a result, with its measures or its error", () => {
  const items = [...TASK_EXAMPLES.map(succeededItem), succeededItem(TRANSCODE), failedItem(TRANSCODE)];
  const report = reportOf(procedureNotification(items, { SessionContext: "request-1" }));
  expect(report).toMatchObject({
    ...{ state: "finished", taskId: TASK_ID, fileId: FILE_ID },
    ...{ sessionContext: "request-1", correlationId: "request-1" },
  });
  const [transcode] = report.results;
  expect(transcode).toEqual({
    ...{ kind: "Transcode", definition: 100010, index: 0, state: "succeeded" },
    ...{ urls: [TRANSCODE.output["Url"]], sizeBytes: 73211, height: 360, width: 640 },
  });
  expect(report.results.map(({ kind }) => kind).slice(0, -2)).toEqual(TASK_EXAMPLES.map(({ type }) => type));
  const [again, failed] = report.results.slice(-2);
  expect(again).toMatchObject({ definition: 100010, index: 1, state: "succeeded" });
  expect(failed).toEqual({
    ...{ kind: "Transcode", definition: 100010, index: 2, state: "failed", urls: [] },
    error: { code: "40000", codeExt: "SourceFileError.NoVideoMedia", message: "The source has no picture" },
  });
});

test.each<[string, EventType, JsonObject, EventReport["state"]]>([
  [
    "goes on",
    "ProcedureStateChanged",
    { Status: "PROCESSING", MediaProcessResultSet: [succeededItem(TRANSCODE)] },
    "processing",
  ],
  ["waits", "WechatPublishComplete", { Status: "WAITING" }, "processing"],
  [
    "failed itself",
    "ProcedureStateChanged",
    { Status: "FINISH", ErrCode: 1, MediaProcessResultSet: [succeededItem(TRANSCODE)] },
    "failed",
  ],
  ["was aborted", "ProcedureStateChanged", { Status: "ABORTED" }, "failed"],
  [
    "ended with nothing but failures",
    "ProcedureStateChanged",
    { Status: "FINISH", MediaProcessResultSet: [failedItem(TRANSCODE)] },
    "failed",
  ],
  [
    "ended with nothing but successes",
    "ProcedureStateChanged",
    { Status: "FINISH", MediaProcessResultSet: [succeededItem(TRANSCODE)] },
    "succeeded",
  ],
  [
    "ended with both",
    "ProcedureStateChanged",
    { Status: "FINISH", MediaProcessResultSet: [succeededItem(TRANSCODE), failedItem(TRANSCODE)] },
    "finished",
  ],
  ["ended without results", "ProcedureStateChanged", { Status: "FINISH" }, "finished"],
  [
    "succeeded with an output",
    "EditMediaComplete",
    { Status: "FINISH", ErrCode: 0, Output: { FileId: "1", FileUrl: "https://x/" } },
    "succeeded",
  ],
  ["succeeded without an output", "DescribeFileAttributesComplete", { Status: "SUCCESS" }, "succeeded"],
  [
    "has items of which one failed",
    "ConcatComplete",
    { FileInfoSet: [{ ErrCode: 0, FileUrl: "https://x/" }, { ErrCode: 1 }] },
    "finished",
  ],
  ["says nothing of a state", "PersistenceComplete", { FileId: "1" }, undefined],
])("the state of a task that %s", (_what, eventType, payload, state) => {
  expect(reportOf(notificationOf(eventType, { TaskId: TASK_ID, ...payload })).state).toBe(state);
});

test("a deletion is reported by whole files and by parts", () => {
  const FileDeleteResultInfo = [
    {
      FileId: "2",
      DeleteParts: [
        { Type: "TranscodeFiles", Definition: 100010 },
        { Type: "OriginalFiles", Definition: 0 },
      ],
    },
    { FileId: "3", DeleteParts: [] },
  ];
  expect(
    reportOf(notificationOf("FileDeleted", { FileIdSet: ["1", "2"], FileDeleteResultInfo })),
  ).toMatchObject({
    fileId: "1",
    deletedFileIds: ["1", "3"],
    deletedParts: [
      { fileId: "2", type: "TranscodeFiles", definition: 100010 },
      { fileId: "2", type: "OriginalFiles" },
    ],
    results: [],
  });
});

describe("the id", () => {
  const pushed = procedureNotification([succeededItem(TRANSCODE), failedItem(TRANSCODE)]);
  const payload = pushed["ProcedureStateChangeEvent"];

  test("is the same for a push with null siblings, a pull, a rebuilt task and a replay", () => {
    const pulled = {
      EventHandle: "h",
      EventType: "ProcedureStateChanged",
      ProcedureStateChangeEvent: payload,
    };
    const rebuilt = {
      ...pulled,
      ProcedureStateChangeEvent: { ...(isJsonObject(payload) && payload), ErrCode: 0, Message: "" },
    };
    const { event: replayed } = splitRemainder(withRemainder(pushed, { pending: ["custom"] }));
    const ids = [pushed, pulled, rebuilt, replayed].map((one) => reportOf(one).id);
    expect(new Set(ids).size).toBe(1);
  });

  test("does not depend on the order of the results, but on their states and the application", () => {
    const reversed = procedureNotification([failedItem(TRANSCODE), succeededItem(TRANSCODE)]);
    const cover = procedureNotification(TASK_EXAMPLES.map(succeededItem).reverse());
    expect(reportOf(cover).id).toBe(reportOf(procedureNotification(TASK_EXAMPLES.map(succeededItem))).id);
    const ids = [pushed, reversed, procedureNotification([succeededItem(TRANSCODE)])].map(
      (one) => reportOf(one).id,
    );
    expect(new Set([...ids, reportOf(pushed, 1).id]).size).toBe(4);
    expect(reportOf(pushed, undefined).id).toBe(reportOf(pushed, 0).id);
  });

  test("of an event without a task and a file is that of its content", () => {
    const cast = (payload: JsonObject) => reportOf(notificationOf("MediaCastStatusChanged", payload)).id;
    expect(cast({ CastId: "c", Status: "Working" })).toBe(
      cast({ Status: "Working", Other: null, CastId: "c" }),
    );
    expect(cast({ CastId: "c", Status: "Working" })).not.toBe(cast({ CastId: "c", Status: "Stopped" }));
  });

  test("is the hash of the documented list: receivers remember it", () => {
    const idOf = (list: unknown[]) =>
      createHash("sha256").update(JSON.stringify(list)).digest("hex").slice(0, 32);
    expect(reportOf(uploadNotification()).id).toBe(idOf(["NewFileUpload", 0, FILE_ID, null]));
    const results = ["Transcode", 100010, 0, "succeeded", "Transcode", 100010, 1, "failed"];
    expect(reportOf(pushed).id).toBe(idOf(["ProcedureStateChanged", 0, TASK_ID, "finished", ...results]));
  });
});

test("of an unknown type every FileId, TaskId, status, error and URL is in the report and the log", () => {
  const name = fc.constantFrom("Output", "Input", "Infos", "Data", "ResultSet", "Segments");
  const leaf = fc.nat(10_000).map((number) => ({
    ...{
      FileId: `38770229990${number}`,
      TaskId: `130-new-${number}t0`,
      Status: `DOING${number}`,
      ErrCode: number + 1,
    },
    ...{
      ErrCodeExt: `Ext.${number}`,
      Message: `message ${number}`,
      CoverUrl: `https://media.example.com/${number}.jpg`,
    },
    ...{ FileIdSet: [`1${number}`], Note: `see http://media.example.com/${number}.txt`, Width: number },
  }));
  const payload = fc.letrec<{ node: JsonObject }>((tie) => ({
    node: fc.oneof(
      leaf,
      fc.tuple(name, tie("node"), leaf).map(([key, inner, own]) => ({ ...own, [key]: inner })),
      fc
        .tuple(name, fc.array(tie("node"), { minLength: 1, maxLength: 3 }))
        .map(([key, list]) => ({ [key]: list })),
    ),
  })).node;
  const values = (value: unknown, key = ""): string[] => {
    if (Array.isArray(value)) return value.flatMap((item) => values(item, key));
    if (isJsonObject(value)) return Object.entries(value).flatMap(([name, member]) => values(member, name));
    if (key === "Width") return [];
    return key === "Note" ? [String(value).replace("see ", "")] : [String(value)];
  };
  fc.assert(
    fc.property(fc.nat(1000), payload, (number, content) => {
      const notification = {
        EventType: `NewThing${number}Complete`,
        FileUploadEvent: null,
        [`NewThing${number}Event`]: content,
      };
      const report = reportOf(notification);
      const found = (report.details ?? []).map(({ value }) => value);
      expect(values(content).filter((value) => !found.includes(value))).toEqual([]);
      const log = logOf(notification).join("\n");
      expect(values(content).filter((value) => !log.includes(value))).toEqual([]);
      expect(report).toMatchObject({ known: false, eventType: notification.EventType });
    }),
    { numRuns: 50 },
  );
});

test("any payload of any type has a report", () => {
  const notification = fc
    .tuple(
      fc.constantFrom(...EVENT_TYPES.filter((type) => type !== "NewFileUpload"), "Unknown"),
      fc.dictionary(fc.string(), anyJson),
    )
    .map(([eventType, payload]) =>
      eventType === "Unknown"
        ? { ...payload, EventType: eventType }
        : notificationOf(eventType as EventType, payload),
    );
  fc.assert(
    fc.property(notification, (given) => {
      const report = reportOf(given);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    }),
  );
});

test("a FileId that is printed as a number keeps every digit", () => {
  const body = '{"EventType":"NewType","NewTypeEvent":{"FileId":387702299900000123,"Status":3}}';
  const notification = parseJson(body);
  expect(reportOf(isJsonObject(notification) ? notification : {}).details).toEqual([
    { name: "FileId", value: "387702299900000123" },
    { name: "Status", value: "3" },
  ]);
});

test("a SampleSnapshot of the older form has its URLs", () => {
  const item = {
    Type: "SampleSnapshot",
    SampleSnapshotTask: {
      Status: "SUCCESS",
      Output: { PicInfoSet: [{ Url: "https://x/1" }, { Url: "https://x/2" }] },
    },
  };
  expect(reportOf(procedureNotification([item])).results).toMatchObject([
    { urls: ["https://x/1", "https://x/2"] },
  ]);
});
