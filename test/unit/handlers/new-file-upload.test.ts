import type { ProcessMediaRequest } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ConfigError } from "../../../lib/config";
import type { EventOf } from "../../../lib/event/event";
import type { HandlerContext } from "../../../lib/handlers/context";
import { type FileEvent, uploadedFileId } from "../../../lib/handlers/new-file-upload";
import { planProcessing, startProcessing } from "../../../lib/handlers/processing";
import { DONE, type Remainder } from "../../../lib/outcome";
import { REQUEST_ID, SUCCESS } from "../../helpers/api-server";
import { DEADLINE_MS, HANDLED_REQUEST_ID, handlerContext, noCalls } from "../../helpers/handler-context";
import { FILE_ID } from "../../helpers/notifications";

function upload(FileId: unknown = FILE_ID): EventOf<"NewFileUpload"> {
  return { known: true, eventType: "NewFileUpload", payload: { FileId } };
}

async function newFileUpload(event: FileEvent, context: HandlerContext, resolved?: Remainder["work"]) {
  const plan = planProcessing(event, context, resolved);
  return plan ? startProcessing(plan, context) : DONE;
}

/** The request that an upload makes with a configuration. */
async function requestOf(config: Readonly<Record<string, unknown>> = {}, fileId = FILE_ID) {
  const requests: ProcessMediaRequest[] = [];
  const { context } = handlerContext(async (request, until) => {
    expect(until).toBe(DEADLINE_MS);
    requests.push(request);
    return SUCCESS;
  }, config);
  await newFileUpload(upload(fileId), context);
  expect(requests).toHaveLength(1);
  return requests[0] ?? {};
}

const sessionIdOf = async (config: Readonly<Record<string, unknown>> = {}, fileId = FILE_ID) =>
  (await requestOf(config, fileId)).SessionId;

/** What becomes of an upload whose call throws. */
async function outcomeOf(error: unknown) {
  const { context, lines } = handlerContext(async () => {
    throw error;
  });
  return { outcome: await newFileUpload(upload(), context), lines };
}

const apiError = (code: string, message = "What went wrong", requestId = REQUEST_ID) =>
  Object.assign(new Error(message), { code, requestId });

test("starts one transcode a definition, in the configured order", async () => {
  expect(await requestOf({ definitions: [100020, 100010, 100030] })).toEqual({
    FileId: FILE_ID,
    MediaProcessTask: {
      TranscodeTaskSet: [{ Definition: 100020 }, { Definition: 100010 }, { Definition: 100030 }],
    },
    SessionId: expect.any(String),
    SessionContext: HANDLED_REQUEST_ID,
  });
});

test.each(["", "two\nlines", "x".repeat(101), "请求"])(
  "gives VOD no SessionContext where the request's id is %j",
  async (requestId) => {
    const processMedia = jest.fn(async (_request: ProcessMediaRequest) => SUCCESS);
    const { context } = handlerContext(processMedia);
    await newFileUpload(upload(), { ...context, requestId });
    expect(processMedia.mock.calls[0]?.[0]).not.toHaveProperty("SessionContext");
  },
);

test("names the sub-application where one is set", async () => {
  expect(await requestOf({ subappid: "1500000001" })).toHaveProperty("SubAppId", 1500000001);
  expect(await requestOf({ subappid: 0 })).not.toHaveProperty("SubAppId");
});

test("answers and logs the API's response packet", async () => {
  const { context, lines } = handlerContext(async () => SUCCESS);
  expect(await newFileUpload(upload(), context)).toEqual({ kind: "done", body: JSON.stringify(SUCCESS) });
  const started = `Started. FileId: ${FILE_ID}, TaskId: ${SUCCESS.TaskId}, Definitions: 100010, 100020`;
  expect(lines).toEqual([started, JSON.stringify(SUCCESS)]);
});

describe("a filter of the configuration", () => {
  const MediaBasicInfo = { Type: "MP4", SourceInfo: { SourceType: "VideoProcessing" } };
  const payload = { FileId: FILE_ID, MediaBasicInfo, ProcedureTaskId: "1300000001-procedurev2-own" };
  const event: EventOf<"NewFileUpload"> = { known: true, eventType: "NewFileUpload", payload };

  test.each([
    [{ skip_with_task_flow: true }, "it was uploaded with its own task flow (1300000001-procedurev2-own)"],
    [{ source_types: ["Upload", "Record"] }, "source_types does not contain its source (VideoProcessing)"],
    [{ file_types: ["mov"] }, "file_types does not contain its type (mp4)"],
  ])("%j keeps a file out, which is done and said", async (config, reason) => {
    const { context, lines } = handlerContext(noCalls, config);
    expect(await newFileUpload(event, context)).toEqual({ kind: "done" });
    expect(lines.at(-1)).toBe(`Not processed. FileId: ${FILE_ID}, Reason: ${reason}`);
  });

  test("lets the others in", async () => {
    const config = { source_types: ["VideoProcessing"], file_types: ["mp4"] };
    const { context, lines } = handlerContext(async () => SUCCESS, config);
    expect(await newFileUpload(event, context)).toMatchObject({ body: JSON.stringify(SUCCESS) });
    expect(lines).not.toContainEqual(expect.stringContaining("Not processed"));
  });
});

