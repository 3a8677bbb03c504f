import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type { HandlerContext } from "../../lib/handlers/context";
import { describeWork, startRequest } from "../../lib/handlers/start-request";
import { describeFailure, errorClass } from "../../lib/tencent-cloud/errors";
import { startFlow } from "../../lib/tencent-cloud/vod";
import { planProcessing, readFileState } from "./file-state";

/**
 * Starts work for events that are reprocessed. It first reads what VOD has of the file, and starts a task flow only for
 * outputs that VOD neither has nor is making; after a failed one with the next generation. If nothing is to be started,
 * the answer is that for a used SessionId. VOD's own answer of that kind counts only if VOD shows what was started: by
 * some documents it remembers a SessionId for longer than a task flow (docs/tencent-protocols.md#sessionid).
 * @param client makes the calls, with retries
 * @param logLine gets what was found or done for each file
 * @param again starts what has failed before, too
 */
export function startMissing(
  client: Client,
  logLine: (fileId: string, text: string) => void,
  again = false,
): NonNullable<HandlerContext["start"]> {
  return async (start) => {
    const { fileId, work } = start;
    const application = work.subAppId === undefined ? {} : { SubAppId: work.subAppId };
    const nextStep = async () =>
      planProcessing(fileId, await readFileState(client, fileId, application), work, again);
    const next = await nextStep();
    if ("nothing" in next) {
      if (next.open === "absent") throw new Error(next.nothing);
      logLine(fileId, `nothing to do: ${next.nothing}`);
      throw Object.assign(new Error(next.nothing), { code: "InvalidParameterValue.SessionId" });
    }
    try {
      const answer = await startFlow(client, startRequest({ ...start, work: next.work }, next.generation));
      logLine(fileId, `started ${describeWork(next.work)}${next.generation > 0 ? " once more" : ""}`);
      return answer;
    } catch (error) {
      if (errorClass(describeFailure(error)) !== "already done" || "nothing" in (await nextStep()))
        throw error;
      throw new Error(
        `VOD reports that it was already started, but shows neither a task nor an output. To start it all the same: ./vod-receiver replay --again ${fileId}`,
      );
    }
  };
}
