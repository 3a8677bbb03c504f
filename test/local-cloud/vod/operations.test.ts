import { instantTranscoder, startLocalCloud } from "../../../local-cloud";
import { codeOf, vodClient } from "../../helpers/test-cloud";
import { VodStage } from "../../helpers/vod";

const VIDEO = Buffer.from("video");
const TWO = { TranscodeTaskSet: [{ Definition: 10 }, { Definition: 20 }] };
const APPLICATION = 1500000001;

let stage: VodStage;
beforeAll(async () => {
  stage = await VodStage.open({ transcoder: instantTranscoder });
});
afterAll(() => stage.cloud.close());

/** Sends a marker, so that every event before it has arrived. */
async function settle(of = stage): Promise<void> {
  await of.cloud.notify({ EventType: "ClipComplete" });
  await of.next("ClipComplete");
}

describe("ProcedureStateChanged", () => {
  // Conditions that public receivers act on: Tencent's own Python sample, and two in PHP.
  test.each([
    ["the task flow's ErrCode", (event: { ErrCode?: number }) => event.ErrCode === 0],
    ["the task flow's Message", (event: { Message?: string }) => event.Message === "SUCCESS"],
    [
      "an item's Status",
      (event: { MediaProcessResultSet?: { TranscodeTask?: { Status?: string } }[] }) =>
        event.MediaProcessResultSet?.every(({ TranscodeTask }) => TranscodeTask?.Status === "SUCCESS") ===
        true,
    ],
  ])("meets a receiver that looks at %s", async (_what, condition) => {
    const { fileId } = await stage.cloud.upload("a.mp4", VIDEO);
    const { TaskId = "" } = await stage.vod.ProcessMedia({ FileId: fileId, MediaProcessTask: TWO });
    const { ProcedureStateChangeEvent = {} } = await stage.next("ProcedureStateChanged");
    expect(condition(ProcedureStateChangeEvent)).toBe(true);
    const { ProcedureTask = {} } = await stage.vod.DescribeTaskDetail({ TaskId });
    expect(condition(ProcedureTask)).toBe(true);
  });

  test("leaves the flow's ErrCode and Message out if it is configured so", async () => {
    const other = await VodStage.open({ transcoder: instantTranscoder, procedureStatus: false });
    const { fileId } = await other.cloud.upload("a.mp4", VIDEO);
    await other.vod.ProcessMedia({ FileId: fileId, MediaProcessTask: TWO });
    const { ProcedureStateChangeEvent } = await other.next("ProcedureStateChanged");
    await other.cloud.close();
    expect(ProcedureStateChangeEvent).toMatchObject({ Status: "FINISH" });
    expect(ProcedureStateChangeEvent).not.toHaveProperty("ErrCode");
    expect(ProcedureStateChangeEvent).not.toHaveProperty("Message");
  });

  test.each([
    ["Finish", [["FINISH", "SUCCESS", "SUCCESS"]]],
    [
      "Change",
      [
        ["PROCESSING", "SUCCESS", "PROCESSING"],
        ["FINISH", "SUCCESS", "SUCCESS"],
      ],
    ],
    ["None", []],
  ])("comes by TasksNotifyMode: %s", async (TasksNotifyMode, expected) => {
    const { fileId } = await stage.cloud.upload("a.mp4", VIDEO);
    const { TaskId } = await stage.vod.ProcessMedia({
      FileId: fileId,
      MediaProcessTask: TWO,
      TasksNotifyMode,
    });
    // Task flows run one after the other.
    await stage.vod.ProcessMedia({ FileId: fileId, MediaProcessTask: TWO, SessionContext: "last" });
    for (let last = ""; last !== "last"; ) {
      last = (await stage.next("ProcedureStateChanged")).ProcedureStateChangeEvent?.SessionContext ?? "";
    }
    const events = stage.received.flatMap(({ ProcedureStateChangeEvent }) => ProcedureStateChangeEvent ?? []);
    const states = events
      .filter((event) => event.TaskId === TaskId)
      .map(({ Status, MediaProcessResultSet = [] }) => [
        Status,
        ...MediaProcessResultSet.map(({ TranscodeTask }) => TranscodeTask?.Status),
      ]);
    expect(states).toEqual(expected);
  });
});

