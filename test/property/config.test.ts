import fc from "fast-check";
import { type Config, ConfigError, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { anyJson, nastyText } from "../helpers/arbitraries";

const RUNS = { numRuns: 300 };

const KEYS = [
  "secret_id",
  "secret_key",
  "region",
  "definitions",
  "subappid",
  "path_token",
  "sign_keys",
  "skip_with_task_flow",
  "source_types",
  "file_types",
  "idle",
  "max_deliveries",
  "calls_per_second",
  "procedure",
  "media_process_task",
  "events",
  "categories",
  "skip_upscaling",
  "rules",
] as const;
const signKey = fc.stringMatching(/^[A-Za-z0-9]{1,32}$/);
const valid = fc.record(
  {
    region: fc.constantFrom("", "ap-guangzhou", "ap-singapore"),
    definitions: fc.uniqueArray(fc.integer({ min: 1, max: 10 ** 6 }), { minLength: 1, maxLength: 9 }),
    subappid: fc.oneof(fc.constant(""), fc.nat(), fc.nat().map(String)),
    path_token: fc.oneof(fc.constant(""), fc.stringMatching(/^[A-Za-z0-9._~-]{1,40}$/)),
    sign_keys: fc.array(signKey, { maxLength: 2 }),
    skip_with_task_flow: fc.boolean(),
    source_types: fc.array(fc.constantFrom("Record", "Upload", "Unknown"), { minLength: 1 }),
    file_types: fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,5}$/), { minLength: 1 }),
    idle: fc.constantFrom("wait", "stop"),
    max_deliveries: fc.integer({ min: 1, max: 1000 }),
    calls_per_second: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: ["definitions"] },
);

/** The configuration, or the error's text; any other error fails the test. */
function outcomeOf(parse: () => Config): Config | string {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return String(error);
  }
}

function expectSound(config: Config): void {
  for (const id of [...(config.work?.definitions ?? []), config.subAppId ?? 1]) {
    expect(Number.isSafeInteger(id) && id > 0).toBe(true);
  }
  expect(config.region).not.toBe("");
  expect(config.signKeys.length).toBeLessThanOrEqual(2);
  expect(Number.isInteger(config.maxDeliveries) && config.maxDeliveries > 0).toBe(true);
  expect(config.callsPerSecond).toBeGreaterThanOrEqual(1);
  expect(config.callsPerSecond).toBeLessThanOrEqual(100);
  expect(["wait", "stop"]).toContain(config.idle);
  for (const types of [config.sourceTypes, config.fileTypes]) expect(types?.length).not.toBe(0);
  expect(config.secretId === undefined).toBe(config.secretKey === undefined);
}

test("any JSON is a sound configuration or a ConfigError", () => {
  const content = fc.oneof(
    anyJson,
    fc.dictionary(fc.constantFrom(...KEYS), anyJson),
    fc
      .tuple(valid, fc.constantFrom(...KEYS), anyJson)
      .map(([good, key, value]) => ({ ...good, [key]: value })),
  );
  fc.assert(
    fc.property(content, (value) => {
      const outcome = outcomeOf(() => parseConfig(value));
      if (typeof outcome !== "string") expectSound(outcome);
    }),
    RUNS,
  );
});

test("a right configuration keeps what it says", () => {
  fc.assert(
    fc.property(valid, (content) => {
      const config = parseConfig(content);
      expectSound(config);
      expect(config.work).toEqual({ definitions: content.definitions });
      expect(config.signKeys).toEqual(content.sign_keys ?? []);
      expect(config.pathToken ?? "").toBe(content.path_token ?? "");
      expect(config.subAppId ?? 0).toBe(Number(content.subappid ?? 0));
      expect(config.skipWithTaskFlow).toBe(content.skip_with_task_flow ?? false);
      expect(config.sourceTypes).toEqual(content.source_types);
      expect(config.fileTypes).toEqual(content.file_types?.map((type) => type.toLowerCase()));
      expect(config.region).toBe(content.region || "ap-guangzhou");
    }),
    RUNS,
  );
});

test("one unknown key is enough to be refused by its name", () => {
  fc.assert(
    fc.property(valid, nastyText(10), anyJson, (content, key, value) => {
      fc.pre(key !== "__proto__" && !KEYS.some((known) => known === key));
      expect(outcomeOf(() => parseConfig({ ...content, [key]: value }))).toContain(`"${key}"`);
    }),
    RUNS,
  );
});

test("any environment gives a sound configuration or a ConfigError that names the variable", () => {
  const env = fc.dictionary(
    fc.constantFrom("PATH_TOKEN", "SIGN_KEY", "SIGN_KEY_NEXT"),
    fc.oneof(signKey, nastyText()),
  );
  fc.assert(
    fc.property(valid, env, (content, variables) => {
      const outcome = outcomeOf(() => withEnvironment(parseConfig(content), variables));
      if (typeof outcome === "string") expect(outcome).toMatch(/PATH_TOKEN|SIGN_KEY/);
      else expectSound(outcome);
    }),
    RUNS,
  );
});
