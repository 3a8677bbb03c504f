import type {
  MediaProcessTaskInput,
  ProcessMediaByProcedureRequest,
  ProcessMediaRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { isJsonObject, type JsonObject } from "../json";
import { sessionId, type Work } from "../tencent-cloud/session-id";

/** A piece of work on a file, to be started. */
export interface Start {
  readonly fileId: string;
  readonly work: Work;
  /** What the task's events bring back. */
  readonly sessionContext?: string | undefined;
}

/** The call that starts it (docs/tencent-protocols.md#processmedia). */
export type StartRequest =
  | { readonly action: "ProcessMedia"; readonly request: ProcessMediaRequest }
  | { readonly action: "ProcessMediaByProcedure"; readonly request: ProcessMediaByProcedureRequest };

/** @param generation as `sessionId` takes it */
export function startRequest({ fileId, work, sessionContext }: Start, generation = 0): StartRequest {
  const { definitions = [], procedure, mediaProcessTask, subAppId } = work;
  const common = {
    FileId: fileId,
    SessionId: sessionId(fileId, work, generation),
    ...(sessionContext !== undefined && { SessionContext: sessionContext }),
    ...(subAppId !== undefined && { SubAppId: subAppId }),
  };
  if (procedure !== undefined)
    return { action: "ProcessMediaByProcedure", request: { ...common, ProcedureName: procedure } };
  // Building has checked it against the SDK's type; VOD checks it too.
  const task: MediaProcessTaskInput = mediaProcessTask ?? {
    TranscodeTaskSet: definitions.map((Definition) => ({ Definition })),
  };
  return { action: "ProcessMedia", request: { ...common, MediaProcessTask: task } };
}

/** For the log and the command line: `Definitions: 100010, 100020`, or `Procedure: LongVideoPreset`. */
export function describeWork({ definitions, procedure, mediaProcessTask = {} }: Work): string {
  if (procedure !== undefined) return `Procedure: ${procedure}`;
  return `Definitions: ${(definitions ?? Object.entries(mediaProcessTask).flatMap(tasksOf)).join(", ")}`;
}

/** `CoverBySnapshot 10` */
function tasksOf([set, items]: [string, unknown]): string[] {
  return (Array.isArray(items) ? items : [])
    .filter(isJsonObject)
    .map(({ Definition }: JsonObject) => `${set.replace(/TaskSet$/, "")} ${Definition ?? ""}`.trim());
}
