import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { describeFailure } from "../../lib/tencent-cloud/client-config";
import { errorClass } from "../../lib/tencent-cloud/errors";
import { sessionId, type Work } from "../../lib/tencent-cloud/session-id";
import { startTask, type Vod } from "../../lib/tencent-cloud/vod";
import { planProcessing, readFileState } from "./file-state";

/**
 * VOD for events that come once more: a task flow is started only after a look at what VOD has of the file,
 * for the outputs that it neither has nor is making, and as the next generation where an earlier one failed.
 * Where there is nothing to start, the answer is the one that a SessionId used before gets; that answer of
 * VOD's own counts only once VOD shows what was started: it remembers a SessionId for longer than a task flow,
 * by some of its documents (docs/tencent-protocols.md#sessionid).
 * @param client makes the calls, and tries them again by itself
 * @param say gets what was found or done for each file
 */
export function startMissing(
  { call }: Pick<Vod, "call">,
  client: Client,
  logLine: (fileId: string, text: string) => void,
): Vod {
  return {
    call,
    async processMedia(request) {
      const { FileId = "", SubAppId, MediaProcessTask } = request;
      const wanted = (MediaProcessTask?.TranscodeTaskSet ?? []).map(({ Definition }) => Definition);
      const application = SubAppId === undefined ? {} : { subAppId: SubAppId };
      const work: Work = { definitions: wanted, ...application };
      const nextStep = async () => planProcessing(FileId, await readFileState(client, FileId, work), work);
      const next = await nextStep();
      if ("nothing" in next) {
        logLine(FileId, `nothing to do: ${next.nothing}`);
        throw Object.assign(new Error(next.nothing), { code: "InvalidParameterValue.SessionId" });
      }
      const { definitions, generation } = next;
      try {
        const answer = await startTask(client, {
          ...request,
          MediaProcessTask: { TranscodeTaskSet: definitions.map((Definition) => ({ Definition })) },
          SessionId: sessionId(FileId, { definitions, ...application }, generation),
        });
        logLine(FileId, `started ${definitions.join(", ")}${generation > 0 ? " once more" : ""}`);
        return answer;
      } catch (error) {
        if (errorClass(describeFailure(error)) !== "already done" || "nothing" in (await nextStep()))
          throw error;
        throw new Error("VOD says that it was started before, but shows nothing that comes of it");
      }
    },
  };
}
