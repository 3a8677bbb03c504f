import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { startMissing } from "../../../scripts/replay/start-missing";
import { noCalls } from "../../helpers/handler-context";
import { FILE_ID, TASK_ID } from "../../helpers/notifications";

/** VOD with the file and no task flow of it; it answers ProcessMedia as told. */
class FakeClient extends Client {
  constructor(private readonly answer: object) {
    super({ credential: {} });
  }

  override async request(action: string): Promise<unknown> {
    if (action === "ProcessMedia") return this.answer;
    return action === "DescribeMediaInfos" ? { MediaInfoSet: [{ FileId: FILE_ID }] } : { TaskSet: [] };
  }
}

async function start(answer: object) {
  const said: string[] = [];
  const vod = startMissing({ call: async () => noCalls() }, new FakeClient(answer), (_fileId, text) => {
    said.push(text);
  });
  const request = { FileId: FILE_ID, MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] } };
  return { said, starting: vod.processMedia(request, Number.POSITIVE_INFINITY) };
}

test("what VOD has not made yet is started", async () => {
  const { said, starting } = await start({ TaskId: TASK_ID, RequestId: "r" });
  await expect(starting).resolves.toMatchObject({ TaskId: TASK_ID });
  expect(said).toEqual(["started 100010"]);
});

test("an answer that names no task is no start, so that the event stays for the next replay", async () => {
  const { said, starting } = await start({ RequestId: "r" });
  await expect(starting).rejects.toThrow("the answer has no TaskId");
  expect(said).toEqual([]);
});
