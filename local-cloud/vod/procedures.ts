import type {
  MediaProcessTaskInput,
  ProcedureTemplate,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { PRESET } from "./templates";

/**
 * The system's procedures (docs/tencent-protocols.md#system-procedures). The place of the cover is not documented.
 * Those with other DRM are left out.
 */
const withAdaptiveStream = (definition: number): MediaProcessTaskInput => ({
  TranscodeTaskSet: [],
  AnimatedGraphicTaskSet: [],
  SnapshotByTimeOffsetTaskSet: [],
  SampleSnapshotTaskSet: [],
  ImageSpriteTaskSet: [{ Definition: 10 }],
  CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0 }],
  AdaptiveDynamicStreamingTaskSet: [{ Definition: definition }],
});

const TASKS: ReadonlyMap<string, MediaProcessTaskInput> = new Map([
  ["LongVideoPreset", withAdaptiveStream(10)],
  ["SimpleAesEncryptPreset", withAdaptiveStream(12)],
]);

export const PROCEDURES: readonly ProcedureTemplate[] = [...TASKS].map(([Name, MediaProcessTask]) => ({
  ...PRESET,
  Name,
  MediaProcessTask,
  AiRecognitionTaskSet: [],
}));

/** @throws {ApiError} InvalidParameterValue.ProcedureName */
export function procedureNamed(name: string): MediaProcessTaskInput {
  const task = TASKS.get(name);
  if (task) return task;
  const known = [...TASKS.keys()].join(", ");
  throw new ApiError(
    "InvalidParameterValue.ProcedureName",
    `The local cloud has no procedure ${name}, only ${known}.`,
  );
}
