import { type Config, ConfigError, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { parseConfFile } from "../../lib/config/read-config";
import { configFile, FIVE_FIELDS } from "../helpers/callback";

const parseWith = (fields: object) => parseConfig({ ...FIVE_FIELDS, ...fields });

function messageOf(parse: () => Config): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

test("the five fields of Tencent's sample are enough", () => {
  expect(parseConfig(FIVE_FIELDS)).toEqual({
    secretId: "AKIDconfig",
    secretKey: "config-key",
    region: "ap-guangzhou",
    work: { definitions: [100010, 100020] },
    events: ["NewFileUpload"],
    categories: ["Video", "Audio"],
    skipUpscaling: false,
    rules: [],
    signKeys: [],
    skipWithTaskFlow: false,
    idle: "wait",
    maxDeliveries: 20,
    callsPerSecond: 80,
  });
});

test.each<[object, Partial<Config>]>([
  [{ definitions: [] }, {}],
  [{ definitions: [], procedure: "LongVideoPreset" }, { work: { procedure: "LongVideoPreset" } }],
  [
    { definitions: undefined, media_process_task: { CoverBySnapshotTaskSet: [{ Definition: 10 }] } },
    { work: { mediaProcessTask: { CoverBySnapshotTaskSet: [{ Definition: 10 }] } } },
  ],
  [{ events: ["NewFileUpload", "PullComplete"] }, { events: ["NewFileUpload", "PullComplete"] }],
  [
    { categories: ["Image"], skip_upscaling: true },
    { categories: ["Image"], skipUpscaling: true },
  ],
  [
    {
      rules: [
        { match: {}, skip: true },
        { match: { min_height: 720 }, definitions: [30] },
      ],
    },
    { rules: [{ match: {} }, { match: { min_height: 720 }, work: { definitions: [30] } }] },
  ],
])("reads %j", (fields, expected) => {
  const config = parseWith(fields);
  expect(config).toMatchObject(expected);
  if (!("work" in expected) && "definitions" in fields) expect(config.work).toBeUndefined();
});

test.each<[object, string]>([
  [{ procedure: "P" }, "definitions, procedure, media_process_task exclude each other"],
  [{ definitions: undefined }, "nothing says what an upload starts"],
  [{ definitions: [], procedure: 5 }, "procedure must be a string"],
  [{ definitions: [], media_process_task: [] }, "media_process_task must be an object"],
  [{ definitions: [], media_process_task: {} }, "media_process_task must have at least one item"],
  [{ definitions: [], media_process_task: { Cover: [] } }, 'media_process_task has the unknown key "Cover"'],
  [{ events: ["FileDeleted"] }, "events must be a list of NewFileUpload, PullComplete"],
  [{ categories: [] }, "categories must be a list of Video, Audio, Image"],
  [{ skip_upscaling: 1 }, "skip_upscaling must be true or false"],
  [{ rules: {} }, "rules must be a list"],
  [{ rules: [{ skip: true }] }, "rules[0].match must be an object"],
  [{ rules: [{ match: {} }] }, 'rules[0] must have either "skip": true or one of'],
  [{ rules: [{ match: {}, skip: true, definitions: [1] }] }, 'rules[0] must have either "skip": true'],
  [
    { rules: [{ match: {}, skip: true }, { match: { height: 1 } }] },
    'rules[1].match has the unknown key "height"',
  ],
  [{ rules: [{ match: {}, definitions: [1, 1] }] }, "rules[0].definitions must not contain 1 twice"],
  [
    { rules: [{ match: {}, definitions: [1], procedure: "P" }] },
    "rules[0].definitions, procedure, media_process_task exclude each other",
  ],
])("refuses %j", (fields, message) => {
  expect(messageOf(() => parseWith(fields))).toContain(message);
});

test("empty credentials are unset", () => {
  const config = parseWith({ secret_id: "", secret_key: "" });
  expect(config).not.toHaveProperty("secretId");
  expect(config).not.toHaveProperty("secretKey");
});

test.each([0, "", "0", undefined])("subappid %j is unset", (subappid) => {
  expect(parseWith({ subappid })).not.toHaveProperty("subAppId");
});

test("subappid may be a number or a numeric string, as the original wrote one", () => {
  expect(parseWith({ subappid: 1500000001 })).toMatchObject({ subAppId: 1500000001 });
  expect(parseWith({ subappid: "1500000001" })).toMatchObject({ subAppId: 1500000001 });
});

test("what the project adds is read", () => {
  expect(parseWith({ path_token: "a-Token_1", sign_keys: ["one", "two"] })).toMatchObject({
    pathToken: "a-Token_1",
    signKeys: ["one", "two"],
  });
  expect(
    parseWith({
      skip_with_task_flow: true,
      source_types: ["Upload", "Record"],
      file_types: ["MP4", "mov"],
      idle: "stop",
      max_deliveries: 1000,
      calls_per_second: 2.5,
      permissions: ["vod:DescribeMediaInfos", "cos:GetObject"],
    }),
  ).toMatchObject({
    skipWithTaskFlow: true,
    sourceTypes: ["Upload", "Record"],
    fileTypes: ["mp4", "mov"],
    idle: "stop",
    maxDeliveries: 1000,
    callsPerSecond: 2.5,
    permissions: ["vod:DescribeMediaInfos", "cos:GetObject"],
  });
});

test.each([
  ["secret_id", 5],
  ["secret_key", null],
  ["secret_id", "AKIDx\r"],
  ["secret_key", "a key"],
  ["region", ["ap-guangzhou"]],
  ["definitions", undefined],
  ["definitions", 100010],
  ["definitions", "100010"],
  ["definitions", ["100010"]],
  ["definitions", [1.5]],
  ["definitions", [0]],
  ["definitions", [-1]],
  ["definitions", [null]],
  ["definitions", [2 ** 53]],
  ["definitions", [100010, 100010]],
  ["subappid", -1],
  ["subappid", 1.5],
  ["subappid", "15x"],
  ["subappid", " 15"],
  ["subappid", true],
  ["subappid", null],
  ["path_token", 5],
  ["path_token", "a/b"],
  ["path_token", "a b"],
  ["path_token", "a%20"],
  ["path_token", "token\n"],
  ["sign_keys", "key"],
  ["sign_keys", null],
  ["sign_keys", ["one", "two", "three"]],
  ["sign_keys", [""]],
  ["sign_keys", ["with-dash"]],
  ["sign_keys", ["k".repeat(33)]],
  ["sign_keys", ["key\n"]],
  ["sign_keys", [5]],
  ["skip_with_task_flow", "true"],
  ["skip_with_task_flow", null],
  ["skip_with_task_flow", 1],
  ["source_types", "Upload"],
  ["source_types", []],
  ["source_types", ["upload"]],
  ["source_types", ["Upload", 5]],
  ["source_types", null],
  ["file_types", "mp4"],
  ["file_types", []],
  ["file_types", [".mp4"]],
  ["file_types", [""]],
  ["file_types", [5]],
  ["idle", "Wait"],
  ["idle", ""],
  ["idle", null],
  ["max_deliveries", 0],
  ["max_deliveries", 1001],
  ["max_deliveries", 1.5],
  ["max_deliveries", "20"],
  ["calls_per_second", 0.5],
  ["calls_per_second", 101],
  ["calls_per_second", null],
  ["permissions", "vod:DescribeMediaInfos"],
  ["permissions", ["DescribeMediaInfos"]],
  ["permissions", ["name/vod:DescribeMediaInfos"]],
  ["permissions", ["vod:*"]],
  ["permissions", [5]],
])("a wrong %s is refused by its name: %j", (key, value) => {
  expect(messageOf(() => parseWith({ [key]: value }))).toContain(key);
});

test.each(["secretId", "sub_app_id", "constructor", "__proto__"])(
  "the unknown key %s is refused by its name",
  (key) => {
    const text = `{"definitions":[100010],"${key}":""}`;
    expect(messageOf(() => parseConfig(JSON.parse(text)))).toContain(key);
  },
);

test.each([null, [], "text", 5])("a configuration that is %j is refused", (content) => {
  expect(messageOf(() => parseConfig(content))).toContain("object");
});

test("half a pair of credentials is refused", () => {
  expect(messageOf(() => parseWith({ secret_key: "" }))).toMatch(/secret_id.*secret_key/);
  expect(messageOf(() => parseWith({ secret_id: "" }))).toMatch(/secret_id.*secret_key/);
});

test("a refused value is not repeated, for it may be a secret", () => {
  expect(messageOf(() => parseWith({ sign_keys: ["Se-cret"] }))).not.toContain("Se-cret");
  expect(messageOf(() => parseWith({ path_token: "Se/cret" }))).not.toContain("Se/cret");
});

describe("parseConfFile", () => {
  test("reads what parseConfig checks", () => {
    expect(parseConfFile(configFile(FIVE_FIELDS))).toEqual(parseConfig(FIVE_FIELDS));
  });

  test("names the file and the key that is wrong", () => {
    const file = configFile({ ...FIVE_FIELDS, region: 5 });
    expect(messageOf(() => parseConfFile(file))).toMatch(/config-\d+\.json.*region/);
  });

  test("names a file that is missing or no JSON", () => {
    expect(messageOf(() => parseConfFile("/nowhere/config.json"))).toContain("/nowhere/config.json");
    const file = configFile("{");
    expect(messageOf(() => parseConfFile(file))).toContain(file);
  });

  test.each([
    '{"definitions":[100010],"secret_id":"AKIDx","secret_key": S3cr3t}',
    '{"sign_keys":["S3cr3t", S3cr3t]}',
    "S3cr3t",
  ])("quotes nothing of a file that is not JSON, which may have a secret: %s", (text) => {
    expect(messageOf(() => parseConfFile(configFile(text)))).not.toContain("S3cr3t");
  });
});

describe("environment", () => {
  const config = parseWith({ path_token: "fileToken", sign_keys: ["fileKey1", "fileKey2"] });

  test("an empty environment changes nothing", () => {
    expect(withEnvironment(config, {})).toEqual(config);
    expect(withEnvironment(config, { PATH_TOKEN: "", SIGN_KEY: "", SIGN_KEY_NEXT: undefined })).toEqual(
      config,
    );
  });

  test("PATH_TOKEN wins over the file, the keys staying", () => {
    expect(withEnvironment(config, { PATH_TOKEN: "envToken" })).toEqual({ ...config, pathToken: "envToken" });
  });

  test("SIGN_KEY and SIGN_KEY_NEXT take the place of all keys of the file", () => {
    const keysWith = (env: Record<string, string>) => withEnvironment(config, env).signKeys;
    expect(keysWith({ SIGN_KEY: "envKey" })).toEqual(["envKey"]);
    expect(keysWith({ SIGN_KEY_NEXT: "envNext" })).toEqual(["envNext"]);
    expect(keysWith({ SIGN_KEY: "envKey", SIGN_KEY_NEXT: "envNext" })).toEqual(["envKey", "envNext"]);
  });

  test.each(["PATH_TOKEN", "SIGN_KEY", "SIGN_KEY_NEXT"])(
    "a wrong %s is refused by its name, not by its value",
    (name) => {
      const message = messageOf(() => withEnvironment(config, { [name]: "not/good" }));
      expect(message).toContain(name);
      expect(message).not.toContain("not/good");
    },
  );
});

test("a byte order mark at the start of the file is accepted, and 200 000 definitions take no minute", () => {
  expect(parseConfFile(configFile(`\ufeff${JSON.stringify(FIVE_FIELDS)}`))).toEqual(parseConfig(FIVE_FIELDS));
  const definitions = Array.from({ length: 200_000 }, (_, index) => index + 1);
  // Comparing each with each would be 20 000 000 000 comparisons, far beyond the test's time.
  expect(parseWith({ definitions }).work?.definitions).toHaveLength(200_000);
});
