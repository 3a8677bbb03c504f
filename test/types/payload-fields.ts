// Compiled, never run: each line that must not compile is marked, and the compiler complains of a mark
// where the line does compile.
import type {
  AiAnalysisResult,
  EditMediaTask,
  MediaProcessTaskResult,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Path } from "../../lib/event/paths";
import { PAYLOADS as ALL, type Forms } from "../../lib/event/payload-fields";
import { ANALYSIS, type Kinds, MEDIA_PROCESS, RECOGNITION } from "../../lib/event/task-kinds";

const { ClipComplete, ...withoutOne } = ALL;

export const complete: Forms = { ...withoutOne, ClipComplete };

// @ts-expect-error a type has no row
export const missing: Forms = { ...withoutOne };

// @ts-expect-error no event has this name
export const unknown: Forms = { ...withoutOne, ClipComplete, ClipEvent: ClipComplete };

// @ts-expect-error the SDK's type has no such field
export const wrongField: Forms = { ...ALL, PersistenceComplete: { title: "x", fields: { Url: "FileUrl" } } };

// @ts-expect-error nor has the one within
export const wrongPath: Forms = { ...ALL, EditMediaComplete: { title: "x", fields: { Url: "Output.Url" } } };

// @ts-expect-error the state is not there
export const wrongState: Forms = { ...ALL, ClipComplete: { title: "x", state: "Status", fields: {} } };

export const wrongError: Forms = {
  ...ALL,
  // @ts-expect-error this task has no ErrCodeExt
  ComposeMediaComplete: { title: "x", error: ["ErrCodeExt"], fields: {} },
};

export const wrongItems: Forms = {
  ...ALL,
  // @ts-expect-error the items are not there
  ClipComplete: { title: "x", fields: {}, items: { at: "FileInfoSet", fields: {} } },
};

export const wrongItemField: Forms = {
  ...ALL,
  // @ts-expect-error the items have no such field
  ConcatComplete: { title: "x", fields: {}, items: { at: "FileInfoSet", fields: { Url: "Url" } } },
};

export const missingSet: Forms = {
  ...ALL,
  ProcedureStateChanged: {
    title: "x",
    fields: {},
    // @ts-expect-error a task flow has four result sets
    sets: { MediaProcessResultSet: MEDIA_PROCESS },
  },
};

const { TagTask, ...withoutTags } = ANALYSIS;

export const allKinds: Kinds<AiAnalysisResult> = { ...withoutTags, TagTask };

// @ts-expect-error a kind of task has no row
export const missingKind: Kinds<AiAnalysisResult> = withoutTags;

// @ts-expect-error these are the kinds of another set
export const otherKinds: Kinds<AiAnalysisResult> = RECOGNITION;

export const wrongOutput: Kinds<MediaProcessTaskResult> = {
  ...MEDIA_PROCESS,
  // @ts-expect-error a cover has no Url
  CoverBySnapshotTask: { type: "CoverBySnapshot", fields: { Url: "Output.Url" } },
};

export const paths: Path<EditMediaTask>[] = [
  "TaskId",
  "Output.FileUrl",
  "Input.FileInfoSet[].FileId",
  // @ts-expect-error a list needs its brackets
  "Input.FileInfoSet.FileId",
  // @ts-expect-error no path ends at an object
  "Output",
];