describe("DeleteMedia", () => {
  test("removes a whole file with its outputs", async () => {
    const { fileId: FileId, url } = await stage.cloud.upload("a.mp4", VIDEO);
    await stage.vod.DeleteMedia({ FileId });
    expect((await stage.next("FileDeleted")).FileDeleteEvent).toEqual({
      FileIdSet: [FileId],
      FileDeleteResultInfo: [{ FileId, DeleteParts: [] }],
    });
    expect((await fetch(url)).status).toBe(404);
    expect((await stage.vod.DescribeMediaInfos({ FileIds: [FileId] })).NotExistFileIdSet).toEqual([FileId]);
    expect(await codeOf(stage.vod.DeleteMedia({ FileId }))).toBe("ResourceNotFound");
  });

  test("removes parts, by definition or all of a type", async () => {
    const { fileId: FileId } = await stage.cloud.upload("a.mp4", VIDEO);
    const cover = { Definition: 10, PositionType: "Time", PositionValue: 0 };
    await stage.vod.ProcessMedia({
      ...{ FileId, SessionContext: "to be deleted" },
      MediaProcessTask: {
        ...{ ...TWO, CoverBySnapshotTaskSet: [cover] },
        AdaptiveDynamicStreamingTaskSet: [{ Definition: 10 }],
      },
    });
    await stage.next("ProcedureStateChanged");
    const left = async () => {
      const { MediaInfoSet } = await stage.vod.DescribeMediaInfos({ FileIds: [FileId] });
      const { TranscodeInfo, AdaptiveDynamicStreamingInfo, BasicInfo } = MediaInfoSet?.[0] ?? {};
      const definitions = TranscodeInfo?.TranscodeSet?.map(({ Definition }) => Definition);
      return [definitions, AdaptiveDynamicStreamingInfo !== null, BasicInfo?.CoverUrl !== ""];
    };
    expect(await left()).toEqual([[0, 10, 20], true, true]);
    await stage.vod.DeleteMedia({ FileId, DeleteParts: [{ Type: "TranscodeFiles", Definition: 10 }] });
    expect((await stage.next("FileDeleted")).FileDeleteEvent?.FileDeleteResultInfo).toEqual([
      { FileId, DeleteParts: [{ Type: "TranscodeFiles", Definition: 10 }] },
    ]);
    expect(await left()).toEqual([[0, 20], true, false]);
    const types = ["TranscodeFiles", "AdaptiveDynamicStreamingFiles", "OriginalFiles", "WechatPublishFiles"];
    await stage.vod.DeleteMedia({ FileId, DeleteParts: types.map((Type) => ({ Type })) });
    expect(await left()).toEqual([[], false, false]);
    expect(await codeOf(stage.vod.ProcessMedia({ FileId, MediaProcessTask: TWO }))).toBe("FailedOperation");
    const unknown = stage.vod.DeleteMedia({ FileId, DeleteParts: [{ Type: "Everything" }] });
    expect(await codeOf(unknown)).toBe("InvalidParameterValue");
  });

  test("is reported only if its switch is on", async () => {
    const quiet = await VodStage.open({ transcoder: instantTranscoder });
    await quiet.vod.ModifyEventConfig({ DeleteMediaCompleteEventSwitch: "OFF" });
    const { fileId: FileId } = await quiet.cloud.upload("a.mp4", VIDEO);
    await quiet.vod.DeleteMedia({ FileId });
    await settle(quiet);
    await quiet.cloud.close();
    expect(quiet.received.map(({ EventType }) => EventType)).toEqual(["NewFileUpload", "ClipComplete"]);
  });
});

describe("ProcessMediaByProcedure", () => {
  test.each([
    ["LongVideoPreset", 10],
    ["SimpleAesEncryptPreset", 12],
  ])("runs the system's %s", async (ProcedureName, definition) => {
    const { fileId: FileId } = await stage.cloud.upload("a.mp4", VIDEO);
    const session = { SessionContext: "context", SessionId: ProcedureName };
    const { TaskId } = await stage.vod.ProcessMediaByProcedure({ FileId, ProcedureName, ...session });
    const { ProcedureStateChangeEvent } = await stage.next("ProcedureStateChanged");
    expect(ProcedureStateChangeEvent).toMatchObject({
      ...{ TaskId, FileId, ...session },
      MediaProcessResultSet: [
        { Type: "ImageSprites", ImageSpriteTask: { Output: { Definition: 10 } } },
        { Type: "CoverBySnapshot", CoverBySnapshotTask: { Status: "SUCCESS" } },
        {
          Type: "AdaptiveDynamicStreaming",
          AdaptiveDynamicStreamingTask: { Output: { Definition: definition } },
        },
      ],
    });
    const again = stage.vod.ProcessMediaByProcedure({ FileId, ProcedureName, ...session });
    expect(await codeOf(again)).toBe("InvalidParameterValue.SessionId");
  });
});

