import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { describeFailure } from "../../lib/tencent-cloud/client-config";
import { errorClass } from "../../lib/tencent-cloud/errors";
import { sessionId, type Work } from "../../lib/tencent-cloud/session-id";
import { startTask, type Vod } from "../../lib/tencent-cloud/vod";
import { planProcessing, readFileState } from "./file-state";

/**
 * VOD for events that are reprocessed. It first reads what VOD has of the file, and starts a task flow only for outputs
 * that VOD neither has nor is making; after a failed one with the next generation. If nothing is to be started, the
 * answer is that for a used SessionId. VOD's own answer of that kind counts only if VOD shows what was started: by some
 * documents it remembers a SessionId for longer than a task flow (docs/tencent-protocols.md#sessionid).
 * @param client makes the calls, with retries
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
        throw new Error("VOD reports that it was already started, but shows neither a task nor an output");
      }
    },
  };
}
