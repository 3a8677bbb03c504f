import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { readTarget } from "../../../scripts/cloud/target";
import {
  loadServerlessFile,
  readDescription,
  refuseOtherNames,
} from "../../../scripts/deploy/serverless-file";
import { ROOT } from "../../../scripts/project";
import { Checkout } from "../../helpers/checkout";

const folder = mkdtempSync(join(tmpdir(), "serverless-file-"));
const file = join(folder, "serverless.yml");
afterAll(() => rmSync(folder, { recursive: true }));

const INPUTS = {
  name: "callback",
  namespace: "vod_demo",
  region: "ap-guangzhou",
  src: "./dist/callback",
  handler: "index.main_handler",
  runtime: "Nodejs18.15",
};

/** What a file has where a variable's value belongs. */
const variable = (name: string) => `\${env:${name}}`;

/** Loads a file with these inputs and the ones that are needed. */
function load(inputs: object = {}, env: Record<string, string> = {}, top: object = {}) {
  writeFileSync(file, stringify({ component: "scf", name: "vod", ...top, inputs: { ...INPUTS, ...inputs } }));
  return loadServerlessFile(file, env);
}

const TARGET = readTarget({ FUNCTION: "notify", NAMESPACE: "second", REGION: "ap-beijing" });
const NAMES = TARGET.env;

test("the project's own file describes callback, with its names from the environment", () => {
  expect(loadServerlessFile(join(ROOT, "serverless.yml"), NAMES)).toMatchObject({
    ...{ name: "notify", namespace: "second", region: "ap-beijing", role: "", timeout: 10 },
    environment: { variables: { RETRY_FUNCTION: "notify-retry" } },
    src: { src: "./dist/callback", exclude: [], include: [] },
    http: { authType: "NONE", netConfig: { enableIntranet: false, enableExtranet: true } },
    timers: [],
    notices: [],
  });
});

test("variables and the VPC of serverless.yml reach every function, whose own file wins", () => {
  const checkout = new Checkout();
  checkout.copySources();
  const add = (name: string, text: string) =>
    checkout.write(name, readFileSync(checkout.path(name), "utf8").replace(/^inputs:\n/m, `$&${text}`));
  checkout.write(
    "serverless.yml",
    readFileSync(checkout.path("serverless.yml"), "utf8")
      .replace("    variables:\n", "$&      TABLE: media\n      SHARD: 1\n")
      .replace(/^inputs:\n/m, "$&  vpcConfig: { vpcId: vpc-1, subnetId: subnet-1 }\n"),
  );
  add("functions/retry/serverless.yml", "  environment: { variables: { TABLE: later } }\n");
  add("functions/reliable/serverless.yml", "  vpcConfig: { vpcId: vpc-2, subnetId: subnet-2 }\n");
  const { readDescription: read }: typeof import("../../../scripts/deploy/serverless-file") = require(
    checkout.path("scripts/deploy/serverless-file.ts"),
  );
  const described = (["callback", "retry", "reliable"] as const).map((entryPoint) => {
    const { environment, vpcConfig } = read(entryPoint, TARGET);
    return [environment?.variables, vpcConfig?.vpcId];
  });
  checkout.remove();
  expect(described).toEqual([
    [{ TABLE: "media", SHARD: "1", RETRY_FUNCTION: "notify-retry" }, "vpc-1"],
    [{ TABLE: "later", SHARD: "1" }, "vpc-1"],
    [{ TABLE: "media", SHARD: "1" }, "vpc-2"],
  ]);
});

test("the files of the other functions describe them, without an address", () => {
  expect(readDescription("retry", TARGET)).toMatchObject({
    ...{
      name: "notify-retry",
      namespace: "second",
      timeout: 60,
      memorySize: 128,
      http: undefined,
      timers: [],
    },
    src: { src: "./dist/retry" },
  });
  expect(readDescription("reliable", TARGET)).toMatchObject({
    ...{ name: "notify-reliable", namespace: "second", timeout: 60, memorySize: 256, http: undefined },
    src: { src: "./dist/reliable" },
    timers: [{ name: "tick", cronExpression: "0 */1 * * * * *", enable: true, qualifier: "$DEFAULT" }],
  });
});

test("the functions have their plain names where nothing else was said", () => {
  expect(readTarget({}).names).toEqual({ callback: "callback", reliable: "reliable", retry: "retry" });
});

test("a description may name only what the variables name; of the functions FUNCTION alone can be set", () => {
  const retry = readDescription("retry", TARGET);
  refuseOtherNames("retry", retry, NAMES);
  expect(() => refuseOtherNames("retry", { ...retry, name: "mine" }, NAMES)).toThrow(
    `functions/retry/serverless.yml has the name mine, but RETRY_FUNCTION is notify-retry. It follows from FUNCTION. Keep ${variable("RETRY_FUNCTION")} in the file.`,
  );
  expect(() => refuseOtherNames("retry", { ...retry, namespace: "mine" }, NAMES)).toThrow(
    `has the name mine, but NAMESPACE is second. Set NAMESPACE=mine, and keep ${variable("NAMESPACE")} in the file.`,
  );
});

test("what is not said has the defaults of the API, but for the address's public network", () => {
  expect(load({ events: [{ http: { parameters: {} } }] })).toEqual({
    ...INPUTS,
    src: { src: "./dist/callback", exclude: [], include: [] },
    ...{ description: "", type: "event", memorySize: 128, timeout: 3, publicAccess: true },
    http: {
      ...{ name: "url", qualifier: "$DEFAULT", authType: "NONE" },
      netConfig: { enableIntranet: false, enableExtranet: true },
    },
    timers: [],
    isRuntimeChosen: true,
    notices: [],
  });
});

