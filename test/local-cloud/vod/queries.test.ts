import { setImmediate as turn } from "node:timers/promises";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { instantTranscoder, type LocalCloud, startLocalCloud } from "../../../local-cloud";
import { FakeClock } from "../../helpers/clock";
import { vodClient } from "../../helpers/test-cloud";

const VIDEO = Buffer.from("video");

let clock: FakeClock;
let cloud: LocalCloud;
let vod: Client;
/** Lets the transcodings that wait for it go on, in their order. */
let release: (() => void)[];

beforeEach(async () => {
  clock = new FakeClock(Date.now());
  release = [];
  cloud = await startLocalCloud({
    now: clock.now,
    schedule: clock.schedule,
    transcoder: {
      ...instantTranscoder,
      readMetaData: async () => ({ Container: "mp4", Duration: 10 }),
      // A file named slow is worked on until the test lets it go on; one named bad is no video.
      async transcode(_source, output, _definition, signal, onProgress) {
        const { name } = files.find(({ folder }) => output.startsWith(folder)) ?? {};
        if (name === "bad") throw new Error("This is no video.");
        if (name !== "slow") return;
        onProgress?.(5);
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve());
          release.push(resolve);
        });
      },
    },
  });
  vod = vodClient(cloud);
  files = [];
});
afterEach(() => cloud.close());

let files: Awaited<ReturnType<LocalCloud["upload"]>>[] = [];
async function upload(name: string, sourceType?: string): Promise<string> {
  const media = await cloud.upload(name, VIDEO, sourceType);
  files.push(media);
  return media.fileId;
}

async function transcode(FileId: string, more: object = {}): Promise<string> {
  const { TaskId = "" } = await vod.ProcessMedia({
    FileId,
    MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] },
    ...more,
  });
  return TaskId;
}

const until = async (condition: () => boolean) => {
  while (!condition()) await turn();
};
const finished = async (TaskId: string) => {
  while ((await vod.DescribeTaskDetail({ TaskId })).Status !== "FINISH") await turn();
};
const iso = (ms: number) => new Date(ms).toISOString();

describe("DescribeTaskDetail", () => {
  test("follows a task flow from waiting to its end", async () => {
    const first = await transcode(await upload("slow.mp4"));
    const FileId = await upload("b.mp4");
    const TaskId = await transcode(FileId, { SessionId: "session", SessionContext: "context" });
    await until(() => release.length === 1);
    expect(await vod.DescribeTaskDetail({ TaskId: first })).toMatchObject({
      TaskType: "Procedure",
      Status: "PROCESSING",
      FinishTime: "",
      ProcedureTask: {
        ...{ TaskId: first, Status: "PROCESSING" },
        MediaProcessResultSet: [{ TranscodeTask: { Status: "PROCESSING", Progress: 50 } }],
      },
      EditMediaTask: null,
    });
    expect(await vod.DescribeTaskDetail({ TaskId })).toMatchObject({
      Status: "WAITING",
      BeginProcessTime: "",
    });
    clock.advance(1000);
    release[0]?.();
    await finished(TaskId);
    expect(await vod.DescribeTaskDetail({ TaskId })).toMatchObject({
      FinishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      ProcedureTask: {
        FileId,
        Status: "FINISH",
        SessionId: "session",
        SessionContext: "context",
        MediaProcessResultSet: [{ Type: "Transcode", TranscodeTask: { Status: "SUCCESS", Progress: 100 } }],
      },
    });
  });

  test("reports a failure in the sub-task, with the task flow finished", async () => {
    const TaskId = await transcode(await upload("bad.mp4"));
    await finished(TaskId);
    const { ProcedureTask } = await vod.DescribeTaskDetail({ TaskId });
    expect(ProcedureTask?.MediaProcessResultSet?.[0]?.TranscodeTask).toMatchObject({
      Status: "FAIL",
      ErrCodeExt: "SourceFileError",
      Message: "This is no video.",
    });
  });
});

