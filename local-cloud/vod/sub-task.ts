import type {
  MediaProcessTaskInput,
  MediaProcessTaskResult,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
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

type Member = Exclude<keyof MediaProcessTaskResult, "Type">;
type InputOf<M extends Member> = NonNullable<NonNullable<MediaProcessTaskResult[M]>["Input"]>;
type OutputOf<M extends Member> = NonNullable<NonNullable<MediaProcessTaskResult[M]>["Output"]>;

/** One of the seven kinds of sub-tasks. */
interface Kind<M extends Member, Template extends { readonly Definition: number }> {
  /** The name of its result; the inputs are in `<member>Set`. */
  readonly member: M;
  /** As in the Type of its result. */
  readonly type: string;
  /** The members of the input that the local cloud supports, in addition to Definition. */
  readonly members: readonly (keyof InputOf<M> & string)[];
  readonly templates: readonly Template[];
  /** @throws {Error} a SubTaskError, or another one for a source that can't be read */
  make(input: InputOf<M>, template: Template, workshop: Workshop): Promise<OutputOf<M>>;
}

/** A kind without the types of its inputs and outputs. */
export interface AnyKind {
  readonly set: keyof MediaProcessTaskInput;
  /**
   * The sub-tasks of this kind in a task.
   * @throws {ApiError} InvalidParameterValue for an unknown template, UnsupportedOperation for what only the real
   * VOD can do
   */
  subTasks(task: MediaProcessTaskInput): SubTask[];
}

export function kind<M extends Member, Template extends { readonly Definition: number }>(
  own: Kind<M, Template>,
): AnyKind {
  const set = `${own.member}Set` as const;
  return { set, subTasks: (task) => (task[set] ?? []).map((input) => subTask(input, own)) };
}

interface SubTaskResult<M extends Member> {
  Status: "PROCESSING" | "SUCCESS" | "FAIL";
  ErrCode: number;
  ErrCodeExt: string;
  Message: string;
  Progress: number;
  /** Empty until then, as the times of the task flow. */
  BeginProcessTime: string;
  FinishTime: string;
  readonly Input: InputOf<M>;
  Output?: OutputOf<M>;
}

export interface SubTask {
  run(workshop: Omit<Workshop, "onProgress">): Promise<void>;
  describe(): MediaProcessTaskResult;
}

function subTask<M extends Member, Template extends { readonly Definition: number }>(
  input: InputOf<M>,
  kind: Kind<M, Template>,
): SubTask {
  const members = new Set<string>(["Definition", ...kind.members]);
  const others = Object.entries(input).filter(
    ([name, value]) => !members.has(name) && !asksForNothing(value),
  );
  refuseUnsupported(Object.fromEntries(others));
  const template = kind.templates.find(({ Definition }) => Definition === input.Definition);
  if (!template) {
    const known = kind.templates.map(({ Definition }) => Definition).join(", ");
    throw new ApiError(
      "InvalidParameterValue",
      `The local cloud has no template ${input.Definition} of this kind, only ${known}.`,
    );
  }
  const result: SubTaskResult<M> = {
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
        const output = await kind.make(input, template, { ...workshop, onProgress });
        result.Output = output;
        const { outputs } = workshop.media;
        outputs.set(kind.type, new Map(outputs.get(kind.type)).set(input.Definition, output));
        Object.assign(result, { Status: "SUCCESS", Message: "SUCCESS", Progress: 100 });
      } catch (error) {
        Object.assign(result, failure(error));
      }
      result.FinishTime = isoTime(workshop.now());
    },
    describe: () => ({ Type: kind.type, [kind.member]: { ...result } }),
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
