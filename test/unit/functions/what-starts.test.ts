import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../scripts/project";
import { SUCCESS, startApi, succeed } from "../../helpers/api-server";
import { CONTEXT, openCallback } from "../../helpers/callback";
import { functionUrlEvent } from "../../helpers/gateway-events";
import { FILE_ID } from "../../helpers/notifications";

type Members = Readonly<Record<string, unknown>>;

/** An upload; `pulled` makes it a pull from a URL. */
interface File extends Members {
  readonly info?: Members;
  readonly meta?: Members;
  readonly flow?: string;
  readonly pulled?: Members;
}

/** What the one call has beside the file and its SessionId, or why there is none; "" if nothing is logged. */
type Expected = Members | string;

const video = (short: number, more: Members = {}): File => ({
  info: { Type: "mp4", Category: "Video", SourceInfo: { SourceType: "Upload" }, ClassId: 7 },
  meta: { Width: (short * 16) / 9, Height: short, Duration: 60, ...more },
});
const named = (Type: string, Category?: string): File => ({ info: { Type, ...(Category && { Category }) } });
const transcodes = (...definitions: number[]) => ({
  MediaProcessTask: { TranscodeTaskSet: definitions.map((Definition) => ({ Definition })) },
});
const TWO = transcodes(100010, 100020);
const COVER = { CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0 }] };
const PULLED: File = { pulled: { Status: "FINISH", ErrCode: 0 }, ...video(720) };
const ALL_EVENTS = { events: ["NewFileUpload", "PullComplete"] };
const AUDIO_RULE = { rules: [{ match: { categories: ["Audio"] }, definitions: [1010] }] };
const when = (match: Members) => ({ rules: [{ match, definitions: [1] }] });
const UPSCALING = { skip_upscaling: true };
const LADDER = { ...UPSCALING, definitions: [100010, 100020, 100030, 100040] };
const notIn = (key: string, what: string) => `${key} does not contain its ${what}`;

