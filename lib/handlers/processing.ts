import { isNamed } from "../errors";
import { correlationId, identifier } from "../event/identifiers";
import type { Outcome, Remainder } from "../outcome";
import { describeFailure, errorClass } from "../tencent-cloud/errors";
import { startFlow } from "../tencent-cloud/vod";
import type { HandlerContext } from "./context";
import type { FileEvent } from "./new-file-upload";
import { resolveWork } from "./resolve-work";
import { describeWork, startRequest } from "./start-request";

/** What a file is to start. */
export interface Plan {
  readonly fileId: string;
  readonly work: NonNullable<Remainder["work"]>;
}

/**
 * Decides what a file that has come is to start, and logs why if that is nothing.
 * @param resolved what was to be started when the event came, if an earlier try has resolved that
 */
export function planProcessing(
  { eventType, payload }: FileEvent,
  { config, log }: HandlerContext,
  resolved?: Remainder["work"],
): Plan | undefined {
  const fileId = String(payload.FileId);
  if (resolved) return { fileId, work: resolved };
  const isListed = config.events.includes(eventType);
  if (!isListed && eventType !== "NewFileUpload") return undefined;
  const { MediaBasicInfo: info, MetaData: metaData } = payload;
  const taskFlow = "ProcedureTaskId" in payload ? payload.ProcedureTaskId : undefined;
  const next = isListed
    ? resolveWork(config, { info, metaData, taskFlow }, log.clean)
    : { reason: `events does not contain ${eventType}` };
  if ("work" in next) return { fileId, work: next.work };
  log.own.line(`Not processed. FileId: ${log.clean(fileId)}, Reason: ${next.reason}`);
  return undefined;
}

/**
 * Starts the processing of a file, and answers with the API's response packet. The request's id goes along as
 * `SessionContext`, which the task's events bring back (docs/tencent-protocols.md#processmedia).
 */
export async function startProcessing(plan: Plan, context: HandlerContext): Promise<Outcome> {
  const { config, log, vod, deadlineMs, requestId } = context;
  const { fileId } = plan;
  const { subAppId } = config;
  const work = { ...plan.work, ...(subAppId !== undefined && { subAppId }) };
  const start = { fileId, work, sessionContext: correlationId(requestId) };
  const { action } = startRequest(start);
  try {
    const response = context.start
      ? await context.start(start)
      : await vod.call((client) => startFlow(client, startRequest(start)), deadlineMs);
    const taskId = log.clean(identifier(response.TaskId) ?? "none");
    log.own.line(`Started. FileId: ${log.clean(fileId)}, TaskId: ${taskId}, ${describeWork(work)}`);
    const packet = JSON.stringify(log.clean(response));
    log.own.line(packet);
    return { kind: "done", body: packet };
  } catch (error) {
    const failure = describeFailure(error);
    const kind = errorClass(failure);
    const { code, message, requestId } = failure;
    const packet = JSON.stringify({
      Error: { Code: code, Message: log.clean(message) },
      RequestId: requestId,
    });
    if (code !== undefined && kind === "already done") {
      log.own.line(`Already started. FileId: ${log.clean(fileId)}`);
      return { kind: "done", body: packet };
    }
    if (code !== undefined) log.own.line(packet);
    // Missing credentials are not VOD's answer; the same event succeeds after they are set.
    const isTransient = isNamed(error, "ConfigError") || kind === "transient";
    const text = `${action}: ${code ? `${code}: ` : ""}${message}`;
    // A permanent error may lie in the work itself: once the configuration is corrected, replay is to follow that.
    return isTransient ? { kind: "retry", error: text, work: plan.work } : { kind: "park", error: text };
  }
}
