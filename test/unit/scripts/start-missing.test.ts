import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { sessionId, type Work } from "../../../lib/tencent-cloud/session-id";
import { startMissing } from "../../../scripts/replay/start-missing";
import { FILE_ID, TASK_ID } from "../../helpers/notifications";

const WORK: Work = { definitions: [100010] };
const STARTED = { TaskId: TASK_ID, RequestId: "r" };

interface Shown {
  readonly media?: object | undefined;
  /** Our task flows: the work and generation, the status of the whole, and why its parts failed. */
  readonly flows?: readonly (readonly [work: Work, generation: number, status: string, errorCode?: string])[];
  readonly answer?: object;
}

/** VOD as it shows a file; what starts something gets the given answer. */
class FakeClient extends Client {
  readonly started: unknown[] = [];

  constructor(private readonly shown: Shown) {
    super({ credential: {} });
  }

  override async request(action: string, params: { TaskId?: string }): Promise<unknown> {
    const { media = {}, flows = [], answer = STARTED } = this.shown;
    switch (action) {
      case "DescribeMediaInfos":
        return {
          MediaInfoSet: "media" in this.shown && !this.shown.media ? [] : [{ FileId: FILE_ID, ...media }],
        };
      case "DescribeTasks":
        return {
          TaskSet: flows.map(([work, generation, Status], index) => ({
            ...{ TaskId: String(index), TaskType: "Procedure", Status },
            SessionId: sessionId(FILE_ID, work, generation),
          })),
        };
      case "DescribeTaskDetail": {
        const [, , status, ErrCodeExt] = flows[Number(params.TaskId)] ?? [];
        const Status = ErrCodeExt ? "FAIL" : status === "FINISH" ? "SUCCESS" : "PROCESSING";
        const TranscodeTask = { Status, ErrCodeExt, Message: "why", Input: { Definition: 100010 } };
        return { ProcedureTask: { MediaProcessResultSet: [{ Type: "Transcode", TranscodeTask }] } };
      }
      default:
        this.started.push([action, params]);
        return answer;
    }
  }
}

async function start(shown: Shown, work = WORK, again = false) {
  const said: string[] = [];
  const client = new FakeClient(shown);
  const begin = startMissing(client, (_fileId, text) => said.push(text), again);
  const outcome = await begin({ fileId: FILE_ID, work }).then(
    () => "started",
    (error: Error) => error.message,
  );
  return { said, outcome, started: client.started };
}

test.each<[string, Shown, Work, string]>([
  ["what VOD has not made", {}, WORK, "started Definitions: 100010"],
  [
    "only the outputs that are missing",
    { media: { TranscodeInfo: { TranscodeSet: [{ Definition: 100010 }] } } },
    { definitions: [100010, 100020] },
    "started Definitions: 100020",
  ],
  [
    "after a failure that can pass, once more",
    { flows: [[WORK, 0, "FINISH", "InternalError"]] },
    WORK,
    "started Definitions: 100010 once more",
  ],
  [
    "the cover of a file that has its transcode",
    { media: { TranscodeInfo: { TranscodeSet: [{ Definition: 10 }] } } },
    {
      mediaProcessTask: {
        TranscodeTaskSet: [{ Definition: 10 }],
        CoverBySnapshotTaskSet: [{ Definition: 10 }],
      },
    },
    "started Definitions: CoverBySnapshot 10",
  ],
  ["a task flow of a file that shows nothing", {}, { procedure: "P" }, "started Procedure: P"],
])("starts %s", async (_name, shown, work, line) => {
  const { said, outcome, started } = await start(shown, work);
  expect({ said, outcome, calls: started.length }).toEqual({ said: [line], outcome: "started", calls: 1 });
});

test.each<[string, Shown, Work, string]>([
  [
    "outputs that exist",
    { media: { TranscodeInfo: { TranscodeSet: [{ Definition: 100010 }] } } },
    WORK,
    "its outputs were already made",
  ],
  ["what a task flow of ours makes", { flows: [[WORK, 0, "PROCESSING"]] }, WORK, "a task flow is running"],
  [
    "a file that is wrong in itself",
    { flows: [[WORK, 0, "FINISH", "SourceFileError.NoVideo"]] },
    WORK,
    "it failed: SourceFileError.NoVideo: why",
  ],
  [
    "what failed twice",
    {
      flows: [
        [WORK, 0, "FINISH", "InternalError"],
        [WORK, 1, "FINISH", "InternalError"],
      ],
    },
    WORK,
    "it failed twice: InternalError: why",
  ],
  ["a file that VOD does not have", { media: undefined }, WORK, "SUBAPPID is wrong, another application"],
  [
    "a task flow of a file with outputs, which VOD cannot distinguish",
    { media: { BasicInfo: { CoverUrl: "https://a.example/c.jpg" } } },
    { procedure: "P" },
    "VOD shows other outputs",
  ],
])("does not start %s", async (_name, shown, work, reason) => {
  const { said, outcome, started } = await start(shown, work);
  expect({ outcome, started }).toEqual({ outcome: expect.stringContaining(reason), started: [] });
  // What VOD does not have is not done; of the rest nothing is to be done.
  expect(said).toEqual(shown.media === undefined && "media" in shown ? [] : [`nothing to do: ${outcome}`]);
});

test("starts what failed before, if the user asks for that file", async () => {
  const shown: Shown = { flows: [[WORK, 0, "FINISH", "SourceFileError"]] };
  const { started } = await start(shown, WORK, true);
  expect(started).toEqual([
    ["ProcessMedia", expect.objectContaining({ SessionId: sessionId(FILE_ID, WORK, 1) })],
  ]);
});

test("an answer that names no task is no start, so that the event stays for the next replay", async () => {
  const { said, outcome } = await start({ answer: { RequestId: "r" } });
  expect({ said, outcome }).toEqual({ said: [], outcome: "the answer has no TaskId" });
});