describe("SessionId", () => {
  test("is the FileId, 12 hex digits and generation 0", async () => {
    expect(await sessionIdOf()).toMatch(new RegExp(`^${FILE_ID}-[0-9a-f]{12}-0$`));
  });

  test("has at most 50 characters with the longest FileId that is taken", async () => {
    expect((await sessionIdOf({}, "9".repeat(32)))?.length).toBeLessThanOrEqual(50);
  });

  test("is the same for the same work, whatever the order of its definitions", async () => {
    expect(await sessionIdOf({ definitions: [100020, 100010] })).toBe(await sessionIdOf());
    expect(await sessionIdOf({ secret_id: "AKIDother", region: "ap-beijing" })).toBe(await sessionIdOf());
  });

  test("differs with the file, the definitions and the sub-application", async () => {
    const ids = await Promise.all([
      sessionIdOf(),
      sessionIdOf({}, "387702299900000999"),
      sessionIdOf({ definitions: [100010] }),
      sessionIdOf({ definitions: [10001, 100020] }),
      sessionIdOf({ definitions: [10, 100010020] }),
      sessionIdOf({ subappid: 1500000001 }),
      sessionIdOf({ subappid: 1500000002 }),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test.each([
  undefined,
  null,
  "",
  "abc",
  `${FILE_ID}x`,
  ` ${FILE_ID}`,
  `${FILE_ID}\n`,
  "-1",
  "1.5",
  "１２３",
  5,
  {},
  [FILE_ID],
])("refuses a FileId that is no string of digits: %j", async (FileId) => {
  const event: EventOf<"NewFileUpload"> = { known: true, eventType: "NewFileUpload", payload: { FileId } };
  expect(() => uploadedFileId(event)).toThrow("FileUploadEvent.FileId is not a string of digits.");
});

test("a repeated SessionId means that the work is started: done, with the error packet as the body", async () => {
  const { outcome, lines } = await outcomeOf(apiError("InvalidParameterValue.SessionId", "repeated"));
  const packet = JSON.stringify({
    Error: { Code: "InvalidParameterValue.SessionId", Message: "repeated" },
    RequestId: REQUEST_ID,
  });
  expect(outcome).toEqual({ kind: "done", body: packet });
  expect(lines).toEqual([`Already started. FileId: ${FILE_ID}`]);
});

test.each([
  "InvalidParameterValue.FileId",
  "InvalidParameterValue.SessionIdTooLong",
  "InvalidParameter",
  "UnauthorizedOperation",
  "FailedOperation.InvalidVodUser",
])("%s is parked, and the packet is in the log", async (code) => {
  const { outcome, lines } = await outcomeOf(apiError(code));
  expect(outcome).toEqual({ kind: "park", error: expect.stringContaining(code) });
  expect(lines).toEqual([expect.stringContaining(code)]);
});

test.each([
  apiError("InternalError"),
  apiError("RequestLimitExceeded"),
  apiError("FailedOperation", "请重试"),
  new Error("socket hang up"),
  new ConfigError("there are no API credentials"),
  "thrown text",
])("a transient error leads to a retry: %s", async (error) => {
  const { outcome } = await outcomeOf(error);
  expect(outcome).toEqual({
    ...{ kind: "retry", error: expect.stringContaining("ProcessMedia") },
    work: { definitions: [100010, 100020] },
  });
});

test("starts what an earlier try has resolved, whatever the configuration says now", async () => {
  const processMedia = jest.fn(async (_request: ProcessMediaRequest) => SUCCESS);
  const { context } = handlerContext(processMedia, { definitions: [20], file_types: ["mov"] });
  await newFileUpload(upload(), context, { definitions: [10] });
  expect(processMedia.mock.calls[0]?.[0]).toMatchObject({
    MediaProcessTask: { TranscodeTaskSet: [{ Definition: 10 }] },
    SessionId: await sessionIdOf({ definitions: [10] }),
  });
});
