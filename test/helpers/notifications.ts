import { createHash } from "node:crypto";
import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import type { JsonObject } from "../../lib/json";
import { failedItem, succeededItem, TASK_EXAMPLES } from "./task-results";

/** The 36 event types. `Object.keys` forgets what the table's keys are. */
export const EVENT_TYPES = Object.keys(PAYLOAD_KEYS) as EventType[];

export const FILE_ID = "387702299900000123";
export const TASK_ID = "1300000001-procedurev2-0123456789abcdeft0";

/** A notification as it is sent today: every other payload key is there too, with null. */
export function notificationOf(eventType: EventType, payload: unknown): JsonObject {
  const siblings = Object.fromEntries(Object.values(PAYLOAD_KEYS).map((key) => [key, null]));
  return { EventType: eventType, ...siblings, [PAYLOAD_KEYS[eventType]]: payload };
}

export function uploadNotification(payload: JsonObject = {}): JsonObject {
  return notificationOf("NewFileUpload", {
    FileId: FILE_ID,
    MediaBasicInfo: {
      Name: "holiday",
      Type: "mp4",
      MediaUrl: "https://media.example.com/vod/holiday.mp4",
      CoverUrl: "",
      ClassId: 0,
      TagSet: [],
      SourceInfo: { SourceType: "Upload", SourceContext: "" },
      ExpireTime: "9999-12-31T23:59:59Z",
    },
    MetaData: null,
    ProcedureTaskId: "",
    ReviewAudioVideoTaskId: "",
    ...payload,
  });
}

/** Today's form: the flow has no error code of its own. */
export function procedureNotification(items: unknown, payload: JsonObject = {}): JsonObject {
  return notificationOf("ProcedureStateChanged", {
    TaskId: TASK_ID,
    Status: "FINISH",
    FileId: FILE_ID,
    FileName: "holiday",
    FileUrl: "https://media.example.com/vod/holiday.mp4",
    MetaData: { Duration: 10, Height: 720, Width: 1280, VideoStreamSet: [], AudioStreamSet: [] },
    MediaProcessResultSet: items,
    AiContentReviewResultSet: [],
    AiAnalysisResultSet: null,
    AiRecognitionResultSet: [],
    TasksPriority: 0,
    TasksNotifyMode: "Finish",
    SessionContext: "",
    SessionId: "",
    ...payload,
  });
}

/** The older form: no siblings, an error code for the flow, none of the newer members in a task. */
export const OLD_PROCEDURE_NOTIFICATION: JsonObject = {
  EventType: "ProcedureStateChanged",
  ProcedureStateChangeEvent: {
    TaskId: "1300000001-Procedure-fedcba9876543210t1",
    Status: "FINISH",
    ErrCode: 0,
    Message: "",
    FileId: FILE_ID,
    MediaProcessResultSet: [
      {
        Type: "Transcode",
        TranscodeTask: {
          Status: "SUCCESS",
          ErrCode: 0,
          Message: "SUCCESS",
          Input: { Definition: 100020 },
          Output: { Url: "https://media.example.com/vod/old.mp4", Definition: 0 },
        },
      },
      {
        Type: "CoverBySnapshot",
        CoverBySnapshotTask: {
          Status: "FAIL",
          ErrCode: 60000,
          Message: "No such file",
          Input: { Definition: 10 },
        },
      },
    ],
  },
};

/** A deletion as it was seen on the wire: nothing but its own payload. */
export const DELETION_NOTIFICATION: JsonObject = {
  EventType: "FileDeleted",
  FileDeleteEvent: {
    FileIdSet: [FILE_ID, "387702299900000124"],
    FileDeleteResultInfo: [{ FileId: FILE_ID, DeleteParts: [] }],
  },
};

/** Payloads under keys that Tencent's own samples or the wire have in the place of the documented ones. */
export const ALIAS_NOTIFICATIONS: readonly JsonObject[] = [
  {
    EventType: "WechatMiniProgramPublishComplete",
    WechatMiniProgramPublishEvent: { TaskId: "t-1", Status: "FINISH", ErrCode: 0, FileId: FILE_ID },
  },
  {
    EventType: "WechatPublishComplete",
    WechatPublishComplete: { TaskId: "t-2", Status: "FINISH", ErrCode: 0, FileId: FILE_ID },
  },
  {
    EventType: "EditMediaComplete",
    EditMediaCompleteEvent: null,
    EditMediaComplete: { TaskId: "t-3", Status: "FINISH", ErrCode: 0, Output: { FileId: FILE_ID } },
  },
];

/** The format that came before this one; accounts of old still can send it. */
export const VERSION_2_NOTIFICATION: JsonObject = {
  version: "4.0",
  eventType: "NewFileUpload",
  data: { status: 0, fileId: FILE_ID, fileUrl: "https://media.example.com/vod/holiday.mp4" },
};

/** One of each shape, for tests that take them apart. */
export const ALL_SHAPES: readonly JsonObject[] = [
  uploadNotification(),
  procedureNotification(TASK_EXAMPLES.map(succeededItem)),
  procedureNotification(TASK_EXAMPLES.map(failedItem)),
  OLD_PROCEDURE_NOTIFICATION,
  DELETION_NOTIFICATION,
  VERSION_2_NOTIFICATION,
  ...ALIAS_NOTIFICATIONS,
];

/** What VOD puts into a notification where a sign key is set. */
export function signature(key: string, expirySeconds: number): { Sign: string; T: number } {
  return { Sign: createHash("md5").update(`${key}${expirySeconds}`).digest("hex"), T: expirySeconds };
}

/** JSON text of an object whose member `name` is nested `depth` times: no JSON writer would make it. */
export function withDeepMember(notification: JsonObject, name: string, depth: number): string {
  const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  return `${JSON.stringify(notification).slice(0, -1)},${JSON.stringify(name)}:${deep}}`;
}

/** An upload of which everything is left to do, as it is handed over or recorded: with the work that was resolved. */
export function unfinished(notification: JsonObject, definitions = [100010, 100020]): JsonObject {
  return { ...notification, VodReceiver: { work: { definitions } } };
}