test("every key of the schema is taken", () => {
  const inputs = {
    ...{ role: "own", description: "what it does", initTimeout: 10, publicAccess: false },
    reservedConcurrency: 5,
    src: { src: "./dist", exclude: ["*.map"], include: ["./extra.json"] },
    environment: { variables: { NAME: "value", COUNT: 1 } },
    vpcConfig: { vpcId: "vpc-1", subnetId: "subnet-1" },
    layers: [{ name: "layer", version: 1 }],
    cls: { logsetId: "logset", topicId: "topic" },
    tags: { owner: "me" },
  };
  const cors = { enable: true, origins: ["*"], methods: ["POST"], headers: ["a"], exposeHeaders: ["b"] };
  const corsConfig = { ...cors, maxAge: 1, credentials: false };
  const netConfig = { enableIntranet: true, enableExtranet: false };
  const http = { name: "web", qualifier: "$LATEST", authType: "CAM", netConfig, corsConfig };
  const timer = {
    ...{ name: "tick", cronExpression: "0 * * * * * *", enable: false },
    ...{ argument: "x", qualifier: "$LATEST" },
  };
  const events = [{ http: { parameters: http } }, { timer: { parameters: timer } }];
  expect(load({ ...inputs, events }, {}, { app: "vod", stage: "prod" })).toMatchObject({
    ...inputs,
    environment: { variables: { NAME: "value", COUNT: "1" } },
    http,
    timers: [timer],
  });
});

describe("a variable", () => {
  test("takes its value's place, also within a text and more than once", () => {
    const env = { STAGE: "prod", EMPTY: "" };
    expect(
      load({ description: `${variable("STAGE")} and ${variable("STAGE")}${variable("EMPTY")}` }, env)
        .description,
    ).toBe("prod and prod");
  });

  test("that is not set is named, with the file", () => {
    expect(() => load({ description: variable("STAGE") })).toThrow(
      `${file} needs the environment variable STAGE, which is not set.`,
    );
  });

  test("can't become another part of the file", () => {
    const value = `a\nrole: everything # ${variable("OTHER")} $& {}`;
    expect(load({ description: variable("STAGE") }, { STAGE: value })).toMatchObject({ description: value });
  });
});

test.each([
  ["in src", { src: { src: "a", ignore: [] } }, {}, 'inputs.src: Unrecognized key: "ignore"'],
  [
    "in a trigger",
    { events: [{ http: { parameters: { netconfig: {} } } }] },
    {},
    'inputs.events.0.http.parameters: Unrecognized key: "netconfig"',
  ],
  ["that is an event", { events: [{ cos: {} }] }, {}, 'inputs.events.0: Unrecognized key: "cos"'],
  [
    "in vpcConfig",
    { vpcConfig: { vpcId: "a", subnetId: "b", id: "c" } },
    {},
    'inputs.vpcConfig: Unrecognized key: "id"',
  ],
])("an unknown key %s is refused by name", (_where, inputs, top, expected) => {
  expect(() => load(inputs, {}, top)).toThrow(`${file} has mistakes:\n  ${expected}`);
});

test("keys of Tencent's component that are not used here get one notice", () => {
  expect(load({ asyncRunEnable: true, eip: false }, {}, { plugins: [] }).notices).toEqual([
    `${file} has keys that are not used here: plugins, inputs.asyncRunEnable, inputs.eip.`,
  ]);
});

test.each([
  [
    { environment: { variables: { DEBUG: true } } },
    'inputs.environment.variables.DEBUG: must be a string or a number; put true and false in quotes: "true"',
  ],
  [{ name: "1st" }, "inputs.name: 2 to 60 letters"],
  [{ namespace: "a b" }, "inputs.namespace: 1 to 30"],
  [{ region: "Guangzhou" }, "inputs.region: a region such as ap-guangzhou"],
  [{ timeout: 901 }, "inputs.timeout: "],
  [{ reservedConcurrency: -1 }, "inputs.reservedConcurrency: "],
  [{ memorySize: "128" }, "inputs.memorySize: "],
  [{ type: "web" }, "inputs.type: "],
  [{ handler: "" }, "inputs.handler: "],
  [{ layers: [{ name: "a" }] }, "inputs.layers.0.version: "],
  [
    { events: [{ timer: { parameters: { name: "a", cronExpression: "b", enable: "yes" } } }] },
    "inputs.events.0.timer.parameters.enable: ",
  ],
  [
    { events: [{}] },
    "inputs.events.0: an event must be exactly one of http, timer and apigw, with its parameters",
  ],
  [
    { events: [{ http: { parameters: {} } }, { apigw: {} }] },
    "inputs.events: a function has at most one address",
  ],
])("a wrong value is refused by its key: %j", (inputs, expected) => {
  expect(() => load(inputs)).toThrow(`${file} has mistakes:\n  ${expected}`);
});

test("an apigw event becomes a function URL, with a notice that says why", () => {
  const { http, notices } = load({ events: [{ apigw: { parameters: { protocols: ["http"] } } }] });
  expect(http).toEqual({
    ...{ name: "url", qualifier: "$DEFAULT", authType: "NONE" },
    netConfig: { enableIntranet: false, enableExtranet: true },
  });
  expect(notices).toEqual([
    "The apigw event is deployed as a function URL. API Gateway accepts no new triggers since 2024-07-01, and its last instances stop from 2026-10-30.",
  ]);
});

test("a file that is no mapping is refused", () => {
  writeFileSync(file, "- a\n");
  expect(() => loadServerlessFile(file, {})).toThrow(`${file} has mistakes:\n  the file: `);
});
