import { type EventType, type KnownEvent, parseEvent } from "../../../lib/event/event";
import { identityOf } from "../../../lib/event/identity";
import { PAYLOADS } from "../../../lib/event/payload-fields";
import type { JsonObject } from "../../../lib/json";
import { logParts } from "../../../lib/report/log-lines";
import { readParts } from "../../../lib/report/parts";
import {
  EVENT_TYPES,
  FILE_ID,
  notificationOf,
  OLD_PROCEDURE_NOTIFICATION,
  procedureNotification,
  TASK_ID,
  uploadNotification,
} from "../../helpers/notifications";
import { DOCUMENTED, endedPayload } from "../../helpers/payloads";
import { bytesOf, recordedLog } from "../../helpers/recorded-log";
import {
  exampleOf,
  failedItem,
  itemOf,
  succeededItem,
  TASK_EXAMPLES,
  TRANSCODE,
} from "../../helpers/task-results";

function eventOf(notification: JsonObject): KnownEvent {
  const event = parseEvent(notification);
  if (!event.known) throw new Error("the fixture is of an unknown type");
  return event;
}

function linesOf(notification: JsonObject): string[] {
  const { log, lines } = recordedLog();
  logParts(readParts(eventOf(notification)), log);
  return lines;
}

const linesOfType = (eventType: EventType, payload: JsonObject) =>
  linesOf(notificationOf(eventType, payload));
const procedureLines = (set: string, item: unknown) =>
  linesOf(procedureNotification([], { [set]: [item] })).slice(1);

const URL = "https://media.example.com/vod/output.bin";
const everyUrl = EVENT_TYPES.flatMap((type) =>
  DOCUMENTED[type].urls.map((path): [EventType, string] => [type, path]),
);
const everyFile = EVENT_TYPES.flatMap((type) =>
  DOCUMENTED[type].fileIds
    .filter((path) => !path.startsWith("Input.SceneInfo"))
    .map((path): [EventType, string] => [type, path]),
);
const everyError = EVENT_TYPES.flatMap((type) =>
  DOCUMENTED[type].error.map((key): [EventType, string] => [type, key]),
);

test.each(everyUrl)("%s: the URL at %s is logged", (eventType, path) => {
  expect(linesOfType(eventType, endedPayload(path, URL)).join("\n")).toMatch(
    new RegExp(`Url: ${URL}(,|$)`, "m"),
  );
});

test.each(everyFile)("%s: the FileId at %s is logged or in the event's last line", (eventType, path) => {
  const payload = endedPayload(path, FILE_ID);
  const fields = [
    ...linesOfType(eventType, payload),
    identityOf(eventOf(notificationOf(eventType, payload))).fileId,
  ];
  expect(fields.join("\n")).toContain(FILE_ID);
});

test.each(EVENT_TYPES.filter((type) => DOCUMENTED[type].hasTaskId))(
  "%s: the TaskId is logged and in the event's last line",
  (eventType) => {
    const payload = { Status: "FINISH", TaskId: TASK_ID };
    expect(linesOfType(eventType, payload).join("\n")).toContain(`TaskId: ${TASK_ID}`);
    expect(identityOf(eventOf(notificationOf(eventType, payload)))).toEqual({ taskId: TASK_ID });
  },
);

test.each(everyError)("%s fails by its %s, which is logged with the message", (eventType, key) => {
  const value = key === "ErrCode" ? 70000 : "InternalError.Example";
  const payload = { TaskId: TASK_ID, Status: "FINISH", [key]: value, Message: "What went wrong" };
  const [line] = linesOfType(eventType, payload);
  expect(line).toMatch(new RegExp(`^${PAYLOADS[eventType].title} failed\\. .*TaskId: ${TASK_ID}`));
  expect(line).toContain(`${key}: ${value}, Message: What went wrong`);
});

