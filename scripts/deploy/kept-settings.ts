import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment } from "../../lib/config";
import { UsageError, UserError } from "../../lib/errors";
import type { JsonObject } from "../../lib/json";
import type { FoundFunction } from "../cloud/our-functions";
import { SINK_KEYS } from "../project";
import type { FunctionSpec } from "./serverless-file";

type Installed = readonly FoundFunction[];

/** The kept variables; a sink's has a key in `config.json` too. */
const KEPT: Readonly<Record<string, string | undefined>> = {
  ...SINK_KEYS,
  API_DOMAIN: undefined,
  SITE: undefined,
};

/** The variables that `keptSettings` sets, which deploying owns. */
export const SETTINGS: readonly string[] = [...Object.keys(KEPT), "RECORD_CA"];

/** The file of RECORD_CA in a package, beside `index.js`; its name is the variable's value there. */
export const RECORD_CA = "record-ca.pem";

/** What every function gets. */
export interface KeptSettings {
  readonly variables: Readonly<Record<string, string>>;
  /** The configuration with those that have a key in it: a build depends on them. */
  readonly config: JsonObject;
  /** The certificates that verify the database, if there are any. */
  readonly ca: string | undefined;
}

/**
 * The settings of all functions that later deployments keep (docs/reference.md#settings-that-deploying-keeps): the
 * variable, else the key, else what a function of the installation has. An empty one removes it.
 * @throws {UserError} if RECORD_CA is wrong, or the installation has one and it is not given
 */
export function keptSettings(env: Environment, config: JsonObject, installed: Installed): KeptSettings {
  const kept = Object.entries(KEPT).flatMap(([name, key]) => {
    const value = env[name] ?? (key && config[key]) ?? variableOf(name, installed);
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  const variables = Object.fromEntries(kept);
  const ca = variables["RECORD_URL"] ? recordCaOf(env, installed) : undefined;
  const values = Object.entries(SINK_KEYS).map(([name, key]) => [key, variables[name] ?? ""]);
  return {
    variables: { ...variables, ...(ca && { RECORD_CA }) },
    config: { ...config, ...Object.fromEntries(values) },
    ca,
  };
}

/** The value that a function of the installation has. */
function variableOf(name: string, installed: Installed): string | undefined {
  return installed.map(({ remote }) => remote.variables[name]).find(Boolean);
}

function recordCaOf(env: Environment, installed: Installed): string | undefined {
  if (env["RECORD_CA"] === undefined && variableOf("RECORD_CA", installed))
    throw new UserError(
      "The functions verify the database's certificate with the file that RECORD_CA named at an earlier deployment. " +
        "Set RECORD_CA to that file again, or to an empty string to remove it.",
    );
  return readRecordCa(env);
}

/**
 * Reads the file that RECORD_CA names.
 * @returns undefined if it is not set
 * @throws {UsageError} if it can't be read or has no certificate
 */
function readRecordCa({ RECORD_CA: file }: Environment): string | undefined {
  if (!file) return undefined;
  let text = "";
  try {
    text = readFileSync(resolve(file), "utf8");
  } catch (error) {
    throw new UsageError(
      `RECORD_CA can't be read: ${error instanceof Error ? error.message : error}. Set it to a readable file.`,
      {
        cause: error,
      },
    );
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(`RECORD_CA must be a file of certificates in PEM form (got "${file}").`);
}

/**
 * Puts a function into a VPC (docs/install.md#vpc): that of VPC_ID and SUBNET_ID, else that of its description, else
 * that of the installation. Empty variables take it out.
 * @throws {UsageError} if only one of the variables is set
 */
export function withVpc(spec: FunctionSpec, env: Environment, installed: Installed): FunctionSpec {
  const { VPC_ID: vpcId, SUBNET_ID: subnetId } = env;
  if (Boolean(vpcId) !== Boolean(subnetId))
    throw new UsageError(
      "VPC_ID and SUBNET_ID belong together: set both, or both to an empty string to take the functions out of the VPC.",
    );
  if (vpcId && subnetId) return { ...spec, vpcConfig: { vpcId, subnetId } };
  const { vpcConfig: described, ...rest } = spec;
  if (vpcId === "" || subnetId === "") {
    const own = installed.find(({ name }) => name.name === spec.name);
    return own && vpcIn(own) ? { ...rest, vpcConfig: { vpcId: "", subnetId: "" } } : rest;
  }
  const kept = installed.map(vpcIn).find(Boolean);
  if (described || !kept) return spec;
  const notice = `${spec.name} stays in the VPC ${kept.vpcId}. To take the functions out: VPC_ID= SUBNET_ID= bash installer.sh`;
  return { ...rest, vpcConfig: kept, notices: [...spec.notices, notice] };
}

function vpcIn({ remote }: FoundFunction): FunctionSpec["vpcConfig"] {
  const { VpcId: vpcId, SubnetId: subnetId } = remote.description.VpcConfig ?? {};
  return vpcId && subnetId ? { vpcId, subnetId } : undefined;
}
