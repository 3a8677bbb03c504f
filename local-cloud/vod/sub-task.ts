import type { MediaProcessTaskResult } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { isoTime, type Media } from "./media-library";
import type { Transcoder } from "./transcode";

/**
 * The numbers that are documented for PullUploadTask. For the sub-tasks of a task flow only the texts of ErrCodeExt
 * are, and these are what counts (docs/tencent-protocols.md#task-states-and-error-codes).
 */
export const ERROR_NUMBERS = { InvalidInput: 40000, SourceFileError: 60000, InternalError: 70000 };

/** Why a sub-task failed, with the ErrCodeExt that VOD documents. */
export class SubTaskError extends Error {
  override readonly name = "SubTaskError";

  constructor(
    readonly codeExt: `${keyof typeof ERROR_NUMBERS}${"" | `.${string}`}`,
    message: string,
  ) {
    super(message);
  }
}

/** What a sub-task works with. */
export interface Workshop {
  readonly media: Media;
  readonly transcoder: Transcoder;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Gets the seconds of output that are done. */
  readonly onProgress: (seconds: number) => void;
}

/** One of the seven kinds of sub-tasks. */
export interface Kind<Input extends { Definition: number }, Output extends object> {
  /** As in the Type of its result. */
  readonly type: string;
  /** The members of the input that the local cloud supports, in addition to Definition. */
  readonly members: readonly (keyof Input & string)[];
  readonly definitions: readonly number[];
  /** @throws {Error} a SubTaskError, or another one for a source that can't be read */
  make(input: Input, workshop: Workshop): Promise<Output>;
  /** The result under its name in MediaProcessResultSet. */
  item(result: SubTaskResult<Input, Output>): MediaProcessTaskResult;
}

interface SubTaskResult<Input, Output> {
  Status: "PROCESSING" | "SUCCESS" | "FAIL";
  ErrCode: number;
  ErrCodeExt: string;
  Message: string;
  Progress: number;
  /** Empty until then, as the times of the task flow. */
  BeginProcessTime: string;
  FinishTime: string;
  readonly Input: Input;
  Output?: Output;
}

export interface SubTask {
  run(workshop: Omit<Workshop, "onProgress">): Promise<void>;
  describe(): MediaProcessTaskResult;
}

/**
 * Prepares a sub-task.
 * @throws {ApiError} InvalidParameterValue for an unknown template, UnsupportedOperation for what only the real VOD
 * can do
 */
export function subTask<Input extends { Definition: number }, Output extends object>(
  input: Input,
  kind: Kind<Input, Output>,
): SubTask {
  const members = new Set<string>(["Definition", ...kind.members]);
  const others = Object.entries(input).filter(
    ([name, value]) => !members.has(name) && !asksForNothing(value),
  );
  refuseUnsupported(Object.fromEntries(others));
  if (!kind.definitions.includes(input.Definition)) {
    const known = kind.definitions.join(", ");
    throw new ApiError(
      "InvalidParameterValue",
      `The local cloud has no template ${input.Definition} of this kind, only ${known}.`,
    );
  }
  const result: SubTaskResult<Input, Output> = {
    ...{ Status: "PROCESSING", ErrCode: 0, ErrCodeExt: "", Message: "", Progress: 0 },
    ...{ BeginProcessTime: "", FinishTime: "", Input: input },
  };
  return {
    async run(workshop) {
      result.BeginProcessTime = isoTime(workshop.now());
      const duration = workshop.media.metaData.Duration || Number.POSITIVE_INFINITY;
      const onProgress = (seconds: number) => {
        result.Progress = Math.min(99, Math.floor((seconds / duration) * 100));
      };
      try {
        const output = await kind.make(input, { ...workshop, onProgress });
        result.Output = output;
        const { outputs } = workshop.media;
        outputs.set(kind.type, new Map(outputs.get(kind.type)).set(input.Definition, output));
        Object.assign(result, { Status: "SUCCESS", Message: "SUCCESS", Progress: 100 });
      } catch (error) {
        Object.assign(result, failure(error));
      }
      result.FinishTime = isoTime(workshop.now());
    },
    describe: () => ({ Type: kind.type, ...kind.item({ ...result }) }),
  };
}

/** Some clients send every member, with the value that leaves it at its default. */
function asksForNothing(value: unknown): boolean {
  return value === 0 || value === "" || (Array.isArray(value) && value.length === 0);
}

function failure(error: unknown) {
  const ErrCodeExt = error instanceof SubTaskError ? error.codeExt : "SourceFileError";
  const family = ErrCodeExt.split(".")[0] ?? "";
  const ErrCode = new Map(Object.entries(ERROR_NUMBERS)).get(family) ?? 0;
  return {
    Status: "FAIL",
    ErrCode,
    ErrCodeExt,
    Message: error instanceof Error ? error.message : String(error),
  };
}
