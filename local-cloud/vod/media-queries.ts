import type {
  DescribeMediaInfosRequest,
  SearchMediaRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { basicInfo, type Media, type MediaLibrary } from "./media-library";
import { outputMetaData } from "./meta-data";
import { nullsOf } from "./null-siblings";
import { checkSort, inRange } from "./query-rules";

const MAX_FILE_IDS = 20;
const MAX_SEARCHED_FILE_IDS = 10;
const MAX_SOURCE_TYPES = 10;
const MAX_RESULTS = 5000;
const DEFAULT_LIMIT = 10;
const CATEGORIES = ["Video", "Audio", "Image"];

/** What is known of a file here, by the names that Filters has for it. */
const PARTS = new Map<string, (media: Media) => object>([
  ["basicInfo", (media) => ({ BasicInfo: basicInfo(media) })],
  ["metaData", (media) => ({ MetaData: media.metaData })],
  ["transcodeInfo", (media) => ({ TranscodeInfo: { TranscodeSet: transcodeSet(media) } })],
  ["animatedGraphicsInfo", info("AnimatedGraphics")],
  ["sampleSnapshotInfo", info("SampleSnapshot")],
  ["imageSpriteInfo", info("ImageSprite", "ImageSprites")],
  ["snapshotByTimeOffsetInfo", info("SnapshotByTimeOffset")],
  ["adaptiveDynamicStreamingInfo", info("AdaptiveDynamicStreaming")],
]);

/** The DescribeMediaInfos action. @throws {ApiError} InvalidParameterValue.FileIds, UnsupportedOperation */
export function describeMediaInfos(
  { FileIds, Filters, SubAppId: _application, ...rest }: DescribeMediaInfosRequest,
  library: MediaLibrary,
): object {
  refuseUnsupported(rest);
  if (FileIds.length < 1 || FileIds.length > MAX_FILE_IDS) {
    throw new ApiError("InvalidParameterValue.FileIds", `FileIds takes 1 to ${MAX_FILE_IDS} of them.`);
  }
  const describe = mediaInfo(Filters);
  return {
    MediaInfoSet: FileIds.flatMap((fileId) => library.find(fileId) ?? []).map(describe),
    NotExistFileIdSet: FileIds.filter((fileId) => !library.find(fileId)),
  };
}

/** The SearchMedia action, by FileIds, Categories, SourceTypes and CreateTime. @throws {ApiError} */
export function searchMedia(request: SearchMediaRequest, library: MediaLibrary): object {
  const { SubAppId: _application, FileIds, Categories, SourceTypes, CreateTime, Filters, ...rest } = request;
  // The order without Sort is not documented.
  const {
    Sort = { Field: "CreateTime", Order: "Desc" },
    Offset = 0,
    Limit = DEFAULT_LIMIT,
    ...others
  } = rest;
  refuseUnsupported(others);
  checkSort(Sort, ["CreateTime"]);
  checkCount("FileIds", FileIds, MAX_SEARCHED_FILE_IDS);
  checkCount("SourceTypes", SourceTypes, MAX_SOURCE_TYPES);
  if (Categories?.some((category) => !CATEGORIES.includes(category))) {
    throw new ApiError("InvalidParameterValue", `Categories takes ${CATEGORIES.join(", ")}.`);
  }
  if (Offset < 0 || Limit < 1 || Offset + Limit > MAX_RESULTS) {
    throw new ApiError("InvalidParameterValue", `Offset plus Limit must be at most ${MAX_RESULTS}.`);
  }
  const created = inRange(CreateTime ?? {}, "with Before");
  const describe = mediaInfo(Filters);
  const found = [...library.all()].filter(
    (media) =>
      among(FileIds, media.fileId) &&
      among(Categories, media.category) &&
      among(SourceTypes, media.details.sourceType ?? "Upload") &&
      created(Date.parse(media.createTime)),
  );
  if (Sort.Order === "Desc") found.reverse();
  return {
    TotalCount: Math.min(found.length, MAX_RESULTS),
    MediaInfoSet: found.slice(Offset, Offset + Limit).map(describe),
  };
}

function among(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

function checkCount(name: string, values: readonly string[] | undefined, most: number): void {
  if (values === undefined || values.length <= most) return;
  throw new ApiError("InvalidParameterValue", `${name} must have at most ${most} values.`);
}

/** Describes files with the parts that Filters asks for, all by default, and null for the others. */
function mediaInfo(filters: readonly string[] = []): (media: Media) => object {
  const unknown = filters.filter((name) => !PARTS.has(name));
  refuseUnsupported(Object.fromEntries(unknown.map((name) => [`Filters ${name}`, name])));
  const asked = [...PARTS].flatMap(([name, part]) => (among(filters, name) ? part : []));
  const nulls = nullsOf("MediaInfo");
  return (media) =>
    Object.assign({ ...nulls, FileId: media.fileId }, ...asked.map((describePart) => describePart(media)));
}

/** A kind's outputs as `<name>Info` with `<name>Set`, if there are any. @param type the Type of its sub-tasks */
function info(name: string, type = name): (media: Media) => object {
  return ({ outputs }) => {
    const made = outputs.get(type);
    return made?.size ? { [`${name}Info`]: { [`${name}Set`]: [...made.values()] } } : {};
  };
}

/** By the official examples the source comes first, as definition 0. */
function transcodeSet({ url, metaData, outputs, sourceDeleted }: Media): object[] {
  const source = { ...outputMetaData(metaData), Url: url, Definition: 0, DigitalWatermarkType: "None" };
  return [...(sourceDeleted ? [] : [source]), ...(outputs.get("Transcode")?.values() ?? [])];
}
