import { isJsonObject, type JsonObject } from "../../lib/json";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";

/** One statement of a policy, or of the document that allows services to assume a role. */
export interface Statement {
  readonly effect: "allow" | "deny";
  readonly actions: readonly string[];
  /** Only a policy has them. */
  readonly resources: readonly string[];
  /** Only a role's document has them: services such as scf.qcloud.com. */
  readonly principals: readonly string[];
}

/**
 * Reads a policy's syntax, version 2.0, as the official examples have it.
 * @param kind what every statement must name in addition to its actions
 * @throws {ApiError} InvalidParameter.PolicyDocumentError, .VersionError, .StatementError, .EffectError, …
 */
export function parsePolicyDocument(text: string, kind: "resource" | "principal"): Statement[] {
  const { version, statement, ...others } = readObject(text);
  if (version !== "2.0") throw invalid("VersionError", 'version must be "2.0"');
  if (!Array.isArray(statement) || statement.length === 0 || Object.keys(others).length > 0) {
    throw invalid(
      "StatementError",
      "the document must have a list named statement, and no other member than version",
    );
  }
  return statement.map((one: unknown) => parseStatement(one, kind));
}

function parseStatement(value: unknown, kind: "resource" | "principal"): Statement {
  if (!isJsonObject(value)) throw invalid("StatementError", "a statement must be an object");
  const { effect, action, resource, principal, ...others } = value;
  refuseUnsupported(others);
  if (effect !== "allow" && effect !== "deny") throw invalid("EffectError", "effect must be allow or deny");
  const actions = listOf(action);
  if (actions.length === 0) throw invalid("ActionMiss", "the statement has no action");
  for (const one of actions) {
    if (!/^(\*|(name\/)?[a-z0-9]+:[\w*]+)$/.test(one))
      throw invalid("ActionError", `"${one}" is not an action`);
  }
  const resources = listOf(resource);
  const wrong = resources.find((one) => !/^(\*|qcs:([^:]*:){4}.+)$/.test(one));
  if (kind === "resource" && (resources.length === 0 || wrong !== undefined)) {
    throw invalid("ResourceError", `"${wrong ?? ""}" is not a resource`);
  }
  const principals = isJsonObject(principal)
    ? [...listOf(principal["service"]), ...listOf(principal["qcs"])]
    : [];
  if (kind === "principal" && principals.length === 0) {
    throw invalid("PrincipalError", "principal must name services or accounts");
  }
  return { effect, actions, resources, principals };
}

/** The resource of a call, if its action can be allowed for single resources. */
export interface Resource {
  readonly region: string;
  /** The last part of a resource's six, such as namespace/default/function/name. */
  readonly path: string;
}

/**
 * Whether statements allow an action; one that denies it wins. Of actions that know no resources only the
 * service of a statement's resource is looked at: `*`, or the third part of `qcs::<service>:…`.
 * @param names the action's names, each `<service>:<action>`
 */
export function allows(
  statements: readonly Statement[],
  names: readonly string[],
  about: Resource | undefined,
): boolean {
  const fitting = statements.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => names.some((name) => fits(pattern, name))) &&
      resources.some((resource) => names.some((name) => concerns(resource, name, about))),
  );
  return fitting.length > 0 && fitting.every(({ effect }) => effect === "allow");
}

/** Both `vod:ProcessMedia` and `name/vod:ProcessMedia` are in the official examples, and `*` within. */
function fits(pattern: string, name: string): boolean {
  return matches(pattern.replace(/^name\//, ""), name);
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.split("*").map((word) => word.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(text);
}

/** The account's part is not looked at: there is one account. */
function concerns(resource: string, name: string, about: Resource | undefined): boolean {
  if (resource === "*") return true;
  const [, , service = "", region = "", , ...path] = resource.split(":");
  if (service !== "" && service !== "*" && !name.startsWith(`${service}:`)) return false;
  if (!about) return true;
  return (region === "" || matches(region, about.region)) && matches(path.join(":"), about.path);
}

function listOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === "string");
}

function readObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Refused below.
  }
  throw invalid("PolicyDocumentError", "the value must be a JSON object");
}

function invalid(code: string, reason: string): ApiError {
  return new ApiError(`InvalidParameter.${code}`, `PolicyDocument: ${reason}.`);
}
