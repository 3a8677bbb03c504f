import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Environment } from "../../lib/config";
import { isJsonObject } from "../../lib/json";
import type { EntryPoint } from "../cloud/function-names";
import { NEWEST_RUNTIME } from "../cloud/runtimes";
import type { Target } from "../cloud/target";
import { FUNCTION_NAME, NAMESPACE_NAME, type Naming, REGION_NAME } from "../name-rules";
import { ROOT } from "../project";

const name = z.string().min(1);
const named = ({ pattern, words }: Naming) => z.string().regex(pattern, { error: words });

const netConfig = z.strictObject({
  enableIntranet: z.boolean().default(false),
  // The API's own default is false, which would create an address that VOD can't reach.
  enableExtranet: z.boolean().default(true),
});

const corsConfig = z.strictObject({
  enable: z.boolean(),
  origins: z.array(z.string()).optional(),
  methods: z.array(z.string()).optional(),
  headers: z.array(z.string()).optional(),
  exposeHeaders: z.array(z.string()).optional(),
  maxAge: z.int().optional(),
  credentials: z.boolean().optional(),
});

const http = z.strictObject({
  parameters: z.strictObject({
    name: name.default("url"),
    qualifier: name.default("$DEFAULT"),
    authType: z.enum(["NONE", "CAM"]).default("NONE"),
    netConfig: netConfig.prefault({}),
    corsConfig: corsConfig.optional(),
  }),
});

const timer = z.strictObject({
  parameters: z.strictObject({
    name,
    cronExpression: name,
    enable: z.boolean().default(true),
    argument: z.string().optional(),
    qualifier: name.default("$DEFAULT"),
  }),
});

/** An `apigw` event is deployed as a function URL, whatever its parameters. */
const apigw = z.unknown();

const event = z
  .strictObject({ http: http.optional(), timer: timer.optional(), apigw: apigw.optional() })
  .refine((one) => Object.keys(one).length === 1, {
    error: "an event must be exactly one of http, timer and apigw, with its parameters",
  });

const src = z.union([
  name.transform((folder) => ({ src: folder, exclude: [] as string[], include: [] as string[] })),
  z.strictObject({ src: name, exclude: z.array(name).default([]), include: z.array(name).default([]) }),
]);

const variable = z
  .union([z.string(), z.number()], {
    error: 'must be a string or a number; put true and false in quotes: "true"',
  })
  .transform(String);

