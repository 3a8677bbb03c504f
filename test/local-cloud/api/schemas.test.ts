import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "../../../local-cloud/api/error";
import { loadSchemas, readDeclarations } from "../../../local-cloud/api/load-schemas";
import { propertyNames, requestValidator } from "../../../local-cloud/api/schemas";
import type { ServiceName } from "../../../local-cloud/api/sdk-models";
import { refusalOf } from "../../helpers/api-refusal";

const folder = mkdtempSync(join(tmpdir(), "schemas-"));
afterAll(() => rmSync(folder, { recursive: true }));

const flow = (set: string, ...items: unknown[]) => ({ MediaProcessTask: { [set]: items } });
const transcode = (...items: unknown[]) => flow("TranscodeTaskSet", ...items);
const wrong = (path: string, type: string) =>
  `InvalidParameter: The parameter \`${path}\` is not valid: must be ${type}.`;
const missing = (path: string) =>
  `MissingParameter: The request is missing a required parameter \`${path}\`.`;
const unknown = (path: string) => `UnknownParameter: The parameter \`${path}\` is not recognized.`;
const noObject = "InvalidParameter: The request body is not valid: must be object.";
const PART = "MediaProcessTask.TranscodeTaskSet";
const ROLE = { RoleName: "role", PolicyDocument: "{}" };
const SEARCH = { From: 1, To: 2 };

test.each<[unknown, string, action?: string, service?: ServiceName]>([
  [{ FileId: "387702292285462759", SubAppId: 1500000000 }, ""],
  [transcode({}), missing(`${PART}.0.Definition`)],
  [{}, missing("EventHandles"), "ConfirmEvents"],
  [{ FileID: "1" }, unknown("FileID")],
  [{ "a/b~c": 1 }, unknown("a/b~c")],
  [JSON.parse('{"__proto__": {}}'), unknown("__proto__")],
  [{ constructor: {} }, unknown("constructor")],
  [{ toString: {} }, unknown("toString")],
  [transcode({ Definition: 10, Defintion: 10 }), unknown(`${PART}.0.Defintion`)],
  // No type is converted, and null is not a value of any.
  [{ FileId: 1 }, wrong("FileId", "string")],
  [{ FileId: ["1"] }, wrong("FileId", "string")],
  [{ FileId: null }, wrong("FileId", "string")],
  [{ SubAppId: "1500000000" }, wrong("SubAppId", "integer")],
  [{ TasksPriority: true }, wrong("TasksPriority", "integer")],
  [{ MediaProcessTask: [] }, wrong("MediaProcessTask", "object")],
  [{ MediaProcessTask: { TranscodeTaskSet: {} } }, wrong(PART, "array")],
  [{ MediaProcessTask: { TranscodeTaskSet: null } }, wrong(PART, "array")],
  [transcode(1), wrong(`${PART}.0`, "object")],
  [transcode({ Definition: 1 }, { Definition: "2" }), wrong(`${PART}.1.Definition`, "integer")],
  [null, noObject],
  [[], noObject],
  ["{}", noObject],
  [1, noObject],
  [undefined, noObject],
  // Numbers are integers or floats as Tencent's metadata says.
  [transcode({ Definition: 10.5 }), wrong(`${PART}.0.Definition`, "integer")],
  [{ SubAppId: 0.1 }, wrong("SubAppId", "integer")],
  [{ Offset: 1.5 }, wrong("Offset", "integer"), "SearchMedia"],
  [{ Limit: 1.5 }, wrong("Limit", "integer"), "SearchMedia"],
  [transcode({ Definition: 10, StartTimeOffset: 0.5, EndTimeOffset: 12.25 }), ""],
  [transcode({ Definition: 10, WatermarkSet: [{ Definition: 10, StartTimeOffset: 1.5 }] }), ""],
  [flow("SnapshotByTimeOffsetTaskSet", { Definition: 10, TimeOffsetSet: [0.5, 3] }), ""],
  [flow("CoverBySnapshotTaskSet", { Definition: 10, PositionType: "Time", PositionValue: 0.5 }), ""],
  // Services whose SDK is not installed are checked by the types that are declared here.
  [{ ...ROLE, Tags: [{ Key: "a", Value: "b" }] }, "", "CreateRole", "cam"],
  [{ ...ROLE, Tags: [{ Key: "a" }] }, missing("Tags.0.Value"), "CreateRole", "cam"],
  [{ ...ROLE, Name: "role" }, unknown("Name"), "CreateRole", "cam"],
  [{ ...SEARCH, SamplingRate: 0.02 }, "", "SearchLog", "cls"],
  [{ ...SEARCH, Limit: 0.5 }, wrong("Limit", "integer"), "SearchLog", "cls"],
])("%j is answered with: %s", (params, refusal, action = "ProcessMedia", service = "vod") => {
  expect(refusalOf(() => requestValidator(service, action)(params))).toBe(refusal);
});

