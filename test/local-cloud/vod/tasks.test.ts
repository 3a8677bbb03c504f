import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcedureTask } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type Media, MediaLibrary } from "../../../local-cloud/vod/media-library";
import { Tasks } from "../../../local-cloud/vod/tasks";
import { findTranscoder } from "../../../local-cloud/vod/transcode";
import { refusalOf } from "../../helpers/api-refusal";

const HOUR_MS = 3600 * 1000;
const folder = mkdtempSync(join(tmpdir(), "tasks-"));
let now = Date.parse("2026-01-01T00:00:00Z");
let tasks: Tasks;
let library: MediaLibrary;
let finished: Promise<ProcedureTask>;

beforeEach(async () => {
  // Without ffmpeg the outputs are copies, which is all that these tests need.
  const transcoder = await findTranscoder(join(folder, "no-ffmpeg"));
  expect(transcoder.description).toMatch(/ffmpeg is not installed/);
  library = new MediaLibrary(folder, "http://127.0.0.1/media", () => now, transcoder.readMetaData);
  finished = new Promise((onFinish) => {
    tasks = new Tasks({
      ...{ appId: "1250000000", library, transcoder, now: () => now, procedureStatus: true },
      onChange: onFinish,
    });
  });
});
afterEach(() => tasks.close());
afterAll(() => rmSync(folder, { recursive: true }));

const MediaProcessTask = { TranscodeTaskSet: [{ Definition: 100010 }] };

test("a SessionId can be used again after three days, and not before, whatever the file", async () => {
  const one = await library.add("a.mp4", Buffer.from("video"));
  const other = await library.add("b.mp4", Buffer.from("video"));
  const start = ({ fileId: FileId }: Media) =>
    tasks.processMedia({ FileId, SessionId: "session", MediaProcessTask });
  start(one);
  now += 72 * HOUR_MS - 1;
  for (const media of [one, other])
    expect(refusalOf(() => start(media))).toMatch(/^InvalidParameterValue.SessionId: .*within three days/);
  now += 1;
  expect(start(other)).toEqual({ TaskId: expect.stringMatching(/-procedurev2-/) });
});

test("a task flow can be asked for during three days, and is counted for ever", async () => {
  const { fileId: FileId } = await library.add("a.mp4", Buffer.from("video"));
  const ids = [1, 2].map(() => tasks.processMedia({ FileId, MediaProcessTask }).TaskId);
  now += 72 * HOUR_MS - 1;
  expect(tasks.recent().map(({ taskId }) => taskId)).toEqual(ids);
  now += 1;
  expect(tasks.recent()).toEqual([]);
  expect(tasks.started()).toEqual(new Map([[FileId, 2]]));
});

test("without ffmpeg an output is a copy of the source under a new address", async () => {
  const { fileId: FileId, url } = await library.add("a.mp4", Buffer.from("video"));
  const { TaskId } = tasks.processMedia({ FileId, MediaProcessTask, SessionContext: "context" });
  const task = await finished;
  const output = task.MediaProcessResultSet?.[0]?.TranscodeTask?.Output;
  expect(task).toMatchObject({ TaskId, Status: "FINISH", FileId, SessionContext: "context" });
  expect(output).toMatchObject({
    Size: 5,
    Definition: 100010,
    Url: expect.stringMatching(/\/v\.f100010\.mp4$/),
  });
  expect(output?.Url).not.toBe(url);
});
