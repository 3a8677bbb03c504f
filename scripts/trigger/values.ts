import { createHash } from "node:crypto";
import { fileNameFor } from "./file-names";

/** The place of a value in a notification. */
export interface Place {
  /** `ProcedureStateChangeEvent.MediaProcessResultSet[0].TranscodeTask.Output.Url` */
  readonly path: string;
  readonly name: string;
  /** The SDK's name of the type whose member it is. */
  readonly typeName: string;
}

type Text = string | ((place: Place) => string);

const APP_ID = "1250000000";
const FOREVER = "9999-12-31T23:59:59Z";

/** Texts by `<type>.<member>`; the first that fits counts. */
const TEXTS: readonly (readonly [RegExp, Text])[] = [
  [/Url(s|Set)?$/, exampleUrl],
  [/FileId(Set)?$|\.(SourceMedia|Vid)$/, (place) => `5285890${digits(samePlace(place.path), 12)}`],
  [/TaskIds?$/, taskId],
  [/(Id|Ids|Uid|Uv|ResultUV)$/, ({ path }) => hex(path, 16)],
  [/\.(Md5|Vector)$/, ({ path }) => hex(path, 32)],
  [/\.Sha1$/, ({ path }) => hex(path, 40)],
  [/ExpireTime$/, FOREVER],
  [/\.(BeginProcessTime|CreateTime|StartTime|RecordStartTime)$/, "2026-01-02T03:04:05Z"],
  [/Time$/, "2026-01-02T03:05:06Z"],

  [/^MediaBasicInfo\.Status$/, "Normal"],
  [/^MediaCastEvent\.Status$/, "Working"],
  [/(Result|DescribeFileAttributesTask)\.Status$/, "SUCCESS"],
  [/\.Status$/, "FINISH"],
  [/\.ErrCodeExt$/, ""],
  [/\.ErrCode$/, "0"],
  [/\.Message$/, "SUCCESS"],
  [/\.WechatStatus$/, "SUCCESS"],
  [/\.PublishResult$/, "Pass"],
  [/\.Operator$/, "System"],
  [/\.OperationType$/, "TSC"],
  [/\.TasksNotifyMode$/, "Finish"],
  [/\.PersistenceSource$/, "SimpleHlsClip"],
  [/\.OriginalStorageClass$/, "ARCHIVE"],
  [/StorageClass$/, "STANDARD"],
  [/\.RestoreTier$/, "Standard"],
  [/\.StorageRegion$/, "ap-guangzhou-2"],
  [/\.StorageMode$/, "Permanent"],
  [/\.StoragePath$/, "/example/video.mp4"],
  [/\.Path$/, "live"],
  [/\.Domain$/, "live.example.com"],
  [/\.SourceType$/, "Upload"],
  [/^MPSSubTaskResult\.TaskType$/, "MediaProcess.Transcode"],
  [/^MPSSubTaskResult\.Input$/, '{"Definition":100010}'],
  [/^MPSOutputFile\.FileType$/, "MediaProcess.Transcode.Video"],
  [/^MPSOutputFile\.Definition$/, "100010"],
  [/\.(MediaName|FileName|Name)$/, "Animal World"],

  [/^MediaBasicInfo\.Type$|^SplitMediaOutputConfig\.Type$/, "mp4"],
  [/^DynamicRangeInfo\.Type$/, "SDR"],
  [/^MediaSubStreamInfoItem\.Type$/, "video"],
  [/^AiRecognitionTaskFaceResultItem\.Type$/, "Default"],
  [/^MediaDeleteItem\.Type$/, "TranscodeFiles"],
  [/^MediaTrack\.Type$/, "Video"],
  [/^AudioTransform\.Type$/, "Volume"],
  [/^ImageTransform\.Type$/, "Rotate"],
  [/^TransitionOper(at|t)ion\.Type$/, "ImageFadeInFadeOut"],
  [/^TEHDConfigForUpdate\.Type$/, "TEHD-100"],
  [/^SuperResolutionInfo\.Type$/, "lq"],
  [/^HDRInfo\.Type$|\.HDRType$/, "hdr10"],
  [/^QualityInspectResultItem\.Type$/, "Blur"],
  [/^QualityInspectContainerDiagnoseResultItem\.Type$/, "VideoResolutionChanged"],
  [/^QualityInspectLLMDetectionResultItem\.Type$/, "BodyPoseCheck"],
  [/\.Group$/, "AIGCAuthenticity"],
  [/^ExtractBlindWatermarkInputInfo\.Type$/, "FILEID"],
  [/^ExtractBlindWatermarkTask\.Type$/, "blind-basic"],
  [/^AigcImageSceneInfo\.Type$/, "ai_try_on"],
  [/FileInfo\.Type$/, "File"],
  [/^AdvancedSuperResolutionConfig\.Type$/, "standard"],
  [/\.Type$/, "normal"],

  [/^MediaAudioStreamItem\.Codec$/, "aac"],
  [/Audio\w*\.Codec$/, "libfdk_aac"],
  [/^MediaVideoStreamItem\.Codec$/, "h264"],
  [/\.Codec$/, "libx264"],
  [/\.CodecTag$/, "hvc1"],
  [/^MediaAnimatedGraphicsItem\.Container$/, "gif"],
  [/Image\w*\.FileType$/, "png"],
  [/\.(Container|FileType)$/, "mp4"],
  [/\.Package$|^ComplexAdaptiveDynamicStreamingTaskOutput\.Format$/, "HLS"],
  [/Subtitle\w*\.Format$/, "vtt"],
  [/\.Format$|\.OutputFormat$/, "PNG"],
  [/\.Drm\w*Types?$/, "SimpleAES"],
  [/\.DrmEncryptType$/, "SimpleAES"],
  [/\.Language$/, "en"],
  [/\.Source$/, "AIRecognition"],
  [/\.(\w*Switch|Switch|ResolutionAdaptive)$/, "ON"],
  [
    /\.(LogoAdd|OffPeak|\w+ComplianceCheck|AudioGeneration|EnableBGM|KeepOriginalSound|FrameInterpolate)$/,
    "Disabled",
  ],
  [
    /\.(X|Y)Pos$|\.(Board)?(Height|Width)$|\.BoardY$|\.FontSize$|\.LineSpacing$|\.(Outline|Shadow)Width$/,
    "10%",
  ],
  [/Color$/, "0x000000"],
  [/\.FontType$/, "kai.ttf"],
  [/\.CoordinateOrigin$/, "TopLeft"],
  [/\.(PositionType|SampleType)$/, "Time"],
  [/\.ExtTimeOffsetSet$/, "3.5s"],
  [/\.InputType$/, "File"],
  [/\.Suggestion$/, "pass"],
  [/\.(Label|SubLabel|ReviewContents)$/, "Porn"],
  [/\.Form$/, "Image"],
  [/\.DigitalWatermarkType$/, "None"],
  [/\.AspectRatio$/, "16:9"],
  [/\.Resolution$/, "1080P"],
  [/\.FillType$/, "black"],
  [/^MediaBasicInfo\.Category$/, "Video"],
  [/\.Base64$/, "ZXhhbXBsZQ=="],
];

