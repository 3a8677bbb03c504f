import type { EventType } from "../../lib/event/event";
import { isJsonObject, type JsonObject } from "../../lib/json";
import documented from "../fixtures/documented-paths.json";
import { FILE_ID, TASK_ID } from "./notifications";

/** What the official structures have of identities, error codes and URLs, by event type (VOD's API, 2026-08). */
export const DOCUMENTED: { readonly [Type in EventType]: Documented } = documented;

interface Documented {
  readonly fileIds: readonly string[];
  readonly urls: readonly string[];
  readonly hasTaskId: boolean;
  readonly error: readonly string[];
}

/** `Type` of a result set's items, as the official text on each member says. */
const ITEM_TYPES: JsonObject = {
  TranscodeTask: "Transcode",
  AnimatedGraphicTask: "AnimatedGraphics",
  SnapshotByTimeOffsetTask: "SnapshotByTimeOffset",
  SampleSnapshotTask: "SampleSnapshot",
  ImageSpriteTask: "ImageSprites",
  CoverBySnapshotTask: "CoverBySnapshot",
  AdaptiveDynamicStreamingTask: "AdaptiveDynamicStreaming",
  PornTask: "Porn",
  TerrorismTask: "Terrorism",
  PoliticalTask: "Political",
  PornAsrTask: "Porn.Asr",
  PornOcrTask: "Porn.Ocr",
  PoliticalAsrTask: "Political.Asr",
  PoliticalOcrTask: "Political.Ocr",
  TerrorismOcrTask: "Terrorism.Ocr",
  ProhibitedOcrTask: "Prohibited.Ocr",
  ProhibitedAsrTask: "Prohibited.Asr",
  ClassificationTask: "Classification",
  CoverTask: "Cover",
  TagTask: "Tag",
  FrameTagTask: "FrameTag",
  HighlightTask: "Highlight",
  HeadTailTask: "HeadTailRecognition",
  SegmentTask: "SegmentRecognition",
  FaceTask: "FaceRecognition",
  AsrWordsTask: "AsrWordsRecognition",
  AsrFullTextTask: "AsrFullTextRecognition",
  AsrTranslateTask: "AsrTranslateRecognition",
  OcrWordsTask: "OcrWordsRecognition",
  OcrFullTextTask: "OcrFullTextRecognition",
  ObjectTask: "ObjectRecognition",
};

/**
 * A value at a path of an object, the way there made: a list gets one item, and an item of a result set its
 * `Type` and a state.
 */
function valueAt(path: string, value: unknown): JsonObject {
  const [step = "", ...rest] = path.split(".");
  const name = step.replace("[]", "");
  const inner = rest.length > 0 ? valueAt(rest.join("."), value) : value;
  const type = ITEM_TYPES[name];
  const task =
    type && isJsonObject(inner) ? { Type: type, [name]: { Status: "SUCCESS", ...inner } } : undefined;
  return task ?? { [name]: name === step ? inner : [inner] };
}

/** A payload of a task that has ended, with one value at a path. */
export function endedPayload(path: string, value: unknown): JsonObject {
  return { Status: "FINISH", ErrCode: 0, ErrCodeExt: "", Message: "SUCCESS", ...valueAt(path, value) };
}

/** A payload with something wherever the official structures have an identity, an error code or a URL. */
export function fullPayload(eventType: EventType): JsonObject {
  const { fileIds, urls, error } = DOCUMENTED[eventType];
  return [
    ...fileIds.map((path) => valueAt(path, FILE_ID)),
    ...urls.map((path) => valueAt(path, "https://media.example.com/vod/output.bin")),
    ...error.map((key) => ({ [key]: key === "ErrCode" ? 70000 : "InternalError" })),
  ].reduce(merge, { TaskId: TASK_ID, Status: "FINISH", Message: "What went wrong" });
}

function merge(one: JsonObject, other: JsonObject): JsonObject {
  const merged = Object.entries(other).map(([name, value]) => {
    const present = one[name];
    if (Array.isArray(present) && Array.isArray(value)) return [name, [...present, ...value]];
    return [name, isJsonObject(present) && isJsonObject(value) ? merge(present, value) : value];
  });
  return { ...one, ...Object.fromEntries(merged) };
}