test.each(EVENT_TYPES)(
  "%s with an empty payload is logged under its title, without a success",
  (eventType) => {
    const lines = linesOfType(eventType, {});
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${PAYLOADS[eventType].title}`))]);
    expect(lines[0]).not.toMatch(/succeeded|failed/);
  },
);

test.each(EVENT_TYPES.filter((type) => PAYLOADS[type].state && type !== "MediaCastStatusChanged"))(
  "%s that is being processed is neither a success nor a failure, and its items wait for its end",
  (eventType) => {
    for (const Status of ["PROCESSING", "WAITING"]) {
      const payload = {
        TaskId: TASK_ID,
        Status,
        ErrCode: 0,
        MediaProcessResultSet: [succeededItem(TRANSCODE)],
      };
      expect(linesOfType(eventType, payload)).toEqual([
        expect.stringMatching(new RegExp(`^${PAYLOADS[eventType].title} is ${Status.toLowerCase()}\\. `)),
      ]);
    }
  },
);

describe("the lines of", () => {
  test("an upload report what was uploaded, and the tasks that it brought", () => {
    const notification = uploadNotification({
      MetaData: { Duration: 10.5, Size: 73211 },
      ProcedureTaskId: "1300000001-procedurev2-own",
    });
    expect(linesOf(notification)).toEqual([
      `Uploaded. FileId: ${FILE_ID}, Url: https://media.example.com/vod/holiday.mp4, Duration: 10.5 s, Size: 73211 bytes, Source: Upload, ProcedureTaskId: 1300000001-procedurev2-own, FileName: "holiday"`,
    ]);
  });

  test("an edit report the new file and what it was made from", () => {
    const payload = {
      TaskId: TASK_ID,
      Status: "FINISH",
      ErrCode: 0,
      ErrCodeExt: "",
      Message: "SUCCESS",
      Input: { InputType: "File", FileInfoSet: [{ FileId: "1" }, { FileId: "2" }] },
      Output: { FileType: "mp4", FileId: FILE_ID, FileUrl: URL },
    };
    expect(linesOfType("EditMediaComplete", payload)).toEqual([
      `EditMedia succeeded. TaskId: ${TASK_ID}, FileId: ${FILE_ID}, Url: ${URL}, SourceFileId: 1, SourceFileId: 2`,
    ]);
    const failed = {
      ...payload,
      ErrCode: 70000,
      ErrCodeExt: "InternalError",
      Message: "trouble",
      Output: null,
    };
    expect(linesOfType("EditMediaComplete", failed)).toEqual([
      `EditMedia failed. TaskId: ${TASK_ID}, ErrCode: 70000, ErrCodeExt: InternalError, Message: trouble, SourceFileId: 1, SourceFileId: 2`,
    ]);
  });

  test("a split keep each file with its URL", () => {
    const segment = (name: string) => ({
      Input: { FileId: FILE_ID },
      Output: { FileId: name, MediaBasicInfo: { MediaUrl: `${URL}?${name}` } },
      ProcedureTaskId: "",
    });
    const payload = {
      TaskId: TASK_ID,
      Status: "FINISH",
      ErrCode: 0,
      FileInfoSet: [segment("1"), null, segment("2")],
    };
    expect(linesOfType("SplitMediaComplete", payload)).toEqual([
      `SplitMedia succeeded. TaskId: ${TASK_ID}, SourceFileId: ${FILE_ID}, FileId: 1, Url: ${URL}?1, SourceFileId: ${FILE_ID}, FileId: 2, Url: ${URL}?2`,
    ]);
  });

  test("a concatenation of 2017 are one for each item, which has its own error", () => {
    const FileInfoSet = [
      { ErrCode: 0, Message: "", FileId: "1", FileUrl: URL },
      { ErrCode: 60000, Message: "no such file", FileId: "2", FileUrl: "" },
    ];
    expect(linesOfType("ConcatComplete", { TaskId: TASK_ID, FileInfoSet })).toEqual([
      `Concat succeeded. TaskId: ${TASK_ID}, FileId: 1, Url: ${URL}`,
      `Concat failed. TaskId: ${TASK_ID}, FileId: 2, ErrCode: 60000, Message: no such file`,
    ]);
    expect(linesOfType("ConcatComplete", { TaskId: TASK_ID, FileInfoSet: [] })).toEqual([
      `Concat: there is no result. TaskId: ${TASK_ID}`,
    ]);
  });

  test("an MPS task are one for the task and one for each of its parts, whose ErrCode is a string", () => {
    const SubTaskSet = [
      {
        TaskType: "AiAnalysis.DeLogo",
        Status: "SUCCESS",
        ErrCode: "0",
        Output: { OutputFiles: [{ FileType: "Video", FileId: FILE_ID, Url: URL }], OutputText: "{}" },
      },
      { TaskType: "SmartErase", Status: "FAIL", ErrCode: "1001", Message: "no subtitle", Output: null },
    ];
    const payload = { TaskId: TASK_ID, Status: "FINISH", ErrCode: 0, SubTaskSet };
    expect(linesOfType("ProcessMediaByMPSComplete", payload)).toEqual([
      `ProcessMediaByMPS finished. TaskId: ${TASK_ID}`,
      `ProcessMediaByMPS succeeded. TaskId: ${TASK_ID}, TaskType: AiAnalysis.DeLogo, OutputText: {}, FileType: Video, FileId: ${FILE_ID}, Url: ${URL}`,
      `ProcessMediaByMPS failed. TaskId: ${TASK_ID}, ErrCode: 1001, Message: no subtitle, TaskType: SmartErase`,
    ]);
  });

  test.each([
    ["WechatPublishComplete", "WechatStatus", "SUCCESS", "AUDITNOTPASS"],
    ["WechatMiniProgramPublishComplete", "PublishResult", "Pass", "Rejected"],
  ] as const)("%s heed its %s, as a task may end well and not be published", (eventType, key, good, bad) => {
    const payload = { TaskId: TASK_ID, FileId: FILE_ID, Status: "FINISH", ErrCode: 0 };
    expect(linesOfType(eventType, { ...payload, [key]: good })[0]).toContain(" succeeded. ");
    expect(linesOfType(eventType, { ...payload, [key]: "" })[0]).toContain(" succeeded. ");
    expect(linesOfType(eventType, { ...payload, [key]: bad })[0]).toMatch(
      new RegExp(` failed\\. .*${key}: ${bad}$`),
    );
  });

  test("a cast report its state", () => {
    expect(linesOfType("MediaCastStatusChanged", { CastId: "cast-1", Status: "Working" })).toEqual([
      "MediaCast is working. CastId: cast-1",
    ]);
  });

  test("a restored file report its storage class", () => {
    const payload = {
      FileId: FILE_ID,
      OriginalStorageClass: "ARCHIVE",
      RestoreDay: 0,
      Status: 0,
      Message: "ok",
    };
    expect(linesOfType("RestoreMediaComplete", payload)).toEqual([
      `RestoreMedia completed. FileId: ${FILE_ID}, OriginalStorageClass: ARCHIVE, RestoreDay: 0, Message: ok`,
    ]);
  });

  test("an event without an identity begins with its first field", () => {
    const payload = { EncodeConfig: { Format: "JPEG", Quality: 80 } };
    expect(linesOfType("ProcessImageAsyncCompleteEvent", payload)).toEqual([
      "ProcessImageAsync completed. Format: JPEG",
    ]);
  });
});

