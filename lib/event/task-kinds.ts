import type {
  AiAnalysisResult,
  AiContentReviewResult,
  AiRecognitionResult,
  MediaProcessTaskResult,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Path } from "./paths";

/** One kind of task in a result set, its paths within the task. */
export interface Kind<P extends string = string> {
  /**
   * The item's `Type`, which does not follow from the member's name
   * (docs/tencent-protocols.md#result-item-types).
   */
  readonly type: string;
  /** Its fields in the order of the line: label and path. */
  readonly fields: { readonly [label: string]: P };
  /** Fields of an older form that the SDK's type does not have. */
  readonly olderFields?: { readonly [label: string]: string };
}

/** The kinds of a result set's items, by their member; one that the SDK adds does not compile without a row. */
export type Kinds<Item> = {
  readonly [Key in Exclude<keyof Item, "Type">]-?: Kind<Path<NonNullable<Item[Key]>>>;
};

export const MEDIA_PROCESS = {
  TranscodeTask: { type: "Transcode", fields: { Url: "Output.Url", OutputFileId: "Output.FileId" } },
  AnimatedGraphicTask: { type: "AnimatedGraphics", fields: { Url: "Output.Url" } },
  SnapshotByTimeOffsetTask: { type: "SnapshotByTimeOffset", fields: { Url: "Output.PicInfoSet[].Url" } },
  SampleSnapshotTask: {
    type: "SampleSnapshot",
    fields: { Url: "Output.ImageUrlSet[]" },
    // As three official pages have it (docs/tencent-protocols.md#result-item-types).
    olderFields: { Url: "Output.PicInfoSet[].Url" },
  },
  ImageSpriteTask: {
    type: "ImageSprites",
    fields: { Url: "Output.ImageUrlSet[]", WebVttUrl: "Output.WebVttUrl" },
  },
  CoverBySnapshotTask: { type: "CoverBySnapshot", fields: { Url: "Output.CoverUrl" } },
  AdaptiveDynamicStreamingTask: {
    type: "AdaptiveDynamicStreaming",
    fields: { Url: "Output.Url", SubtitleUrl: "Output.SubtitleSet[].Url" },
  },
} as const satisfies Kinds<MediaProcessTaskResult>;

const SEGMENTS = { SegmentSetFileUrl: "Output.SegmentSetFileUrl" } as const;
const RESULTS = { ResultSetFileUrl: "Output.ResultSetFileUrl" } as const;
const WORDS = { ...RESULTS, Word: "Output.ResultSet[].Word" } as const;
const NAMES = { ...RESULTS, Name: "Output.ResultSet[].Name" } as const;
const SUBTITLES = { Language: "Output.SubtitleSet[].Language", Url: "Output.SubtitleSet[].Url" } as const;

/** What all reviews have; those of pictures also have a label and a URL for each segment. */
const TEXT_REVIEW = {
  Suggestion: "Output.Suggestion",
  ...SEGMENTS,
} as const;
const OCR_REVIEW = { ...TEXT_REVIEW, Url: "Output.SegmentSet[].Url" } as const;
const PICTURE_REVIEW = { ...OCR_REVIEW, Label: "Output.Label" } as const;

export const CONTENT_REVIEW: Kinds<AiContentReviewResult> = {
  PornTask: { type: "Porn", fields: PICTURE_REVIEW },
  TerrorismTask: { type: "Terrorism", fields: PICTURE_REVIEW },
  PoliticalTask: { type: "Political", fields: PICTURE_REVIEW },
  PornAsrTask: { type: "Porn.Asr", fields: TEXT_REVIEW },
  PornOcrTask: { type: "Porn.Ocr", fields: OCR_REVIEW },
  PoliticalAsrTask: { type: "Political.Asr", fields: TEXT_REVIEW },
  PoliticalOcrTask: { type: "Political.Ocr", fields: OCR_REVIEW },
  TerrorismOcrTask: { type: "Terrorism.Ocr", fields: OCR_REVIEW },
  ProhibitedAsrTask: { type: "Prohibited.Asr", fields: TEXT_REVIEW },
  ProhibitedOcrTask: { type: "Prohibited.Ocr", fields: OCR_REVIEW },
};

export const ANALYSIS: Kinds<AiAnalysisResult> = {
  ClassificationTask: {
    type: "Classification",
    fields: {
      ClassificationSetFileUrl: "Output.ClassificationSetFileUrl",
      Classification: "Output.ClassificationSet[].Classification",
    },
  },
  CoverTask: {
    type: "Cover",
    fields: { Url: "Output.CoverSet[].CoverUrl", CoverSetFileUrl: "Output.CoverSetFileUrl" },
  },
  TagTask: { type: "Tag", fields: { TagSetFileUrl: "Output.TagSetFileUrl", Tag: "Output.TagSet[].Tag" } },
  FrameTagTask: { type: "FrameTag", fields: SEGMENTS },
  HighlightTask: {
    type: "Highlight",
    fields: {
      Url: "Output.HighlightSet[].HighlightUrl",
      CoverUrl: "Output.HighlightSet[].CovImgUrl",
      HighlightSetFileUrl: "Output.HighlightSetFileUrl",
    },
  },
};

export const RECOGNITION: Kinds<AiRecognitionResult> = {
  HeadTailTask: {
    type: "HeadTailRecognition",
    fields: { HeadTimeOffset: "Output.HeadTimeOffset", TailTimeOffset: "Output.TailTimeOffset" },
  },
  SegmentTask: {
    type: "SegmentRecognition",
    fields: {
      OutputFileId: "Output.SegmentSet[].FileId",
      Url: "Output.SegmentSet[].SegmentUrl",
      CoverUrl: "Output.SegmentSet[].CovImgUrl",
      ...SEGMENTS,
    },
  },
  FaceTask: {
    type: "FaceRecognition",
    fields: NAMES,
  },
  AsrWordsTask: {
    type: "AsrWordsRecognition",
    fields: WORDS,
  },
  AsrFullTextTask: {
    type: "AsrFullTextRecognition",
    fields: {
      ...SEGMENTS,
      SubtitleUrl: "Output.SubtitleUrl",
      ...SUBTITLES,
    },
  },
  AsrTranslateTask: {
    type: "AsrTranslateRecognition",
    fields: {
      ...SEGMENTS,
      ...SUBTITLES,
    },
  },
  OcrWordsTask: {
    type: "OcrWordsRecognition",
    fields: WORDS,
  },
  OcrFullTextTask: {
    type: "OcrFullTextRecognition",
    fields: SEGMENTS,
  },
  ObjectTask: {
    type: "ObjectRecognition",
    fields: NAMES,
  },
};
