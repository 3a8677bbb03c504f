import type {
  AiAnalysisResult,
  AiContentReviewResult,
  AiRecognitionResult,
  MediaProcessTaskResult,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Path } from "./paths";

/** One kind of task in a result set, its paths within the task. */
export interface Kind<P extends string = string> {
  /** The item's `Type`, which does not follow from the member's name (FACTS C). */
  readonly type: string;
  /** What its line tells, in this order: the label, and where the value is. */
  readonly tells: { readonly [label: string]: P };
}

/** The kinds of a result set's items, by their member; one that the SDK adds does not compile without a row. */
export type Kinds<Item> = {
  readonly [Key in Exclude<keyof Item, "Type">]-?: Kind<Path<NonNullable<Item[Key]>>>;
};

export const MEDIA_PROCESS = {
  TranscodeTask: { type: "Transcode", tells: { Url: "Output.Url", OutputFileId: "Output.FileId" } },
  AnimatedGraphicTask: { type: "AnimatedGraphics", tells: { Url: "Output.Url" } },
  SnapshotByTimeOffsetTask: { type: "SnapshotByTimeOffset", tells: { Url: "Output.PicInfoSet[].Url" } },
  SampleSnapshotTask: { type: "SampleSnapshot", tells: { Url: "Output.ImageUrlSet[]" } },
  ImageSpriteTask: {
    type: "ImageSprites",
    tells: { Url: "Output.ImageUrlSet[]", WebVttUrl: "Output.WebVttUrl" },
  },
  CoverBySnapshotTask: { type: "CoverBySnapshot", tells: { Url: "Output.CoverUrl" } },
  AdaptiveDynamicStreamingTask: {
    type: "AdaptiveDynamicStreaming",
    tells: { Url: "Output.Url", SubtitleUrl: "Output.SubtitleSet[].Url" },
  },
} as const satisfies Kinds<MediaProcessTaskResult>;

/** What all reviews have; those of pictures also have a label and a URL for each segment. */
const TEXT_REVIEW = {
  Suggestion: "Output.Suggestion",
  SegmentSetFileUrl: "Output.SegmentSetFileUrl",
} as const;
const OCR_REVIEW = { ...TEXT_REVIEW, Url: "Output.SegmentSet[].Url" } as const;
const PICTURE_REVIEW = { ...OCR_REVIEW, Label: "Output.Label" } as const;

export const CONTENT_REVIEW: Kinds<AiContentReviewResult> = {
  PornTask: { type: "Porn", tells: PICTURE_REVIEW },
  TerrorismTask: { type: "Terrorism", tells: PICTURE_REVIEW },
  PoliticalTask: { type: "Political", tells: PICTURE_REVIEW },
  PornAsrTask: { type: "Porn.Asr", tells: TEXT_REVIEW },
  PornOcrTask: { type: "Porn.Ocr", tells: OCR_REVIEW },
  PoliticalAsrTask: { type: "Political.Asr", tells: TEXT_REVIEW },
  PoliticalOcrTask: { type: "Political.Ocr", tells: OCR_REVIEW },
  TerrorismOcrTask: { type: "Terrorism.Ocr", tells: OCR_REVIEW },
  ProhibitedAsrTask: { type: "Prohibited.Asr", tells: TEXT_REVIEW },
  ProhibitedOcrTask: { type: "Prohibited.Ocr", tells: OCR_REVIEW },
};

export const ANALYSIS: Kinds<AiAnalysisResult> = {
  ClassificationTask: {
    type: "Classification",
    tells: {
      ClassificationSetFileUrl: "Output.ClassificationSetFileUrl",
      Classification: "Output.ClassificationSet[].Classification",
    },
  },
  CoverTask: {
    type: "Cover",
    tells: { Url: "Output.CoverSet[].CoverUrl", CoverSetFileUrl: "Output.CoverSetFileUrl" },
  },
  TagTask: { type: "Tag", tells: { TagSetFileUrl: "Output.TagSetFileUrl", Tag: "Output.TagSet[].Tag" } },
  FrameTagTask: { type: "FrameTag", tells: { SegmentSetFileUrl: "Output.SegmentSetFileUrl" } },
  HighlightTask: {
    type: "Highlight",
    tells: {
      Url: "Output.HighlightSet[].HighlightUrl",
      CoverUrl: "Output.HighlightSet[].CovImgUrl",
      HighlightSetFileUrl: "Output.HighlightSetFileUrl",
    },
  },
};

export const RECOGNITION: Kinds<AiRecognitionResult> = {
  HeadTailTask: {
    type: "HeadTailRecognition",
    tells: { HeadTimeOffset: "Output.HeadTimeOffset", TailTimeOffset: "Output.TailTimeOffset" },
  },
  SegmentTask: {
    type: "SegmentRecognition",
    tells: {
      OutputFileId: "Output.SegmentSet[].FileId",
      Url: "Output.SegmentSet[].SegmentUrl",
      CoverUrl: "Output.SegmentSet[].CovImgUrl",
      SegmentSetFileUrl: "Output.SegmentSetFileUrl",
    },
  },
  FaceTask: {
    type: "FaceRecognition",
    tells: { ResultSetFileUrl: "Output.ResultSetFileUrl", Name: "Output.ResultSet[].Name" },
  },
  AsrWordsTask: {
    type: "AsrWordsRecognition",
    tells: { ResultSetFileUrl: "Output.ResultSetFileUrl", Word: "Output.ResultSet[].Word" },
  },
  AsrFullTextTask: {
    type: "AsrFullTextRecognition",
    tells: {
      SegmentSetFileUrl: "Output.SegmentSetFileUrl",
      SubtitleUrl: "Output.SubtitleUrl",
      Language: "Output.SubtitleSet[].Language",
      Url: "Output.SubtitleSet[].Url",
    },
  },
  AsrTranslateTask: {
    type: "AsrTranslateRecognition",
    tells: {
      SegmentSetFileUrl: "Output.SegmentSetFileUrl",
      Language: "Output.SubtitleSet[].Language",
      Url: "Output.SubtitleSet[].Url",
    },
  },
  OcrWordsTask: {
    type: "OcrWordsRecognition",
    tells: { ResultSetFileUrl: "Output.ResultSetFileUrl", Word: "Output.ResultSet[].Word" },
  },
  OcrFullTextTask: {
    type: "OcrFullTextRecognition",
    tells: { SegmentSetFileUrl: "Output.SegmentSetFileUrl" },
  },
  ObjectTask: {
    type: "ObjectRecognition",
    tells: { ResultSetFileUrl: "Output.ResultSetFileUrl", Name: "Output.ResultSet[].Name" },
  },
};
