import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "../../../local-cloud/api/error";
import { loadSchemas, readDeclarations } from "../../../local-cloud/api/load-schemas";
import { propertyNames, requestValidator } from "../../../local-cloud/api/schemas";
import { refusalOf } from "../../helpers/api-refusal";

const folder = mkdtempSync(join(tmpdir(), "schemas-"));
afterAll(() => rmSync(folder, { recursive: true }));

const processMedia = (params: unknown): string =>
  refusalOf(() => requestValidator("vod", "ProcessMedia")(params));
const transcode = (item: unknown): string =>
  processMedia({ FileId: "1", MediaProcessTask: { TranscodeTaskSet: [item] } });

describe("parameters", () => {
  test("pass where they are as the SDK declares them", () => {
    expect(
      processMedia({
        FileId: "387702292285462759",
        SubAppId: 1500000000,
        SessionId: "387702292285462759-0123456789ab-0",
        MediaProcessTask: {
          TranscodeTaskSet: [{ Definition: 100010 }, { Definition: 100020, EndTimeOffset: 0 }],
        },
      }),
    ).toBe("");
  });

  test("that are required may be missing nowhere", () => {
    expect(transcode({})).toBe(
      "MissingParameter: The request is missing a required parameter `MediaProcessTask.TranscodeTaskSet.0.Definition`.",
    );
    expect(refusalOf(() => requestValidator("vod", "ConfirmEvents")({}))).toMatch(
      /^MissingParameter: .*`EventHandles`/,
    );
  });

  test("that are not declared are refused at every level", () => {
    expect(processMedia({ FileID: "1" })).toBe("UnknownParameter: The parameter `FileID` is not recognized.");
    expect(transcode({ Definition: 10, Defintion: 10 })).toMatch(
      /^UnknownParameter: .*`MediaProcessTask.TranscodeTaskSet.0.Defintion`/,
    );
    expect(processMedia({ "a/b~c": 1 })).toMatch(/`a\/b~c`/);
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(processMedia(JSON.parse(`{"${name}": {}}`))).toMatch(/^UnknownParameter/);
    }
  });

  test.each([
    [{ FileId: 1 }, "FileId"],
    [{ FileId: ["1"] }, "FileId"],
    [{ SubAppId: "1500000000" }, "SubAppId"],
    [{ TasksPriority: true }, "TasksPriority"],
    [{ MediaProcessTask: [] }, "MediaProcessTask"],
    [{ MediaProcessTask: { TranscodeTaskSet: {} } }, "MediaProcessTask.TranscodeTaskSet"],
    [{ MediaProcessTask: { TranscodeTaskSet: [1] } }, "MediaProcessTask.TranscodeTaskSet.0"],
    [
      { MediaProcessTask: { TranscodeTaskSet: [{ Definition: 1 }, { Definition: "2" }] } },
      "MediaProcessTask.TranscodeTaskSet.1.Definition",
    ],
  ])("%j has a wrong type, and none is converted", (params, path) => {
    expect(processMedia(params)).toMatch(
      `InvalidParameter: The parameter \`${path}\` is not valid: must be `,
    );
  });

  test("may not be null", () => {
    expect(processMedia({ FileId: null })).toMatch(/^InvalidParameter: .*`FileId`/);
    expect(processMedia({ MediaProcessTask: { TranscodeTaskSet: null } })).toMatch(/^InvalidParameter/);
  });

  test.each([[null], [[]], ["{}"], [1], [undefined]])("that are %j are refused", (params) => {
    expect(processMedia(params)).toBe("InvalidParameter: The request body is not valid: must be object.");
  });
});

describe("numbers", () => {
  test("are integers where Tencent's metadata says so", () => {
    expect(transcode({ Definition: 100010.5 })).toMatch(/^InvalidParameter: .*must be integer/);
    expect(processMedia({ SubAppId: 0.1 })).toMatch(/^InvalidParameter/);
    for (const name of ["Offset", "Limit"]) {
      expect(refusalOf(() => requestValidator("vod", "SearchMedia")({ [name]: 1.5 }))).toMatch(
        /^InvalidParameter/,
      );
    }
  });

  test("are floats where Tencent's metadata says so", () => {
    expect(
      transcode({
        Definition: 10,
        StartTimeOffset: 0.5,
        EndTimeOffset: 12.25,
        WatermarkSet: [{ Definition: 10, StartTimeOffset: 1.5 }],
      }),
    ).toBe("");
    expect(
      processMedia({
        MediaProcessTask: {
          SnapshotByTimeOffsetTaskSet: [
            { Definition: 10, TimeOffsetSet: [0.5, 3], ExtTimeOffsetSet: ["50%"] },
          ],
          CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0.5 }],
        },
      }),
    ).toBe("");
  });
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

test("a service whose SDK can't be had is checked by the types that are declared here", () => {
  const createRole = (params: unknown) => refusalOf(() => requestValidator("cam", "CreateRole")(params));
  const role = { RoleName: "role", PolicyDocument: "{}" };
  expect(createRole({ ...role, Tags: [{ Key: "a", Value: "b" }] })).toBe("");
  expect(createRole({ ...role, Tags: [{ Key: "a" }] })).toMatch(/^MissingParameter: .*`Tags.0.Value`/);
  expect(createRole({ ...role, Name: "role" })).toMatch(/^UnknownParameter: .*`Name`/);
  const searchLog = (params: object) =>
    refusalOf(() => requestValidator("cls", "SearchLog")({ From: 1, To: 2, ...params }));
  expect(searchLog({ SamplingRate: 0.02 })).toBe("");
  expect(searchLog({ Limit: 0.5 })).toMatch(/^InvalidParameter: .*must be integer/);
});