describe("a task flow", () => {
  test("has a line of its own and one for every item, in their order", () => {
    const items = [...TASK_EXAMPLES.map(succeededItem), ...TASK_EXAMPLES.map(failedItem)];
    const [own, ...lines] = linesOf(procedureNotification(items));
    expect(own).toBe(
      `Procedure finished. FileId: ${FILE_ID}, TaskId: ${TASK_ID}, FileUrl: https://media.example.com/vod/holiday.mp4`,
    );
    expect(lines.map((line) => line.split(".")[0])).toEqual([
      ...TASK_EXAMPLES.map(({ type }) => `${type} succeeded`),
      ...TASK_EXAMPLES.map(({ type }) => `${type} failed`),
    ]);
  });

  test("of the older form, with its own ErrCode and no ErrCodeExt, is understood", () => {
    expect(linesOf(OLD_PROCEDURE_NOTIFICATION).slice(1)).toEqual([
      `Transcode succeeded. FileId: ${FILE_ID}, Definition: 100020, Url: https://media.example.com/vod/old.mp4`,
      `CoverBySnapshot failed. FileId: ${FILE_ID}, Definition: 10, ErrCode: 60000, Message: No such file`,
    ]);
  });

  test("with an error of its own has it, and its tasks are still reported by themselves", () => {
    const error = { ErrCode: 70000, Message: "trouble" };
    expect(linesOf(procedureNotification([succeededItem(TRANSCODE)], error))).toEqual([
      expect.stringMatching(/^Procedure failed\. .*ErrCode: 70000, Message: trouble/),
      expect.stringMatching(/^Transcode succeeded\. /),
    ]);
  });

  test.each([undefined, null, "", 5, "ABORTED"])(
    "whose Status is %j says so, and its tasks are judged by themselves",
    (Status) => {
      const [line, ...more] = linesOf(procedureNotification([succeededItem(TRANSCODE)], { Status }));
      expect(line).toMatch(/^Procedure is (of no status|aborted)\. /);
      expect(more).toEqual([expect.stringMatching(/^Transcode succeeded\. /)]);
    },
  );

  test.each(["PROCESSING", "WAITING"])("whose Status is %s has no results yet", (Status) => {
    const lines = linesOf(procedureNotification([succeededItem(TRANSCODE)], { Status }));
    expect(lines).toEqual([expect.stringMatching(/^Procedure is (processing|waiting)\. /)]);
  });

  test.each([[[]], [null], [undefined], [{}], ["text"], [5], [[null, null]]])(
    "may have a result set that is %j",
    (items) => {
      expect(linesOf(procedureNotification(items))).toHaveLength(1);
    },
  );

  test.each([[["text"]], [[5]], [[[]]], [[{}]], [[true]], [[{ Type: 5 }]], [[{ Type: "Transcode" }]]])(
    "takes no harm from items that make no sense: %j",
    (items) => {
      const lines = linesOf(procedureNotification([...items, succeededItem(TRANSCODE)]));
      expect(lines.at(-1)).toMatch(/^Transcode succeeded\. /);
      expect(lines.slice(0, -1).join("")).not.toMatch(/succeeded|failed/);
    },
  );

  test("without a FileId is logged all the same", () => {
    const notification = procedureNotification([succeededItem(TRANSCODE)], { FileId: null, TaskId: null });
    expect(linesOf(notification).at(-1)).toContain(TRANSCODE.logged);
  });

  test("has the suggestion of a review, with every URL", () => {
    const Output = {
      Suggestion: "block",
      Label: "porn",
      SegmentSet: [{ Url: `${URL}?1` }, { Url: `${URL}?2` }],
      SegmentSetFileUrl: `${URL}?file`,
    };
    const task = { Status: "SUCCESS", Input: { Definition: 10 }, Output };
    expect(procedureLines("AiContentReviewResultSet", { Type: "Porn", PornTask: task })).toEqual([
      `AiContentReview Porn succeeded. FileId: ${FILE_ID}, Definition: 10, Suggestion: block, SegmentSetFileUrl: ${URL}?file, Label: porn, Url: ${URL}?1, Url: ${URL}?2`,
    ]);
  });

  test("has an analysis and a recognition that failed", () => {
    const task = {
      Status: "FAIL",
      ErrCode: 70000,
      ErrCodeExt: "InternalError",
      Message: "trouble",
      Output: null,
    };
    const error = `FileId: ${FILE_ID}, ErrCode: 70000, ErrCodeExt: InternalError, Message: trouble`;
    expect(procedureLines("AiAnalysisResultSet", { Type: "Cover", CoverTask: task })).toEqual([
      `AiAnalysis Cover failed. ${error}`,
    ]);
    expect(procedureLines("AiRecognitionResultSet", { Type: "FaceRecognition", FaceTask: task })).toEqual([
      `AiRecognition FaceRecognition failed. ${error}`,
    ]);
  });

  test("of thousands of outputs has them all logged, in lines of at most 8 KB", () => {
    const urls = Array.from({ length: 2000 }, (_, index) => `https://media.example.com/vod/${index}.jpg`);
    const task = { Status: "SUCCESS", Input: { Definition: 11 }, Output: { ImageUrlSet: urls } };
    const lines = linesOf(procedureNotification([itemOf(exampleOf("SampleSnapshot"), task)])).slice(1);
    for (const line of lines) {
      expect(bytesOf(line)).toBeLessThanOrEqual(8 * 1024);
      expect(line.startsWith(`SampleSnapshot succeeded. FileId: ${FILE_ID}, Definition: 11, Url: `)).toBe(
        true,
      );
    }
    expect(lines.flatMap((line) => [...line.matchAll(/Url: ([^,]+)/g)].map(([, url]) => url))).toEqual(urls);
  });
});