describe("template queries", () => {
  test("describe the presets of transcoding", async () => {
    const { TranscodeTemplateSet, TotalCount } = await stage.vod.DescribeTranscodeTemplates({
      Definitions: [10, 100020, 1010, 1],
    });
    expect(TotalCount).toBe(3);
    expect(TranscodeTemplateSet).toMatchObject([
      {
        Definition: "100020",
        Type: "Preset",
        Container: "mp4",
        VideoTemplate: { Height: 540, Width: 0, Bitrate: 1000 },
      },
      { Definition: "10", VideoTemplate: { Width: 320, Height: 0, Fps: 24 }, AudioTemplate: { Bitrate: 48 } },
      {
        Definition: "1010",
        Container: "mp3",
        RemoveVideo: 1,
        VideoTemplate: null,
        ContainerType: "PureAudio",
      },
    ]);
    const pure = await stage.vod.DescribeTranscodeTemplates({
      ContainerType: "PureAudio",
      Offset: 2,
      Limit: 2,
    });
    expect([pure.TotalCount, pure.TranscodeTemplateSet?.length]).toEqual([7, 2]);
    expect((await stage.vod.DescribeTranscodeTemplates({ TEHDType: "TEHD" })).TotalCount).toBe(5);
  });

  test("describe those of the other kinds, and the procedures", async () => {
    const { vod } = stage;
    expect((await vod.DescribeImageSpriteTemplates({})).ImageSpriteTemplateSet).toMatchObject([
      { Definition: 10, Width: 142, Height: 80, RowCount: 10, ColumnCount: 10, SampleType: "Time" },
    ]);
    expect(
      (await vod.DescribeAnimatedGraphicsTemplates({ Definitions: [20001] })).AnimatedGraphicsTemplateSet,
    ).toMatchObject([{ Definition: 20001, Format: "webp", Fps: 2 }]);
    expect((await vod.DescribeSampleSnapshotTemplates({})).SampleSnapshotTemplateSet).toHaveLength(1);
    expect(
      (await vod.DescribeSnapshotByTimeOffsetTemplates({})).SnapshotByTimeOffsetTemplateSet,
    ).toHaveLength(1);
    const { AdaptiveDynamicStreamingTemplateSet } = await vod.DescribeAdaptiveDynamicStreamingTemplates({});
    expect(AdaptiveDynamicStreamingTemplateSet?.[1]).toMatchObject({ Definition: 12, DrmType: "SimpleAES" });
    expect(AdaptiveDynamicStreamingTemplateSet?.[0]?.StreamInfos).toHaveLength(6);
    expect((await vod.DescribeImageSpriteTemplates({ Type: "Custom" })).TotalCount).toBe(0);
    const { ProcedureTemplateSet } = await vod.DescribeProcedureTemplates({
      Names: ["LongVideoPreset", "mine"],
    });
    expect(ProcedureTemplateSet).toMatchObject([
      { Name: "LongVideoPreset", Type: "Preset", AiAnalysisTask: null },
    ]);
  });
});

test("each SubAppId has its own media, tasks, settings and events", async () => {
  const cloud = await startLocalCloud({ transcoder: instantTranscoder });
  const vod = vodClient(cloud);
  const own = { SubAppId: APPLICATION };
  await vod.ModifyEventConfig({ ...own, Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
  expect((await vod.DescribeEventConfig({})).Mode).toBe("PUSH");
  expect((await vod.DescribeEventConfig(own)).Mode).toBe("PULL");
  const { fileId: FileId } = await cloud.upload("a.mp4", VIDEO, undefined, APPLICATION);
  const elsewhere = vod.ProcessMedia({ FileId, MediaProcessTask: TWO });
  expect(await codeOf(elsewhere)).toBe("InvalidParameterValue.FileId");
  const { TaskId = "" } = await vod.ProcessMedia({ ...own, FileId, MediaProcessTask: TWO });
  expect(await codeOf(vod.DescribeTaskDetail({ TaskId }))).toBe("ResourceNotFound");
  expect((await vod.SearchMedia({})).TotalCount).toBe(0);
  expect((await vod.SearchMedia(own)).TotalCount).toBe(1);
  expect((await vod.PullEvents(own)).EventSet?.[0]?.FileUploadEvent?.FileId).toBe(FileId);
  expect(cloud.tasksStarted()).toEqual(new Map([[FileId, 1]]));
  await cloud.close();
});

test("the default application has the account's APPID, and DescribeSubAppIds lists those in use", async () => {
  const cloud = await startLocalCloud({ transcoder: instantTranscoder });
  const vod = vodClient(cloud);
  const standard = { SubAppId: Number(cloud.appId) };
  const listed = async (request = {}) =>
    (await vod.DescribeSubAppIds(request)).SubAppIdInfoSet?.map(({ SubAppId }) => SubAppId);
  await vod.ModifyEventConfig({ ...standard, Mode: "PULL" });
  expect((await vod.DescribeEventConfig({})).Mode).toBe("PULL");
  expect(await listed()).toEqual([standard.SubAppId]);
  await vod.DescribeEventConfig({ SubAppId: APPLICATION });
  expect(await listed()).toEqual([standard.SubAppId, APPLICATION]);
  expect(await listed({ Offset: 1 })).toEqual([APPLICATION]);
  expect(await listed({ Name: `app-${cloud.appId}` })).toEqual([standard.SubAppId]);
  await cloud.close();
});