test.each<[Members, File, Expected]>([
  // The five fields, whatever is known of the file.
  [{}, {}, TWO],
  [{}, video(1080), TWO],
  [{}, named("exe"), TWO],
  [{}, named("mp3", "Audio"), TWO],
  [{ subappid: 15 }, {}, { ...TWO, SubAppId: 15 }],
  // Receive only.
  [{ definitions: [] }, video(1080), "the configuration starts nothing for it"],
  // Images, subtitles and documents: by Category, else by Type.
  [{}, named("jpg", "Image"), notIn("categories", "category (Image)")],
  [{}, named("JPG"), notIn("categories", "category (Image)")],
  [{}, named("png"), notIn("categories", "category (Image)")],
  [{}, named("pdf"), notIn("categories", "category (Document)")],
  [{}, named("srt"), notIn("categories", "category (Subtitle)")],
  [{}, named("vtt"), notIn("categories", "category (Subtitle)")],
  [{}, named("jpg", "Video"), TWO],
  [{}, { info: { Category: 5, Type: null } }, TWO],
  [{ categories: ["Image"] }, named("jpg"), TWO],
  [{ categories: ["Image"] }, video(720), notIn("categories", "category (Video)")],
  [{ categories: ["Audio"] }, named("mp4"), TWO],
  // Filters come first.
  [{ source_types: ["Upload"] }, video(720), TWO],
  [{ source_types: ["Record"] }, video(720), notIn("source_types", "source (Upload)")],
  [{ source_types: ["Record"] }, {}, notIn("source_types", "source (unknown)")],
  [
    { source_types: ["Record"], ...AUDIO_RULE },
    named("mp3", "Audio"),
    notIn("source_types", "source (unknown)"),
  ],
  [{ file_types: ["MP4"] }, video(720), TWO],
  [{ file_types: ["mov"] }, video(720), notIn("file_types", "type (mp4)")],
  [{ file_types: ["mov"] }, {}, notIn("file_types", "type (unknown)")],
  [
    { skip_with_task_flow: true },
    { ...video(720), flow: "flow-1" },
    "it was uploaded with its own task flow (flow-1)",
  ],
  [{ skip_with_task_flow: true }, { ...video(720), flow: "" }, TWO],
  // Other kinds of work.
  [{ definitions: [], procedure: "LongVideoPreset" }, video(720), { ProcedureName: "LongVideoPreset" }],
  [{ definitions: [], media_process_task: COVER }, video(720), { MediaProcessTask: COVER }],
  [
    {
      definitions: [],
      media_process_task: { ...COVER, AdaptiveDynamicStreamingTaskSet: [{ Definition: 10 }] },
    },
    {},
    { MediaProcessTask: { ...COVER, AdaptiveDynamicStreamingTaskSet: [{ Definition: 10 }] } },
  ],
  // Events.
  [{}, PULLED, ""],
  [ALL_EVENTS, PULLED, TWO],
  [{ events: ["PullComplete"] }, PULLED, TWO],
  [{ events: ["PullComplete"] }, video(720), "events does not contain NewFileUpload"],
  [ALL_EVENTS, video(720), TWO],
  [ALL_EVENTS, { ...PULLED, pulled: { Status: "FINISH", ErrCode: 70000, Message: "no" } }, ""],
  [ALL_EVENTS, { ...PULLED, pulled: { Status: "FINISH", ErrCode: 0, FileId: "" } }, ""],
  [ALL_EVENTS, { ...PULLED, pulled: { Status: "PROCESSING" } }, ""],
  [{ ...ALL_EVENTS, ...AUDIO_RULE }, { pulled: { ErrCode: 0 }, ...named("mp3", "Audio") }, transcodes(1010)],
  // Rules: the first whose match holds.
  [AUDIO_RULE, named("mp3", "Audio"), transcodes(1010)],
  [AUDIO_RULE, video(720), TWO],
  [AUDIO_RULE, {}, TWO],
  [{ rules: [{ match: {}, skip: true }] }, video(720), "rules[0] skips it"],
  [
    {
      rules: [
        { match: {}, definitions: [30] },
        { match: {}, skip: true },
      ],
    },
    {},
    transcodes(30),
  ],
  [
    {
      rules: [
        { match: { file_types: ["MOV"] }, skip: true },
        { match: {}, procedure: "P" },
      ],
    },
    video(720),
    { ProcedureName: "P" },
  ],
  [
    { rules: [{ match: { file_types: ["MP4"] }, media_process_task: COVER }] },
    video(720),
    { MediaProcessTask: COVER },
  ],
  [{ definitions: [], ...AUDIO_RULE }, video(720), "the configuration starts nothing for it"],
  [{ definitions: [], ...AUDIO_RULE }, named("m4a", "Audio"), transcodes(1010)],
  [when({ source_types: ["Record", "Upload"] }), video(720), transcodes(1)],
  [when({ source_types: ["Record"] }), video(720), TWO],
  [when({ source_types: ["Record"] }), {}, TWO],
  [when({ class_ids: [7, 8] }), video(720), transcodes(1)],
  [when({ class_ids: [8] }), video(720), TWO],
  [when({ min_height: 720 }), video(720), transcodes(1)],
  [when({ min_height: 721 }), video(720), TWO],
  [when({ max_height: 720 }), video(720), transcodes(1)],
  [when({ max_height: 719 }), video(720), TWO],
  [when({ max_height: 9999 }), {}, TWO],
  [
    when({ min_height: 1080 }),
    { ...video(1080), meta: { Width: 1080, Height: 1920, Rotate: 90 } },
    transcodes(1),
  ],
  [when({ min_height: 1081 }), { ...video(1080), meta: { Width: 1080, Height: 1920 } }, TWO],
  [when({ min_duration: 60, max_duration: 60 }), video(720), transcodes(1)],
  [when({ min_duration: 60.5 }), video(720), TWO],
  [when({ max_duration: 59 }), video(720), TWO],
  [when({ max_duration: 59 }), {}, TWO],
  [when({ categories: ["Video"], file_types: ["mp4"], min_height: 700 }), video(720), transcodes(1)],
  [when({ categories: ["Video"], file_types: ["mov"], min_height: 700 }), video(720), TWO],
  // No upscaling: the shorter side counts, and the smallest stays.
  [LADDER, video(1080), transcodes(100010, 100020, 100030, 100040)],
  [LADDER, video(720), transcodes(100010, 100020, 100030)],
  [LADDER, { ...video(720), meta: { Width: 720, Height: 1280 } }, transcodes(100010, 100020, 100030)],
  [LADDER, video(240), transcodes(100010)],
  [LADDER, {}, transcodes(100010, 100020, 100030, 100040)],
  [{ ...UPSCALING, definitions: [10, 20, 30, 40] }, video(360), transcodes(10, 20)],
  [{ ...UPSCALING, definitions: [100240, 100210] }, video(480), transcodes(100210)],
  [{ ...UPSCALING, definitions: [100840, 100820, 100800] }, video(540), transcodes(100820, 100800)],
  [{ ...UPSCALING, definitions: [1010, 123456, 100040] }, video(360), transcodes(1010, 123456)],
  [
    {
      ...UPSCALING,
      definitions: [],
      media_process_task: { ...COVER, ...transcodes(100010, 100040).MediaProcessTask },
    },
    video(720),
    { MediaProcessTask: { ...COVER, ...transcodes(100010).MediaProcessTask } },
  ],
  [{ ...UPSCALING, rules: [{ match: {}, definitions: [100080, 100070] }] }, video(720), transcodes(100070)],
])("with %j, the file %j starts what is expected", async (config, file, expected) => {
  await expectStarted(config, file, expected);
});

