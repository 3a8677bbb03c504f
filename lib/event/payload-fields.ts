import type { EventType, PAYLOAD_KEYS, Payloads } from "./event";
import type { Path } from "./paths";
import { ANALYSIS, CONTENT_REVIEW, type Kind, type Kinds, MEDIA_PROCESS, RECOGNITION } from "./task-kinds";
import type { ErrorKey } from "./task-state";

/** Where a payload, or an item of one, has its state and fields; the paths are relative to it. */
export interface PartSpec<P extends string = string, E extends ErrorKey = ErrorKey> {
  readonly state?: P;
  readonly error?: readonly E[];
  /** A further field for the result, and its only value that means success. */
  readonly verdict?: { readonly at: P; readonly good: string };
  /**
   * Its fields in the order of the line: label and path; the fields of one item of a list are adjacent. `TaskId` and
   * `FileId` are the event's identity; `SourceFileId` is the file that a new file was made from.
   */
  readonly fields: { readonly [label: string]: P };
}

/** Items that succeed or fail by themselves, in a list or alone. */
type Items = PartSpec & {
  readonly at: string;
};

/** How to read one type of payload. */
export interface PayloadSpec extends PartSpec {
  /** What its lines begin with. */
  readonly title: string;
  readonly items?: Items;
  /** The result sets of a task flow, in each the kinds of its items. */
  readonly sets?: { readonly [set: string]: { readonly [key: string]: Kind } };
}

type PartIn<T> = PartSpec<Path<T>, keyof T & ErrorKey>;
type ItemIn<T> = T extends readonly (infer Item)[] ? Item : T;
type ItemsIn<T> = {
  [Key in keyof T & string]-?: ItemIn<NonNullable<T[Key]>> extends infer Item extends object
    ? PartIn<Item> & { readonly at: Key }
    : never;
}[keyof T & string];
type SetsIn<T> = {
  readonly [Key in keyof T & `${string}ResultSet`]-?: Kinds<ItemIn<NonNullable<T[Key]>>>;
};
type FormIn<T> = PartIn<T> & {
  readonly title: string;
  readonly items?: ItemsIn<T>;
  readonly sets?: SetsIn<T>;
};

/** The table's type: a row for each event type, with nothing but fields of the SDK's type of its payload. */
export type Forms = {
  readonly [Type in EventType]: FormIn<NonNullable<Payloads[(typeof PAYLOAD_KEYS)[Type]]>>;
};

const CODE = ["ErrCode", "Message"] as const;
const EXT = ["ErrCodeExt", "Message"] as const;
const CODE_AND_EXT = ["ErrCode", "ErrCodeExt", "Message"] as const;

/** What most tasks have in common. */
const TASK = { state: "Status", error: CODE_AND_EXT } as const;
const CODE_TASK = { state: "Status", error: CODE } as const;
const EXT_TASK = { state: "Status", error: EXT } as const;
const TASK_ID = { TaskId: "TaskId" } as const;
const TASK_AND_FILE = { ...TASK_ID, FileId: "FileId" } as const;
const SOURCE_AND_OUTPUT = {
  ...TASK_ID,
  FileId: "Output.FileId",
  SourceFileId: "Input.FileId",
  Url: "Output.FileUrl",
} as const;
const MADE_FILES = {
  SourceFileId: "Input.FileInfos[].FileId",
  FileId: "Output.FileInfos[].FileId",
  Url: "Output.FileInfos[].FileUrl",
} as const;
const UPLOAD = {
  CoverUrl: "MediaBasicInfo.CoverUrl",
  RecordUrl: "MediaBasicInfo.SourceInfo.WebPageRecordInfo.RecordUrl",
  Duration: "MetaData.Duration",
  Size: "MetaData.Size",
  Source: "MediaBasicInfo.SourceInfo.SourceType",
  ProcedureTaskId: "ProcedureTaskId",
  ReviewAudioVideoTaskId: "ReviewAudioVideoTaskId",
  FileName: "MediaBasicInfo.Name",
} as const;

/**
 * Where each type of payload has its identity, state, error and outputs
 * (docs/tencent-protocols.md#event-types-and-payloads).
 */
