import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../../lib/config/keys";
import { sessionId } from "../../../lib/tencent-cloud/session-id";
import { findMissing } from "../../../scripts/replay/find-missing";
import { isoTime, scanFiles } from "../../../scripts/replay/scan";
import { FIVE_FIELDS } from "../../helpers/callback";
import { FakeClock, NOW } from "../../helpers/clock";

const HOUR_MS = 3_600_000;
const WORK = { definitions: [100010, 100020] };

interface File {
  readonly id: string;
  readonly timeMs: number;
  readonly isMade?: boolean;
  /** A task flow of ours, or of others. */
  readonly flow?: "ours" | "others" | "pull";
}

/** VOD with these files; it returns at most 5 000 of a search. */
class FakeVod extends Client {
  readonly calls: string[] = [];

  constructor(private readonly files: readonly File[]) {
    super({ credential: {} });
  }

  override async request(action: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.calls.push(action);
    const { Offset = 0, Limit = 10, ScrollToken = "0", TaskId } = params;
    if (action === "SearchMedia") {
      const { After, Before }: { After?: string; Before?: string } = Object(params["CreateTime"]);
      const [from, to] = [Date.parse(After ?? ""), Date.parse(Before ?? "")];
      const found = this.files.filter(({ timeMs }) => timeMs >= from && timeMs <= to);
      const last = Math.min(5000, Number(Offset) + Number(Limit));
      const MediaInfoSet = found.slice(Number(Offset), last).map(describe);
      return { TotalCount: Math.min(5000, found.length), MediaInfoSet };
    }
    const withTasks = this.files.filter(({ flow }) => flow);
    if (action === "DescribeTasks") {
      const start = Number(ScrollToken);
      const next = start + Number(Limit);
      const TaskSet = withTasks.slice(start, next).map(({ id, flow }) => ({
        ...{ TaskId: id, TaskType: flow === "pull" ? "PullUpload" : "Procedure", Status: "FINISH" },
        SessionId: flow === "ours" ? sessionId(id, WORK) : "",
      }));
      return { TaskSet, ScrollToken: next < withTasks.length ? String(next) : "" };
    }
    const FileId = String(TaskId);
    const isPull = withTasks.find(({ id }) => id === FileId)?.flow === "pull";
    const TranscodeTask = { Status: "FAIL", ErrCodeExt: "InternalError", Input: { Definition: 100010 } };
    return isPull
      ? { PullUploadTask: { FileId } }
      : { ProcedureTask: { FileId, MediaProcessResultSet: [{ Type: "Transcode", TranscodeTask }] } };
  }
}

function describe({ id, timeMs, isMade }: File) {
  const CreateTime = isoTime(timeMs);
  return {
    FileId: id,
    BasicInfo: { CreateTime, Name: "film", Category: "Video", SourceInfo: { SourceType: "Upload" } },
    TranscodeInfo: { TranscodeSet: isMade ? [{ Definition: 100010 }] : [] },
  };
}

function open(files: readonly File[], config: object = {}) {
  const vod = new FakeVod(files);
  const context = { account: { vod }, config: parseConfig({ ...FIVE_FIELDS, ...config }) };
  return { vod, context, clock: new FakeClock() };
}

test("12 000 files are each found once, in windows below VOD's 5 000, in few calls", async () => {
  const files = Array.from({ length: 12_000 }, (_, index) => ({
    ...{ id: String(index), timeMs: NOW - 4 * HOUR_MS + index * 1000, isMade: index % 100 !== 0 },
    ...(index % 100 === 0 && { flow: "ours" as const }),
  }));
  const { vod, context, clock } = open(files);
  const range = { after: NOW - 4 * HOUR_MS, before: NOW, sources: ["Upload"], categories: ["Video"] };
  const found: string[] = [];
  for await (const { fileId } of scanFiles(context, range, clock)) found.push(fileId);
  expect(found).toEqual(files.map(({ id }) => id));
  expect(vod.calls.length).toBeLessThan(0.3 * files.length);
  expect(new Set(vod.calls)).toEqual(new Set(["SearchMedia"]));
});

test("what lacks its outputs is found with one call more for each task that needs its detail", async () => {
  const files: File[] = Array.from({ length: 300 }, (_, index) => ({
    ...{ id: String(1000 + index), timeMs: NOW - HOUR_MS + index * 1000, isMade: true },
  }));
  const others: File[] = [
    { id: "1", timeMs: NOW - 2 * HOUR_MS },
    { id: "2", timeMs: NOW - 2 * HOUR_MS, flow: "ours" },
    { id: "3", timeMs: NOW - 2 * HOUR_MS, flow: "others" },
    { id: "4", timeMs: NOW - 2 * HOUR_MS, flow: "pull" },
    { id: "5", timeMs: NOW - 80 * HOUR_MS },
  ];
  const { vod, context, clock } = open([...others, ...files]);
  const rows: string[] = [];
  const range = { after: NOW - 90 * HOUR_MS, before: NOW, includePulled: false };
  for await (const { fileId, work, apart } of findMissing(context, range, clock))
    rows.push(`${fileId} ${work ?? apart?.slice(0, 45)}`);
  expect(rows).toEqual([
    "1 Definitions: 100010, 100020",
    "2 Definitions: 100010, 100020",
    "3 Definitions: 100010, 100020",
    "5 VOD does not show whether it was uploaded or ",
  ]);
  expect(vod.calls.filter((action) => action === "DescribeTaskDetail")).toHaveLength(3);
  expect(vod.calls.length).toBeLessThan(0.3 * files.length);
});

test.each<[object, boolean, string[]]>([
  [{}, false, ["1"]],
  [{}, true, ["1", "5"]],
  [{ events: ["PullComplete"] }, false, ["4"]],
  [{ events: ["NewFileUpload", "PullComplete"] }, false, ["1", "4", "5"]],
])("with %j and --include-pulled %j it starts %j", async (config, includePulled, expected) => {
  const files: File[] = [
    { id: "1", timeMs: NOW - HOUR_MS },
    { id: "4", timeMs: NOW - HOUR_MS, flow: "pull" },
    { id: "5", timeMs: NOW - 80 * HOUR_MS },
  ];
  const { context, clock } = open(files, config);
  const started: string[] = [];
  for await (const { fileId, work } of findMissing(context, { after: 0, before: NOW, includePulled }, clock))
    if (work) started.push(fileId);
  expect(started).toEqual(expected);
});

test("the calls stay within calls_per_second", async () => {
  const files = Array.from({ length: 1000 }, (_, index) => ({
    id: String(index),
    timeMs: NOW - index * 1000,
  }));
  const { vod, context, clock } = open(files, { calls_per_second: 2 });
  const range = { after: NOW - HOUR_MS, before: NOW, sources: ["Upload"], categories: ["Video"] };
  for await (const file of scanFiles(context, range, clock)) await file.state();
  expect(clock.now() - NOW).toBeGreaterThanOrEqual((vod.calls.length - 2) * 500);
});