test("where a request's megabyte is full, failures and URLs are in it and prose is left out", () => {
  const words = Array.from({ length: 100 }, (_, index) => ({ Name: `${index}${"x".repeat(900)}` }));
  const face = (index: number) => ({
    Type: "FaceRecognition",
    FaceTask: { Status: "SUCCESS", Output: { ResultSet: words, ResultSetFileUrl: `${URL}?${index}.` } },
  });
  const items = Array.from({ length: 60 }, (_, index) => face(index));
  const failed = { Type: "FaceRecognition", FaceTask: { Status: "FAIL", Message: "the last" } };
  const lines = linesOf(procedureNotification([], { AiRecognitionResultSet: [...items, failed] }));
  const text = lines.join("\n");
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  expect(items.filter((_, index) => !text.includes(`${URL}?${index}.`))).toEqual([]);
  expect(lines[0]).toMatch(/ failed\. .*Message: the last$/);
  expect(text).toContain(`Name: 0x`);
});

test("long prose is cut; a URL is not, nor are those within long prose", () => {
  const long = "x".repeat(5000);
  const payload = { TaskId: TASK_ID, Status: "FINISH", ErrCode: 0 };
  const task = (OutputText: string) => ({
    ...payload,
    SubTaskSet: [{ Status: "SUCCESS", Output: { OutputText } }],
  });
  expect(linesOfType("ProcessMediaByMPSComplete", task(long))[1]).toMatch(/OutputText: x{1000} \(cut\)$/);
  const json = (text: string) => JSON.stringify({ text, urls: [`${URL}?1`, `${URL}?2`] });
  expect(linesOfType("ProcessMediaByMPSComplete", task(json("x")))[1]).toContain(`OutputText: ${json("x")}`);
  // Chinese, so that the text has more bytes than a line; JSON in JSON, as some services write it.
  for (const text of [json("视".repeat(5000)), JSON.stringify(json("视".repeat(5000)))]) {
    expect(linesOfType("ProcessMediaByMPSComplete", task(text))[1]).toMatch(
      new RegExp(` \\(cut\\), Url: ${URL}\\?1, Url: ${URL}\\?2$`),
    );
  }
  expect(
    linesOfType("ComposeMediaComplete", { ...payload, Output: { FileUrl: `${URL}?${long}` } })[0],
  ).toContain(long);
});