const inputs = z.object({
  name: named(FUNCTION_NAME),
  namespace: named(NAMESPACE_NAME),
  role: z.string().optional(),
  region: named(REGION_NAME),
  description: z.string().default(""),
  src,
  type: z.literal("event").default("event"),
  handler: name,
  runtime: name,
  memorySize: z.int().default(128),
  timeout: z.int().min(1).max(900).default(3),
  initTimeout: z.int().optional(),
  /** The maximum number of instances; a key of this project. */
  reservedConcurrency: z.int().min(0).optional(),
  environment: z.strictObject({ variables: z.record(z.string(), variable) }).optional(),
  publicAccess: z.boolean().default(true),
  vpcConfig: z.strictObject({ vpcId: name, subnetId: name }).optional(),
  layers: z.array(z.strictObject({ name, version: z.int() })).optional(),
  cls: z.strictObject({ logsetId: name, topicId: name }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  events: z.array(event).default([]),
});

const serverlessFile = z.object({
  app: z.string().optional(),
  stage: z.string().optional(),
  component: z.literal("scf"),
  name: z.string(),
  inputs,
});

/** The file that describes each function, and the variable that has its name. */
const DESCRIPTIONS: Readonly<Record<EntryPoint, { readonly file: string; readonly variable: string }>> = {
  callback: { file: "serverless.yml", variable: "FUNCTION" },
  reliable: { file: "functions/reliable/serverless.yml", variable: "RELIABLE_FUNCTION" },
  retry: { file: "functions/retry/serverless.yml", variable: "RETRY_FUNCTION" },
};

/** One function as its `serverless.yml` describes it, with the API's defaults filled in. */
export type FunctionSpec = Omit<z.output<typeof inputs>, "events"> & {
  readonly http: z.output<typeof http>["parameters"] | undefined;
  readonly timers: readonly z.output<typeof timer>["parameters"][];
  /** Whether the user has chosen the runtime, with RUNTIME or in the file. */
  readonly isRuntimeChosen: boolean;
  /** Notices for the user. */
  readonly notices: readonly string[];
};

/**
 * Reads the description of a function. The user's variables and the VPC of `serverless.yml` are those of every
 * function, unless its own file names others.
 * @throws naming the file, and the key or variable that is wrong
 */
export function readDescription(entryPoint: EntryPoint, { env }: Target): FunctionSpec {
  const load = (which: EntryPoint) => loadServerlessFile(join(ROOT, DESCRIPTIONS[which].file), env);
  const described = load(entryPoint);
  const { RUNTIME } = env;
  const spec = { ...described, ...(RUNTIME && { runtime: RUNTIME, isRuntimeChosen: true }) };
  refuseOtherNames(entryPoint, spec, env);
  return entryPoint === "callback" ? spec : withShared(spec, load("callback"));
}

function withShared(spec: FunctionSpec, { environment, vpcConfig }: FunctionSpec): FunctionSpec {
  const { RETRY_FUNCTION: _ofCallback, ...shared } = environment?.variables ?? {};
  const variables = { ...shared, ...spec.environment?.variables };
  return { ...(vpcConfig && { vpcConfig }), ...spec, environment: { variables } };
}

/**
 * Rejects a description whose names differ from the variables: no other command would find the function.
 * @throws with the variable to set
 */
export function refuseOtherNames(entryPoint: EntryPoint, spec: FunctionSpec, env: Environment): void {
  const { file, variable } = DESCRIPTIONS[entryPoint];
  const named = { [variable]: spec.name, NAMESPACE: spec.namespace, REGION: spec.region };
  for (const [name, value] of Object.entries(named)) {
    if (value === env[name]) continue;
    const settable = ["FUNCTION", "NAMESPACE", "REGION"].includes(name);
    const remedy = settable ? `Set ${name}=${value}, and keep` : "It follows from FUNCTION. Keep";
    throw new Error(
      `${file} has the name ${value}, but ${name} is ${env[name]}. ${remedy} \${env:${name}} in the file.`,
    );
  }
}

/**
 * Reads a `serverless.yml` in the schema of Tencent's `component: scf`; `${env:NAME}` stands for the variable's
 * value.
 * @throws if a key or a variable is wrong; the message has the file and each name
 */
export function loadServerlessFile(file: string, env: Environment): FunctionSpec {
  const content = substitute(parse(readFileSync(file, "utf8")), file, env);
  const result = serverlessFile.safeParse(content);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`,
    );
    throw new Error(`${file} has mistakes:\n${problems.join("\n")}`);
  }
  const { events, ...rest } = result.data.inputs;
  const addresses = events.flatMap((one) => (one.http ? [one.http.parameters] : []));
  const gateways = events.filter((one) => "apigw" in one);
  if (addresses.length + gateways.length > 1) {
    throw new Error(`${file} has mistakes:\n  inputs.events: a function has at most one address`);
  }
  return {
    ...rest,
    isRuntimeChosen: rest.runtime !== NEWEST_RUNTIME,
    http: gateways.length > 0 ? http.parse({ parameters: {} }).parameters : addresses[0],
    timers: events.flatMap((one) => (one.timer ? [one.timer.parameters] : [])),
    notices: [...unknownKeys(content, file), ...gateways.map(() => APIGW_NOTICE)],
  };
}

/** Keys of Tencent's component that have no counterpart here, in one notice. */
function unknownKeys(content: unknown, file: string): string[] {
  const { inputs: given, ...top }: Readonly<Record<string, unknown>> = Object(content);
  const unknown = [
    ...Object.keys(top).filter((key) => !Object.hasOwn(serverlessFile.shape, key)),
    ...Object.keys(Object(given)).flatMap((key) =>
      Object.hasOwn(inputs.shape, key) ? [] : [`inputs.${key}`],
    ),
  ];
  return unknown.length > 0 ? [`${file} has keys that are not used here: ${unknown.join(", ")}.`] : [];
}

const APIGW_NOTICE =
  "The apigw event is deployed as a function URL. API Gateway accepts no new triggers since 2024-07-01, and its last instances stop from 2026-10-30.";

/** Replaces in the parsed values, so that no variable's value can become another part of the file. */
function substitute(value: unknown, file: string, env: Environment): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, file, env));
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, file, env)]));
  }
  if (typeof value !== "string") return value;
  return value.replace(/\$\{env:(\w+)\}/g, (_match, name: string) => {
    const found = env[name];
    if (found === undefined)
      throw new Error(
        `${file} needs the environment variable ${name}, which is not set. Set it, or remove \${env:${name}} from the file.`,
      );
    return found;
  });
}
