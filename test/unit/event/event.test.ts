import { type EventType, eventTable, PAYLOAD_KEYS, parseEvent } from "../../../lib/event/event";
import { identityOf } from "../../../lib/event/identity";
import { Refusal } from "../../../lib/http/refusal";
import type { JsonObject } from "../../../lib/json";
import {
  ALIAS_NOTIFICATIONS,
  EVENT_TYPES,
  FILE_ID,
  notificationOf,
  procedureNotification,
  TASK_ID,
  uploadNotification,
  VERSION_2_NOTIFICATION,
} from "../../helpers/notifications";

function messageOf(notification: Record<string, unknown>): string {
  try {
    parseEvent(notification);
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

test("each type has a payload of its own", () => {
  expect(new Set(Object.values(PAYLOAD_KEYS)).size).toBe(EVENT_TYPES.length);
});

test("eventTable gives the table back", () => {
  expect(eventTable(PAYLOAD_KEYS)).toBe(PAYLOAD_KEYS);
});

describe.each(EVENT_TYPES)("%s", (eventType) => {
  test("is found by its type among siblings that are null", () => {
    const payload = { TaskId: TASK_ID };
    expect(parseEvent(notificationOf(eventType, payload))).toEqual({ known: true, eventType, payload });
  });

  test.each([null, undefined, "", "text", 5, true, []])("is refused where its payload is %j", (payload) => {
    expect(messageOf(notificationOf(eventType, payload))).toContain(eventType);
  });

  test("is not taken from another type's payload", () => {
    const other = eventType === "FileDeleted" ? "FileUploadEvent" : "FileDeleteEvent";
    expect(messageOf({ EventType: eventType, [other]: {} })).toContain(PAYLOAD_KEYS[eventType]);
  });
});

test.each(ALIAS_NOTIFICATIONS)("the payload of $EventType is found under its other name", (notification) => {
  expect(parseEvent(notification)).toMatchObject({ known: true, payload: { TaskId: expect.any(String) } });
});

test("the documented name counts where both are there", () => {
  const [alias] = ALIAS_NOTIFICATIONS;
  const notification = { ...alias, WechatMiniProgramPublishCompleteEvent: { TaskId: "documented" } };
  expect(parseEvent(notification)).toMatchObject({ payload: { TaskId: "documented" } });
});

test.each([
  "SomethingNew",
  "constructor",
  "__proto__",
  "toString",
  "newfileupload",
  "FileUploadEvent",
  " NewFileUpload",
])("%j is an event of unknown type", (eventType) => {
  const notification = { EventType: eventType, FileUploadEvent: {}, FileDeleteEvent: null, Sign: "s", T: 1 };
  expect(parseEvent(notification)).toEqual({ known: false, eventType, payload: { FileUploadEvent: {} } });
});

test.each([undefined, null, "", 5, {}, ["NewFileUpload"]])(
  "a notification whose EventType is %j is refused",
  (EventType) => {
    expect(messageOf({ EventType, FileUploadEvent: {} })).toContain("EventType");
  },
);

test("the 2.0 format is refused with the advice to set the other address", () => {
  expect(messageOf({ ...VERSION_2_NOTIFICATION })).toContain("version 3.0");
});

describe("identity", () => {
  test("is the file's and the task's id at the payload's top", () => {
    expect(identityOf(parseEvent(procedureNotification([])))).toEqual({ fileId: FILE_ID, taskId: TASK_ID });
    expect(identityOf(parseEvent(uploadNotification()))).toEqual({ fileId: FILE_ID });
  });

  test.each([null, "", 5, {}, undefined])("leaves out an id that is %j", (id) => {
    const event = parseEvent(procedureNotification([], { FileId: id, TaskId: id }));
    expect(identityOf(event)).toEqual({});
  });

  const identity = (eventType: EventType, payload: JsonObject) =>
    identityOf(parseEvent(notificationOf(eventType, payload)));

  test("is the made file's, else that of what it was to be made from", () => {
    const Input = { FileId: "1" };
    expect(identity("RebuildMediaComplete", { Input, Output: { FileId: "2" } })).toEqual({
      ...{ fileId: "2", sourceFileId: "1" },
    });
    expect(identity("RebuildMediaComplete", { Input, Output: null })).toMatchObject({ fileId: "1" });
    expect(identity("ClipComplete", { SrcFileId: "1", FileInfo: { FileId: "2" } })).toMatchObject({
      ...{ fileId: "2", sourceFileId: "1" },
    });
    expect(identity("ClipComplete", { SrcFileId: "1", FileInfo: { FileId: "" } })).toMatchObject({
      fileId: "1",
    });
  });

  test("is the first of several files", () => {
    const FileInfoSet = [null, { Output: { FileId: "2" } }, { Output: { FileId: "3" } }];
    expect(identity("SplitMediaComplete", { TaskId: "t", FileInfoSet })).toEqual({
      fileId: "2",
      taskId: "t",
    });
    expect(identity("FileDeleted", { FileIdSet: ["4", "5"] })).toEqual({ fileId: "4" });
    expect(identity("FileDeleted", { FileDeleteResultInfo: [{ FileId: "6" }] })).toEqual({ fileId: "6" });
  });

  test("has the SessionContext as what ties the event to the request that started its task", () => {
    const event = (SessionContext: unknown) => parseEvent(procedureNotification([], { SessionContext }));
    expect(identityOf(event("request-1"))).toMatchObject({ correlationId: "request-1" });
    for (const other of ["", null, 5, {}, "two\nlines", "上传", "x".repeat(101)]) {
      expect(identityOf(event(other)).correlationId).toBeUndefined();
    }
  });

  test("an unknown event has none", () => {
    expect(identityOf(parseEvent({ EventType: "SomethingNew", FileId: FILE_ID }))).toEqual({});
  });
});