describe("DescribeTasks", () => {
  test("finds tasks by file, state and times", async () => {
    const start = clock.now();
    const one = await upload("a.mp4");
    const first = await transcode(one, { SessionId: "s", SessionContext: "c" });
    await finished(first);
    clock.advance(10_000);
    const slow = await upload("slow.mp4");
    const second = await transcode(slow);
    await until(() => release.length === 1);
    const third = await transcode(one);
    const ids = async (query: object) =>
      ((await vod.DescribeTasks(query)).TaskSet ?? []).map(({ TaskId }) => TaskId);
    expect(await ids({})).toEqual([third, second, first]);
    expect(await ids({ FileId: one })).toEqual([third, first]);
    expect(await ids({ Status: "WAITING" })).toEqual([third]);
    expect(await ids({ Status: "PROCESSING", FileId: one })).toEqual([]);
    expect(await ids({ CreateTime: { Before: iso(start + 10_000) } })).toEqual([first]);
    expect(await ids({ CreateTime: { After: iso(start + 10_000) } })).toEqual([third, second]);
    expect(await ids({ FinishTime: { After: iso(start) } })).toEqual([first]);
    expect(await ids({ Sort: { Field: "CreateTime", Order: "Asc" } })).toEqual([first, second, third]);
    expect((await vod.DescribeTasks({ Status: "FINISH" })).TaskSet).toEqual([
      {
        TaskId: first,
        Status: "FINISH",
        FileId: one,
        TaskType: "Procedure",
        CreateTime: `${iso(start).slice(0, 19)}Z`,
        BeginProcessTime: expect.any(String),
        FinishTime: expect.any(String),
        SessionId: "s",
        SessionContext: "c",
      },
    ]);
  });

  test("gives pages, each with the token of the next", async () => {
    const FileId = await upload("a.mp4");
    const started: string[] = [];
    for (let count = 0; count < 11; count++) started.push(await transcode(FileId));
    const page = async (ScrollToken = "") => {
      const { TaskSet = [], ScrollToken: next = "" } = await vod.DescribeTasks({ FileId, ScrollToken });
      return { ids: TaskSet.map(({ TaskId }) => TaskId), next };
    };
    const first = await page();
    expect(first.ids).toHaveLength(10);
    const last = await page(first.next);
    expect(last).toEqual({ ids: [started[0]], next: "" });
    expect([...first.ids, ...last.ids]).toEqual([...started].reverse());
  });
});

describe("DescribeMediaInfos", () => {
  test("has the source as definition 0 and every output that was made, the last one of each definition", async () => {
    const good = await upload("a.mp4");
    const bad = await upload("bad.mp4");
    await finished(await transcode(good));
    await finished(await transcode(good));
    await finished(await transcode(bad));
    const { MediaInfoSet = [], NotExistFileIdSet } = await vod.DescribeMediaInfos({
      FileIds: [good, "5285485487985271488", bad],
    });
    expect(NotExistFileIdSet).toEqual(["5285485487985271488"]);
    expect(MediaInfoSet.map(({ FileId }) => FileId)).toEqual([good, bad]);
    const definitions = MediaInfoSet.map(({ TranscodeInfo }) =>
      TranscodeInfo?.TranscodeSet?.map(({ Definition, Url }) => [Definition, Url]),
    );
    expect(definitions).toEqual([
      [
        [0, files[0]?.url],
        [100010, `${files[0]?.folderUrl}/v.f100010.mp4`],
      ],
      [[0, files[1]?.url]],
    ]);
    expect(MediaInfoSet[0]).toMatchObject({
      BasicInfo: { Name: "a", SourceInfo: { SourceType: "Upload" } },
      MetaData: { Container: "mp4" },
      ImageSpriteInfo: null,
    });
  });

  test("leaves out what its filters do not name", async () => {
    const FileIds = [await upload("a.mp4")];
    const { MediaInfoSet } = await vod.DescribeMediaInfos({ FileIds, Filters: ["transcodeInfo"] });
    expect(MediaInfoSet?.[0]).toMatchObject({ BasicInfo: null, MetaData: null, TranscodeInfo: {} });
  });
});

describe("SearchMedia", () => {
  const names = async (query: object) => {
    const { MediaInfoSet = [] } = await vod.SearchMedia(query);
    return MediaInfoSet.map(({ BasicInfo }) => BasicInfo?.Name);
  };

  test("finds files by time, both bounds included, kind, source and FileId", async () => {
    const start = clock.now() - (clock.now() % 1000);
    await upload("a.mp4");
    clock.advance(10_000);
    await upload("b.jpg");
    clock.advance(10_000);
    const c = await upload("c.mp4", "Record");
    expect(await names({})).toEqual(["c", "b", "a"]);
    expect(await names({ Sort: { Field: "CreateTime", Order: "Asc" } })).toEqual(["a", "b", "c"]);
    const CreateTime = { After: iso(start), Before: iso(start + 10_000) };
    expect(await names({ CreateTime })).toEqual(["b", "a"]);
    expect(await names({ Categories: ["Video"] })).toEqual(["c", "a"]);
    expect(await names({ SourceTypes: ["Upload"] })).toEqual(["b", "a"]);
    expect(await names({ FileIds: [c, "1"] })).toEqual(["c"]);
  });

  test("gives pages, ten by default, and the count of all", async () => {
    for (let count = 1; count <= 11; count++) await upload(`${count}.mp4`);
    const { TotalCount, MediaInfoSet } = await vod.SearchMedia({});
    expect(TotalCount).toBe(11);
    expect(MediaInfoSet).toHaveLength(10);
    expect(await names({ Offset: 9, Limit: 5 })).toEqual(["2", "1"]);
  });
});