test("an action that the SDK does not declare has no validator", () => {
  expect(() => requestValidator("vod", "NoSuchAction")).toThrow(/declares no NoSuchActionRequest/);
  expect(() => requestValidator("vod", "NoSuchAction")).not.toThrow(ApiError);
});

test("the property names of a type are those that the SDK declares", () => {
  expect(propertyNames("vod", "MediaProcessTaskResult")).toEqual([
    "Type",
    "TranscodeTask",
    "AnimatedGraphicTask",
    "SnapshotByTimeOffsetTask",
    "SampleSnapshotTask",
    "ImageSpriteTask",
    "CoverBySnapshotTask",
    "AdaptiveDynamicStreamingTask",
  ]);
  expect(propertyNames("vod", "EventContent")).toEqual(
    expect.arrayContaining(["EventHandle", "EventType", "FileUploadEvent", "ProcedureStateChangeEvent"]),
  );
  expect(() => propertyNames("vod", "NoSuchType")).toThrow(/declares no object type NoSuchType/);
  expect(() => propertyNames("vod", "constructor")).toThrow(/declares no object type/);
});

test("every object is closed", () => {
  const objects = Object.values(loadSchemas("vod").definitions).filter(({ type }) => type === "object");
  expect(objects.length).toBeGreaterThan(1000);
  expect(objects.filter(({ additionalProperties }) => additionalProperties !== false)).toEqual([]);
});

test("every form that the SDK's declarations have is read, whatever its comments say", () => {
  const definitions = declared(`
/**
 * export interface Commented {
 */
export interface Request {
    /**
     * Missing: string;
     */
    Name: string;
    Sizes?: Array<number | bigint>;
    Share?: number;
    Parts?: Array<Part>;
}
export type Nothing = null;
interface Part {
    On: boolean;
    Next?: Part;
}
export interface Empty {}
`);
  const closed = { type: "object", additionalProperties: false };
  const part = { $ref: "#/definitions/Part" };
  expect(definitions).toEqual({
    Request: {
      ...closed,
      required: ["Name"],
      properties: {
        Name: { type: "string" },
        Sizes: { type: "array", items: { type: "integer" } },
        Share: { type: "number" },
        Parts: { type: "array", items: part },
      },
    },
    Nothing: { type: "null" },
    Part: { ...closed, required: ["On"], properties: { On: { type: "boolean" }, Next: part } },
    Empty: { ...closed, required: [], properties: {} },
  });
});

test.each([
  [
    "export interface One extends Other {",
    ".* has a line of an unknown form: export interface One extends Other",
  ],
  ['export type One = "a" | "b";', "has a line of an unknown form"],
  ["export interface One {\n  Name: string | number;\n}", "No rule for the type string | number\\."],
])("a form that the SDK's declarations never had is refused: %s", (declaration, message) => {
  expect(() => declared(declaration)).toThrow(new RegExp(message.replaceAll("|", "\\|")));
});

/** Reads these declarations; Share is a float. */
function declared(declarations: string) {
  const file = join(folder, "models.d.ts");
  writeFileSync(file, declarations);
  return readDeclarations(file, /^Share$/);
}
