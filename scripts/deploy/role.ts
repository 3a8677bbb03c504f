import { createHash } from "node:crypto";
import type { Config } from "../../lib/config";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { describeFailure, isForbidden } from "../../lib/tencent-cloud/errors";
import type { Account } from "../cloud/account";
import type { FunctionName } from "../cloud/function-names";

const DESCRIPTION = "Made by vod-receiver for its SCF functions";

/** A role and what its functions may do. */
export interface RoleSpec {
  /** Both the role's and its policy's name. */
  readonly name: string;
  readonly permissions: object;
}

/**
 * The role of one installation. Each has its own: roles have neither a region nor a namespace, and the policy names a
 * function. The digest keeps the joined names distinct (CAM: at most 128 characters).
 * @param actions what the functions call, as service:Action
 */
export function roleOf(
  callback: FunctionName,
  retry: FunctionName,
  region: string,
  actions: readonly string[] = [],
): RoleSpec {
  const digest = createHash("sha256").update(`${callback.namespace}/${callback.name}`).digest("hex");
  return {
    name: `vod_receiver_${region}_${callback.name}_${digest.slice(0, 8)}`,
    permissions: permissionsFor(retry, region, actions),
  };
}

/**
 * The actions that the functions of an installation call, and no others.
 * @param hasQueue whether a function works through VOD's queue
 */
export function actionsFor({ work, rules, permissions = [] }: Config, hasQueue: boolean): readonly string[] {
  const works = [work, ...rules.map((rule) => rule.work)].filter((one) => one !== undefined);
  return [
    ...(works.some(({ procedure }) => procedure === undefined) ? ["vod:ProcessMedia"] : []),
    ...(works.some(({ procedure }) => procedure !== undefined) ? ["vod:ProcessMediaByProcedure"] : []),
    ...(hasQueue ? ["vod:PullEvents", "vod:ConfirmEvents"] : []),
    ...permissions,
  ];
}

/** The role that all installations of a region shared in early versions. */
export function sharedRoleName(region: string): string {
  return `vod_receiver_${region}`;
}

/** SCF may take the role. */
const TRUST = {
  version: "2.0",
  statement: [{ action: "name/sts:AssumeRole", effect: "allow", principal: { service: ["scf.qcloud.com"] } }],
};

/**
 * What the functions call, and nothing else. That InvokeFunction takes a function as its resource is what SCF's
 * page on policies shows (583/38177, 2024-12); CAM's list of services (598/57149) has it without resources. If
 * CAM refuses it so, the event that could not be handed over becomes a replay record.
 * An empty account is the policy's own.
 */
function permissionsFor(
  { namespace, name }: FunctionName,
  region: string,
  actions: readonly string[],
): object {
  const action = [...new Set(actions)].map((one) => `name/${one}`);
  return {
    version: "2.0",
    statement: [
      ...(action.length > 0 ? [{ effect: "allow", action, resource: ["*"] }] : []),
      {
        effect: "allow",
        action: ["name/scf:InvokeFunction"],
        resource: [`qcs::scf:${region}::namespace/${namespace}/function/${name}`],
      },
    ],
  };
}

/**
 * Finds or creates the role of the functions and changes only what differs.
 * @returns its name; undefined if the credentials lack the permission
 */
export async function ensureRole(account: Account, role: RoleSpec): Promise<string | undefined> {
  try {
    await ensureExists(account, role.name);
    await ensurePermissions(account, role);
    return role.name;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** The codes for what does not exist (any more). */
const GONE = /NotExist|ResourceNotFound/;

/** A cut connection hides whether the previous call was carried out; if it was, this one fails with a code of `done`. */
async function unlessDone<Result>(done: RegExp, call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (done.test(describeFailure(error).code ?? "")) return undefined;
    throw error;
  }
}

/** Removes the role and the policy that `ensureRole` created. @returns false if `ensureRole` did not create the role */
export async function removeRole(account: Account, name: string): Promise<boolean> {
  const role = await findRole(account, name);
  if (role?.["Description"] !== DESCRIPTION) return false;
  const policyId = await findPolicy(account, name);
  if (policyId !== undefined) {
    if ((await attachedPolicies(account, name)).includes(policyId)) {
      await account.cam.request("DetachRolePolicy", { PolicyId: policyId, DetachRoleName: name });
    }
    await unlessDone(GONE, account.cam.request("DeletePolicy", { PolicyId: [policyId] }));
  }
  await unlessDone(GONE, account.cam.request("DeleteRole", { RoleName: name }));
  return true;
}

async function ensureExists(account: Account, name: string): Promise<void> {
  if (await findRole(account, name)) return;
  const request = { RoleName: name, PolicyDocument: JSON.stringify(TRUST), Description: DESCRIPTION };
  await unlessDone(/NameInUse/, account.cam.request("CreateRole", request));
}

async function ensurePermissions(account: Account, { name, permissions }: RoleSpec): Promise<void> {
  const PolicyDocument = JSON.stringify(permissions);
  let policyId = await findPolicy(account, name);
  if (policyId === undefined) {
    const request = { PolicyName: name, PolicyDocument, Description: DESCRIPTION };
    const made = await unlessDone(/NameInUse/, call(account, "CreatePolicy", request));
    policyId = asId(made?.["PolicyId"] ?? (await findPolicy(account, name)));
  } else {
    const { PolicyDocument: now } = await call(account, "GetPolicy", { PolicyId: policyId });
    if (!sameJson(now, permissions)) {
      await account.cam.request("UpdatePolicy", { PolicyId: policyId, PolicyDocument });
    }
  }
  if (!(await attachedPolicies(account, name)).includes(policyId)) {
    await account.cam.request("AttachRolePolicy", { PolicyId: policyId, AttachRoleName: name });
  }
}

/** Whether the role exists; true if the credentials lack the permission to check. */
export async function roleExists(account: Account, name: string): Promise<boolean> {
  try {
    return (await findRole(account, name)) !== undefined;
  } catch (error) {
    if (isForbidden(error)) return true;
    throw error;
  }
}

async function findRole(account: Account, name: string): Promise<JsonObject | undefined> {
  try {
    const { RoleInfo } = await call(account, "GetRole", { RoleName: name });
    return isJsonObject(RoleInfo) ? RoleInfo : undefined;
  } catch (error) {
    // It is not known which of CAM's codes this has.
    if (GONE.test(describeFailure(error).code ?? "")) return undefined;
    throw error;
  }
}

async function findPolicy(account: Account, name: string): Promise<number | undefined> {
  const { List } = await call(account, "ListPolicies", {
    Scope: "Local",
    Keyword: name,
    Rp: 200,
    Page: 1,
  });
  const policies = Array.isArray(List) ? List.filter(isJsonObject) : [];
  // Keyword matches parts of names too.
  const found = policies.find((policy) => policy["PolicyName"] === name);
  return found && asId(found["PolicyId"]);
}

async function attachedPolicies(account: Account, name: string): Promise<readonly unknown[]> {
  const { List } = await call(account, "ListAttachedRolePolicies", {
    RoleName: name,
    Page: 1,
    Rp: 200,
  });
  return Array.isArray(List) ? List.filter(isJsonObject).map((policy) => policy["PolicyId"]) : [];
}

async function call({ cam }: Account, action: string, params: object): Promise<JsonObject> {
  const response: unknown = await cam.request(action, params);
  return isJsonObject(response) ? response : {};
}

function asId(value: unknown): number {
  if (typeof value === "number") return value;
  throw new Error("CAM answered without a PolicyId. Run this again.");
}

function sameJson(text: unknown, value: object): boolean {
  try {
    return typeof text === "string" && JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return false;
  }
}
