import { join } from "node:path";
import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { loadSchemas, readDeclarations, type Schema } from "../../local-cloud/api/load-schemas";
import { ROOT } from "../../scripts/project";
import { EVENT_TYPES, FILE_ID, TASK_ID } from "./notifications";

interface Documented {
  readonly fileIds: readonly string[];
  readonly urls: readonly string[];
  readonly hasTaskId: boolean;
  readonly error: readonly string[];
}

/** What the SDK does not have yet is declared in its form. */
const newer = readDeclarations(join(ROOT, "lib", "event", "newer-payloads.ts"), /^$/);
const definitions = { ...newer, ...loadSchemas("vod").definitions };
const payloads = { ...newer["NewerPayloads"]?.properties, ...definitions["EventContent"]?.properties };

/** The paths of everything in a type of the SDK that is not an object itself. */
function leavesOf({ items, $ref }: Schema, path: string): string[] {
  if (items) return leavesOf(items, `${path}[]`);
  if (!$ref) return [path];
  const { properties = {} } = definitions[$ref.replace("#/definitions/", "")] ?? {};
  return Object.entries(properties).flatMap(([name, schema]) =>
    leavesOf(schema, path ? `${path}.${name}` : name),
  );
}

function documentedOf(eventType: EventType): Documented {
  const schema = payloads[PAYLOAD_KEYS[eventType]];
  if (!schema) throw new Error(`the SDK has no payload of ${eventType}`);
  const paths = leavesOf(schema, "");
  return {
    // A frame that a task was given is not what it is about.
    fileIds: paths.filter((path) => /(^|\.)(?!LastFrame)\w*FileId(Set\[\])?$/.test(path)),
    urls: paths.filter((path) => /Url(Set\[\]|s\[\])?$/.test(path) && !/(^|\.)Input(Info)?\./.test(path)),
    hasTaskId: paths.includes("TaskId"),
    error: ["ErrCode", "ErrCodeExt"].filter((name) => paths.includes(name)),
  };
}

/** What the official structures have of identities, error codes and URLs. */
export const DOCUMENTED = Object.fromEntries(
  EVENT_TYPES.map((eventType) => [eventType, documentedOf(eventType)]),
) as { readonly [Type in EventType]: Documented };

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