test("the examples of the documents start what they say", async () => {
  const page = readFileSync(join(ROOT, "docs/configuration.md"), "utf8");
  const examples = section(page, "## Examples");
  const configs = [...examples.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => JSON.parse(json));
  expect(configs).toHaveLength(6);
  const [coverAndHls, mp3, tall, procedure, receive, exercise] = configs;
  const adaptive = { AdaptiveDynamicStreamingTaskSet: [{ Definition: 10 }] };
  const cover = { CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0 }] };
  await expectStarted(coverAndHls, video(720), { MediaProcessTask: { ...adaptive, ...cover } });
  await expectStarted(mp3, named("mp3", "Audio"), transcodes(1010));
  await expectStarted(mp3, video(720), TWO);
  await expectStarted(tall, video(1080), transcodes(100010, 100040));
  await expectStarted(tall, video(720), transcodes(100010));
  await expectStarted(procedure, video(720), { ProcedureName: "LongVideoPreset" });
  await expectStarted(receive, video(720), "the configuration starts nothing for it");
  await expectStarted(exercise, video(720), {
    MediaProcessTask: { ...transcodes(10).MediaProcessTask, ...cover },
  });
});

async function expectStarted(config: Members, file: File, expected: Expected): Promise<void> {
  const api = await startApi(succeed);
  const base = { definitions: [100010, 100020], ...config };
  const { lines, handle } = openCallback({ config: base, env: { CLOUD_ENDPOINT_URL: api.url } });
  const { statusCode } = await handle(functionUrlEvent(notificationOf(file)));
  expect(statusCode).toBe(200);
  const calls = api.calls.map(({ headers, params }) => ({ action: headers["x-tc-action"], params }));
  const skipped = lines.find((line) => line.startsWith("Not processed."));
  if (typeof expected === "string") {
    expect(calls).toEqual([]);
    expect(skipped).toBe(
      expected === "" ? undefined : `Not processed. FileId: ${FILE_ID}, Reason: ${expected}`,
    );
    return;
  }
  const action = "ProcedureName" in expected ? "ProcessMediaByProcedure" : "ProcessMedia";
  const SessionId = expect.stringMatching(new RegExp(`^${FILE_ID}-[0-9a-f]{12}-0$`));
  const params = { FileId: FILE_ID, SessionId, SessionContext: CONTEXT.request_id, ...expected };
  expect(calls).toEqual([{ action, params }]);
  expect(skipped).toBeUndefined();
  const started = lines.find((line) => line.startsWith("Started."));
  expect(started).toMatch(`Started. FileId: ${FILE_ID}, TaskId: ${SUCCESS.TaskId}, `);
}

function notificationOf({ info, meta, flow, pulled }: File): object {
  const payload = { FileId: FILE_ID, MediaBasicInfo: info, MetaData: meta };
  return pulled
    ? { EventType: "PullComplete", PullCompleteEvent: { TaskId: "pull-1", ...payload, ...pulled } }
    : { EventType: "NewFileUpload", FileUploadEvent: { ...payload, ProcedureTaskId: flow } };
}

function section(page: string, heading: string): string {
  const start = page.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`The page has no ${heading}.`);
  const end = page.indexOf("\n## ", start + heading.length);
  return page.slice(start, end < 0 ? undefined : end);
}
