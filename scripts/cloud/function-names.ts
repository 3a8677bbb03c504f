import { join } from "node:path";
import type { Environment } from "../../lib/config";
import type { FunctionSpec } from "../deploy/serverless-file";
import { ROOT } from "../project";
import type { FunctionName } from "./remote-function";

/** The functions that there are: each folder of `functions` is one. */
export type EntryPoint = "callback" | "reliable" | "retry";

/** How VOD hands its events over: to an address (normal callback), or in a queue (reliable callback). */
export type Mode = "normal" | "reliable";

interface EntryPointFacts {
  /** Where the function is described. */
  readonly file: string;
  /** The variable that its description takes its name from. */
  readonly variable: "FUNCTION" | "RELIABLE_FUNCTION" | "RETRY_FUNCTION";
}

const ENTRY_POINTS: Readonly<Record<EntryPoint, EntryPointFacts>> = {
  callback: { file: "serverless.yml", variable: "FUNCTION" },
  reliable: { file: "functions/reliable/serverless.yml", variable: "RELIABLE_FUNCTION" },
  retry: { file: "functions/retry/serverless.yml", variable: "RETRY_FUNCTION" },
};

/** In the order in which they may go: whoever calls another goes before it. */
export const REMOVAL_ORDER: readonly EntryPoint[] = ["callback", "reliable", "retry"];

const DEPLOYED: Readonly<Record<Mode, readonly EntryPoint[]>> = {
  // What callback hands over must find retry there.
  normal: ["retry", "callback"],
  // What reliable can't finish stays in VOD's queue.
  reliable: ["reliable"],
};

/** What a mode deploys, in that order. */
export function entryPointsOf(mode: Mode): readonly EntryPoint[] {
  return DEPLOYED[mode];
}

/**
 * The mode that MODE says.
 * @returns undefined where it says nothing
 * @throws where there is no such mode
 */
export function modeIn({ MODE }: Environment): Mode | undefined {
  if (!MODE) return undefined;
  if (MODE === "normal" || MODE === "reliable") return MODE;
  throw new Error(`MODE=${MODE} is unknown: it is normal or reliable.`);
}

/** The variables with the names of the functions that FUNCTION does not name itself. */
export function functionVariables(callback: string): Environment {
  const prefix = callback === "callback" ? "" : `${callback}-`;
  return { FUNCTION: callback, RELIABLE_FUNCTION: `${prefix}reliable`, RETRY_FUNCTION: `${prefix}retry` };
}

/** What a entry point's function is called; of an environment with `withDefaults`. */
export function functionOf(entryPoint: EntryPoint, env: Environment): FunctionName {
  return { namespace: env["NAMESPACE"] ?? "", name: env[ENTRY_POINTS[entryPoint].variable] ?? "" };
}

/** The file that describes a entry point's function. */
export function descriptionOf(entryPoint: EntryPoint): string {
  return join(ROOT, ENTRY_POINTS[entryPoint].file);
}

/**
 * Lets a description pass that names what the variables name: no other command would find what it makes.
 * @throws naming the variable to set
 */
export function refuseOtherNames(entryPoint: EntryPoint, spec: FunctionSpec, env: Environment): void {
  const { file, variable } = ENTRY_POINTS[entryPoint];
  const named = { [variable]: spec.name, NAMESPACE: spec.namespace, REGION: spec.region };
  for (const [name, value] of Object.entries(named)) {
    if (value === env[name]) continue;
    const settable = ["FUNCTION", "NAMESPACE", "REGION"].includes(name);
    const remedy = settable ? `set ${name}=${value} and` : "it follows from FUNCTION;";
    throw new Error(
      `${file} names ${value}, but ${name} is ${env[name]}: ${remedy} leave \${env:${name}} in the file.`,
    );
  }
}

/** Which entry point a function is, by its marker; those of before there were several have another value. */
export function entryPointOf(marker: string | undefined): EntryPoint {
  return marker === "reliable" || marker === "retry" ? marker : "callback";
}