/** Numbers by `<type>.<member>`; the first that fits counts, and 1 stands for the rest. */
const NUMBERS: readonly (readonly [RegExp, number])[] = [
  [/\.ErrCode$|^RestoreMediaTask\.Status$|\.Rotate$|\.No(Audio|Video)$/, 0],
  [/\.Progress$/, 100],
  [/(Confidence|Score)$/, 95],
  [/^(TranscodeTaskInput|MediaTranscodeItem|TranscodePlayInfo2017|MediaDeleteItem)\.Definition$/, 100010],
  [/^(AnimatedGraphicTaskInput|MediaAnimatedGraphicsItem)\.Definition$/, 20000],
  [/Definition$/, 10],
  [/\.Width$|\.ImageWidth$|\.LongSide$/, 640],
  [/\.Height$|\.ImageHeight$|\.ShortSide$/, 360],
  [/Bitrate$/, 552218],
  [/\.Size$/, 4189073],
  [/Duration$/, 60],
  [/\.Fps$/, 24],
  [/\.(SamplingRate|SampleRate)$/, 44100],
  [/\.(ExpiredTime|PicUrlExpireTimeStamp)$/, 1893456000],
  [/\.StartTime(Offset|Ms)?$/, 0],
  [/\.EndTime(Ms)?$/, 5000],
  [/\.(EndTimeOffset|TailTimeOffset)$/, 30.5],
  [/TimeOffset(Set)?$/, 3.5],
];

export function exampleText(place: Place): string {
  const [, text] = TEXTS.find(([pattern]) => pattern.test(`${place.typeName}.${place.name}`)) ?? [];
  if (text === undefined) return `example ${place.name}`;
  return typeof text === "string" ? text : text(place);
}

export function exampleNumber({ typeName, name }: Place, type: "integer" | "number"): number {
  const [, number = 1] = NUMBERS.find(([pattern]) => pattern.test(`${typeName}.${name}`)) ?? [];
  return type === "integer" ? Math.trunc(number) : number;
}

function exampleUrl(place: Place): string {
  return `https://${APP_ID}.vod.example.com/${hex(place.path, 12)}/${fileNameFor(place.path)}`;
}

/** As TaskIds look: `<appid>-<kind>-<hex>t0`. */
function taskId({ path, name, typeName }: Place): string {
  const of = name.replace(/TaskIds?$/, "") || typeName.replace(/(Task|Task2017|Info)$/, "");
  return `${APP_ID}-${of}-${hex(path, 32)}t0`;
}

/** What was deleted is listed twice: as FileIds, and with the parts of each. */
function samePlace(path: string): string {
  return path.replace(/\.FileDeleteResultInfo(\[\d+\])\.FileId$/, ".FileIdSet$1");
}

function hex(seed: string, length: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, length);
}

function digits(seed: string, length: number): string {
  const number = BigInt(`0x${createHash("sha256").update(seed).digest("hex")}`);
  return number.toString().slice(-length);
}