export const PAYLOADS: Forms = {
  NewFileUpload: {
    title: "Uploaded",
    fields: { FileId: "FileId", Url: "MediaBasicInfo.MediaUrl", ...UPLOAD },
  },
  PullComplete: {
    title: "PullUpload",
    ...CODE_TASK,
    fields: { ...TASK_AND_FILE, Url: "FileUrl", MediaUrl: "MediaBasicInfo.MediaUrl", ...UPLOAD },
  },
  FileDeleted: {
    title: "FileDeleted",
    fields: { FileId: "FileIdSet[]" },
    items: { at: "FileDeleteResultInfo", fields: { FileId: "FileId", Part: "DeleteParts[].Type" } },
  },
  // The flow's own code is deprecated and absent from today's messages: each task's own state counts.
  ProcedureStateChanged: {
    title: "Procedure",
    ...CODE_TASK,
    fields: { FileId: "FileId", ...TASK_ID, FileUrl: "FileUrl" },
    sets: {
      MediaProcessResultSet: MEDIA_PROCESS,
      AiContentReviewResultSet: CONTENT_REVIEW,
      AiAnalysisResultSet: ANALYSIS,
      AiRecognitionResultSet: RECOGNITION,
    },
  },
  ReduceMediaBitrateComplete: {
    title: "ReduceMediaBitrate",
    state: "Status",
    fields: { FileId: "FileId", ...TASK_ID, FileUrl: "FileUrl" },
    sets: {
      MediaProcessResultSet: {
        TranscodeTask: MEDIA_PROCESS.TranscodeTask,
        AdaptiveDynamicStreamingTask: MEDIA_PROCESS.AdaptiveDynamicStreamingTask,
      },
    },
  },

  EditMediaComplete: {
    title: "EditMedia",
    ...TASK,
    fields: {
      ...TASK_ID,
      FileId: "Output.FileId",
      Url: "Output.FileUrl",
      SourceFileId: "Input.FileInfoSet[].FileId",
      ProcedureTaskId: "ProcedureTaskId",
      ReviewAudioVideoTaskId: "ReviewAudioVideoTaskId",
    },
  },
  SplitMediaComplete: {
    title: "SplitMedia",
    ...TASK,
    fields: {
      ...TASK_ID,
      SourceFileId: "FileInfoSet[].Input.FileId",
      FileId: "FileInfoSet[].Output.FileId",
      Url: "FileInfoSet[].Output.MediaBasicInfo.MediaUrl",
      CoverUrl: "FileInfoSet[].Output.MediaBasicInfo.CoverUrl",
      RecordUrl: "FileInfoSet[].Output.MediaBasicInfo.SourceInfo.WebPageRecordInfo.RecordUrl",
      ProcedureTaskId: "FileInfoSet[].ProcedureTaskId",
      ReviewAudioVideoTaskId: "FileInfoSet[].ReviewAudioVideoTaskId",
    },
  },
  ComposeMediaComplete: {
    title: "ComposeMedia",
    ...CODE_TASK,
    fields: { ...TASK_ID, FileId: "Output.FileId", Url: "Output.FileUrl" },
  },
  RebuildMediaComplete: { title: "RebuildMedia", ...TASK, fields: SOURCE_AND_OUTPUT },
  QualityEnhanceComplete: { title: "QualityEnhance", ...TASK, fields: SOURCE_AND_OUTPUT },
  RemoveWatermark: { title: "RemoveWatermark", ...TASK, fields: SOURCE_AND_OUTPUT },
  ExtractTraceWatermarkComplete: {
    title: "ExtractTraceWatermark",
    ...TASK,
    fields: {
      ...TASK_ID,
      FileId: "Input.FileId",
      SourceUrl: "Input.Url",
      Uv: "Output.Uv",
      Uid: "Output.Uid",
    },
  },
  ExtractCopyRightWatermarkComplete: {
    title: "ExtractCopyRightWatermark",
    ...TASK,
    fields: { ...TASK_ID, SourceUrl: "Input.Url", Text: "Output.Text" },
  },
  ExtractBlindWatermarkComplete: {
    title: "ExtractBlindWatermark",
    ...CODE_TASK,
    fields: {
      ...TASK_ID,
      FileId: "InputInfo.FileId",
      SourceUrl: "InputInfo.Url",
      Type: "Type",
      IsDetected: "IsDetected",
      Result: "Result",
      ResultUV: "ResultUV",
    },
  },
  QualityInspectComplete: {
    title: "QualityInspect",
    ...EXT_TASK,
    fields: {
      ...TASK_ID,
      FileId: "Input.FileId",
      Type: "Output.QualityInspectResultSet[].Type",
      SegmentSetFileUrl: "Output.QualityInspectResultSet[].SegmentSetFileUrl",
      NoAudio: "Output.NoAudio",
      NoVideo: "Output.NoVideo",
      Score: "Output.QualityEvaluationScore",
    },
  },
  ReviewAudioVideoComplete: {
    title: "ReviewAudioVideo",
    ...EXT_TASK,
    fields: {
      ...TASK_ID,
      FileId: "Input.FileId",
      Suggestion: "Output.Suggestion",
      Label: "Output.Label",
      SegmentSetFileUrl: "Output.SegmentSetFileUrl",
      Url: "Output.SegmentSet[].Url",
      CoverSuggestion: "Output.CoverReviewResult.Suggestion",
      CoverLabel: "Output.CoverReviewResult.Label",
      CoverSegmentSetFileUrl: "Output.CoverReviewResult.SegmentSetFileUrl",
    },
  },
  DescribeFileAttributesComplete: {
    title: "DescribeFileAttributes",
    ...TASK,
    fields: { ...TASK_AND_FILE, Md5: "Output.Md5", Sha1: "Output.Sha1" },
  },

  WechatPublishComplete: {
    title: "WechatPublish",
    ...CODE_TASK,
    verdict: { at: "WechatStatus", good: "SUCCESS" },
    fields: {
      ...TASK_AND_FILE,
      Url: "WechatUrl",
      WechatVid: "WechatVid",
      WechatStatus: "WechatStatus",
    },
  },
  WechatMiniProgramPublishComplete: {
    title: "WechatMiniProgramPublish",
    ...CODE_TASK,
    verdict: { at: "PublishResult", good: "Pass" },
    fields: { ...TASK_AND_FILE, PublishResult: "PublishResult" },
  },

  // Its Status and Message are obsolete; only the message has the reason.
  RestoreMediaComplete: {
    title: "RestoreMedia completed",
    fields: {
      FileId: "FileId",
      OriginalStorageClass: "OriginalStorageClass",
      TargetStorageClass: "TargetStorageClass",
      RestoreTier: "RestoreTier",
      RestoreDay: "RestoreDay",
      Message: "Message",
    },
  },
  PersistenceComplete: {
    title: "Persistence completed",
    fields: { FileId: "FileId", PersistenceSource: "PersistenceSource" },
  },
  MediaCastStatusChanged: { title: "MediaCast", state: "Status", fields: { CastId: "CastId" } },
  ComplexAdaptiveDynamicStreamingComplete: {
    title: "ComplexAdaptiveDynamicStreaming",
    state: "Status",
    fields: TASK_ID,
    items: {
      at: "ComplexAdaptiveDynamicStreamingTaskResultSet",
      ...EXT_TASK,
      fields: {
        Definition: "Output.Definition",
        Url: "Output.Url",
        Format: "Output.Format",
        DrmType: "Output.DrmType",
      },
    },
  },
  // It has its own code if the source is wrong; else each task's counts.
  ProcessMediaByMPSComplete: {
    title: "ProcessMediaByMPS",
    ...CODE_TASK,
    fields: TASK_ID,
    items: {
      at: "SubTaskSet",
      ...CODE_TASK,
      fields: {
        TaskType: "TaskType",
        FileType: "Output.OutputFiles[].FileType",
        FileId: "Output.OutputFiles[].FileId",
        Url: "Output.OutputFiles[].Url",
        OutputText: "Output.OutputText",
      },
    },
  },

  AigcImageTaskComplete: { title: "AigcImage", ...TASK, fields: { ...TASK_ID, ...MADE_FILES } },
  AigcVideoTaskComplete: {
    title: "AigcVideo",
    ...TASK,
    fields: {
      ...TASK_ID,
      ...MADE_FILES,
      UsageType: "Output.FileInfos[].UsageType",
      ProcedureTaskId: "Output.ProcedureTaskIds[]",
    },
  },
  SceneAigcImageCompleteEvent: {
    title: "SceneAigcImage",
    ...CODE_TASK,
    fields: { ...TASK_ID, ...MADE_FILES },
  },
  // The SDK's type has nothing but the configuration that was asked for.
  ProcessImageAsyncCompleteEvent: {
    title: "ProcessImageAsync completed",
    fields: { Format: "EncodeConfig.Format" },
  },
  CreateAigcAdvancedCustomElementCompleteEvent: {
    title: "CreateAigcAdvancedCustomElement",
    ...TASK,
    fields: {
      ...TASK_ID,
      ElementName: "Input.ElementName",
      ElementId: "Output.InfoList[].ElementId",
      ElementInfo: "Output.InfoList[].ElementInfo",
    },
  },
  CreateAigcCustomVoiceCompleteEvent: {
    title: "CreateAigcCustomVoice",
    ...TASK,
    fields: {
      ...TASK_ID,
      VoiceName: "Input.VoiceName",
      VoiceId: "Output.InfoList[].VoiceId",
      VoiceInfo: "Output.InfoList[].VoiceInfo",
    },
  },
  DescribeAigcFaceInfoAsyncComplete: {
    title: "DescribeAigcFaceInfoAsync",
    ...TASK,
    fields: {
      ...TASK_ID,
      FileId: "Input.FileInfos[].FileId",
      SessionId: "Output.FaceInfoSet[].SessionId",
      FaceId: "Output.FaceInfoSet[].FaceInfoList[].FaceId",
      FaceImage: "Output.FaceInfoSet[].FaceInfoList[].FaceImage",
    },
  },
  AigcHunyuan3DTaskComplete: {
    title: "AigcHunyuan3D",
    ...TASK,
    fields: {
      ...TASK_ID,
      FileType: "Output.FileInfos[].FileType",
      Url: "Output.FileInfos[].FileUrl",
      PreviewFileUrl: "Output.FileInfos[].PreviewFileUrl",
    },
  },

  // The 2017 types, whose items have their own codes if the payload has none.
  TranscodeComplete: {
    // Not "Transcode", which is the line of a task flow's item.
    title: "Transcode2017",
    error: CODE,
    fields: {
      ...TASK_AND_FILE,
      CoverUrl: "CoverUrl",
      Definition: "PlayInfoSet[].Definition",
      Url: "PlayInfoSet[].Url",
    },
  },
  CreateImageSpriteComplete: {
    title: "CreateImageSprite",
    error: CODE,
    fields: {
      ...TASK_AND_FILE,
      Definition: "Definition",
      Url: "ImageSpriteUrlSet[]",
      WebVttUrl: "WebVttUrl",
    },
  },
  ClipComplete: {
    title: "Clip",
    fields: { ...TASK_ID, SourceFileId: "SrcFileId" },
    items: { at: "FileInfo", error: CODE, fields: { FileId: "FileId", Url: "FileUrl" } },
  },
  ConcatComplete: {
    title: "Concat",
    fields: TASK_ID,
    items: { at: "FileInfoSet", error: CODE, fields: { FileId: "FileId", Url: "FileUrl" } },
  },
  CreateSnapshotByTimeOffsetComplete: {
    title: "CreateSnapshotByTimeOffset",
    fields: { ...TASK_AND_FILE, Definition: "Definition" },
    items: { at: "SnapshotInfoSet", error: ["ErrCode"], fields: { Url: "Url", TimeOffset: "TimeOffset" } },
  },
};

/** The row of an event type; undefined for a type that the table lacks. */
export function payloadSpec(eventType: EventType): PayloadSpec;
export function payloadSpec(eventType: string): PayloadSpec | undefined;
export function payloadSpec(eventType: string): PayloadSpec | undefined {
  const rows: { readonly [eventType: string]: PayloadSpec } = PAYLOADS;
  return Object.hasOwn(rows, eventType) ? rows[eventType] : undefined;
}
