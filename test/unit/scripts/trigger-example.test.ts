import { join } from "node:path";
import { Ajv } from "ajv";
import { type EventType, PAYLOAD_KEYS } from "../../../lib/event/event";
import { isJsonObject, type JsonObject } from "../../../lib/json";
import { loadSchemas, readDeclarations } from "../../../local-cloud/api/load-schemas";
import { propertyNames } from "../../../local-cloud/api/schemas";
import { ROOT } from "../../../scripts/project";
import { canFail, makeExample } from "../../../scripts/trigger/example";
import { kindsOf } from "../../../scripts/trigger/union";

const eventTypes = Object.keys(PAYLOAD_KEYS).filter((name): name is EventType => name in PAYLOAD_KEYS);

const validate = completeEvent();

describe.each(eventTypes)("the example of %s", (eventType) => {
  const example = makeExample(eventType);
  const payload = example[PAYLOAD_KEYS[eventType]];

  test("has every member of the SDK's type, with a value of its type", () => {
    validate(withoutNulls(example));
    expect(validate.errors ?? []).toEqual([]);
  });

  test("carries every other payload with null", () => {
    const keys = Object.keys(example).sort();
    expect(keys).toEqual(
      [...propertyNames("vod", "EventContent"), "AigcHunyuan3DCompleteEvent"]
        .filter((name) => name !== "EventHandle")
        .sort(),
    );
    const filled = keys.filter((key) => example[key] !== null);
    expect(filled.sort()).toEqual(["EventType", PAYLOAD_KEYS[eventType]].sort());
  });

  test("is the same each time", () => {
    expect(makeExample(eventType)).toEqual(example);
  });

  test("has no identity and no URL twice", () => {
    const values = leaves(payload)
      .filter(({ path }) => !/FileDeleteResultInfo/.test(path))
      .filter(
        ({ path, value }) => /(FileId|TaskId)(s|Set)?(\[\d+\])?$/.test(path) || /^https:/.test(String(value)),
      );
    expect(new Set(values.map(({ value }) => value)).size).toBe(values.length);
  });

  test("has FileIds of 19 digits", () => {
    const fileIds = leaves(payload).filter(({ path }) => /FileId(Set)?(\[\d+\])?$/.test(path));
    expect(fileIds.filter(({ value }) => !/^\d{19}$/.test(String(value)))).toEqual([]);
  });

  test("says, where it failed, what is wrong wherever it can, and has no output left", () => {
    const failed = leaves(makeExample(eventType, { fail: true })[PAYLOAD_KEYS[eventType]]);
    const at = (name: RegExp) => failed.filter(({ path }) => name.test(path)).map(({ value }) => value);
    expect(new Set([...at(/\.ErrCode$/), ...at(/\.ErrCodeExt$/)])).toEqual(
      new Set(
        leaves(payload).flatMap(({ path }): unknown[] => {
          if (/\.Output\./.test(path)) return [];
          if (/SubTaskSet.*\.ErrCode$/.test(path)) return ["60000"];
          if (/\.ErrCode$/.test(path)) return [60000];
          return /\.ErrCodeExt$/.test(path) ? ["SourceFileError"] : [];
        }),
      ),
    );
    const messages = at(/\.Message$/);
    expect(new Set(messages).size).toBe(messages.length);
    expect(messages.filter((message) => !/^The source file can't be read \(/.test(String(message)))).toEqual(
      [],
    );
    expect(at(/\.Output$/).filter((output) => output !== null)).toEqual([]);
    expect(failed.filter(({ path, value }) => /\.Output\./.test(path) || value === "SUCCESS")).toEqual([]);
  });
});

test("a task flow's result sets have an item of each kind, with one task and the others null", () => {
  const { ProcedureStateChangeEvent: payload } = makeExample("ProcedureStateChanged");
  const results = isJsonObject(payload) ? payload["MediaProcessResultSet"] : undefined;
  const items: JsonObject[] = Array.isArray(results) ? results.filter(isJsonObject) : [];
  const tasks = items.map(({ Type: type, ...others }) => [
    type,
    ...Object.keys(others).filter((name) => others[name] !== null),
  ]);
  expect(tasks).toEqual([
    ["Transcode", "TranscodeTask"],
    ["AnimatedGraphics", "AnimatedGraphicTask"],
    ["SnapshotByTimeOffset", "SnapshotByTimeOffsetTask"],
    ["SampleSnapshot", "SampleSnapshotTask"],
    ["ImageSprites", "ImageSpriteTask"],
    ["CoverBySnapshot", "CoverBySnapshotTask"],
    ["AdaptiveDynamicStreaming", "AdaptiveDynamicStreamingTask"],
  ]);
  expect(items.map((item) => Object.keys(item).length)).toEqual(items.map(() => 8));
});

test.each([
  ["AiContentReviewResultSet", ["Porn", "Terrorism", "Political", "Porn.Asr", "Porn.Ocr"]],
  ["AiAnalysisResultSet", ["Classification", "Cover", "Tag", "FrameTag", "Highlight"]],
  ["AiRecognitionResultSet", ["FaceRecognition", "AsrFullTextRecognition", "HeadTailRecognition"]],
])("the types of a %s are spelled as VOD spells them", (set, types) => {
  const { ProcedureStateChangeEvent: payload } = makeExample("ProcedureStateChanged");
  const found = leaves(payload).filter(({ path }) => new RegExp(`^\\.${set}\\[\\d+\\]\\.Type$`).test(path));
  expect(found.map(({ value }) => value)).toEqual(expect.arrayContaining(types));
});

test("the states are those of each type", () => {
  const status = (eventType: EventType) =>
    leaves(makeExample(eventType)).find(({ path }) => /^\.\w+\.Status$/.test(path));
  expect(status("EditMediaComplete")?.value).toBe("FINISH");
  expect(status("DescribeFileAttributesComplete")?.value).toBe("SUCCESS");
  expect(status("MediaCastStatusChanged")?.value).toBe("Working");
  expect(status("RestoreMediaComplete")?.value).toBe(0);
});

test("what was deleted is the same in both of its lists", () => {
  const files = leaves(makeExample("FileDeleted")).filter(({ path }) => /FileId/.test(path));
  expect(files).toHaveLength(4);
  expect(new Set(files.map(({ value }) => value)).size).toBe(2);
});

test("five types can't report a failure", () => {
  expect(eventTypes.filter((eventType) => !canFail(eventType))).toEqual([
    "NewFileUpload",
    "FileDeleted",
    "ProcessImageAsyncCompleteEvent",
    "MediaCastStatusChanged",
    "PersistenceComplete",
  ]);
});

/** The check of a whole event in which no member is missing, but for those of which only one can be there. */
function completeEvent() {
  const newer = readDeclarations(join(ROOT, "lib", "event", "newer-payloads.ts"), /^$/);
  const { $id, definitions } = loadSchemas("vod");
  const complete = Object.entries({ ...newer, ...definitions }).map(([name, schema]) => {
    const required =
      kindsOf(schema).length > 0 && /Result$|^MediaTrackItem$/.test(name) ? ["Type"] : undefined;
    return [name, { ...schema, required: required ?? Object.keys(schema.properties ?? {}) }];
  });
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  ajv.addSchema({
    $id,
    definitions: {
      ...Object.fromEntries(complete),
      EventContent: {
        ...definitions["EventContent"],
        properties: { ...definitions["EventContent"]?.properties, ...newer["NewerPayloads"]?.properties },
      },
    },
  });
  const validate = ajv.getSchema("vod#/definitions/EventContent");
  if (!validate) throw new Error("EventContent is gone");
  return validate;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

function leaves(value: unknown, path = ""): { path: string; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, member]) => leaves(member, `${path}.${name}`));
  }
  return [{ path, value }];
}