test("an identity that could pass for the rest of a line is left out", () => {
  const payload = { TaskId: "t, Url: https://evil.example.com/", Status: "FINISH", ErrCode: 0 };
  expect(linesOfType("ComposeMediaComplete", payload)).toEqual(["ComposeMedia succeeded."]);
});

test("a text of more URLs than a call takes arguments is logged", () => {
  const OutputText = Array.from({ length: 150_000 }, () => "http://a").join(" ");
  const payload = {
    TaskId: TASK_ID,
    Status: "FINISH",
    SubTaskSet: [{ Status: "SUCCESS", Output: { OutputText } }],
  };
  const lines = linesOfType("ProcessMediaByMPSComplete", payload);
  expect(lines[1]).toMatch(/Url: http:\/\/a/);
});

test.each<[EventType, string]>([
  ["ProcedureStateChanged", "MediaProcessResultSet"],
  ["ProcessMediaByMPSComplete", "SubTaskSet"],
])("%s: of more results than a log has lines for, the first are looked at", (eventType, set) => {
  const payload = { TaskId: TASK_ID, [set]: Array.from({ length: 30_000 }, () => ({})) };
  const said: string[] = [];
  const { log } = recordedLog();
  logParts(readParts(eventOf(notificationOf(eventType, payload))), {
    ...log,
    own: { ...log.own, list: (head) => said.push(head) },
  });
  expect(said).toHaveLength(25_000 + 2);
  expect(said.at(-1)).toBe("There are more than 25000 results: the others are left out.");
});
