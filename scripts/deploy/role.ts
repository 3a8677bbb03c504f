import { isJsonObject, type JsonObject } from "../../lib/json";
import { describeFailure } from "../../lib/tencent-cloud";
import type { Account } from "./account";
import { isForbidden } from "./remote-function";

/** Both the role's and its policy's name. Roles know no region, but what uses them is looked for in one. */
const roleName = ({ region }: Account) => `vod_receiver_${region}`;
const DESCRIPTION = "Made by vod-receiver for its SCF functions";

/** SCF may take the role. */
const TRUST = {
  version: "2.0",
  statement: [{ action: "name/sts:AssumeRole", effect: "allow", principal: { service: ["scf.qcloud.com"] } }],
};

/** What the functions call, and nothing else. */
const PERMISSIONS = {
  version: "2.0",
  statement: [{ effect: "allow", action: ["name/vod:ProcessMedia"], resource: ["*"] }],
};

/**
 * Finds or makes the role that the functions run under; changes only what differs.
 * @returns its name; undefined where the key may not do that
 */
export async function ensureRole(account: Account): Promise<string | undefined> {
  try {
    await ensureExists(account);
    await ensurePermissions(account);
    return roleName(account);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** The codes for what is not there (any more). */
const GONE = /NotExist|ResourceNotFound/;

/** A cut connection hides whether the call before this one was carried out: then the next one fails so. */
async function unlessDone<Result>(done: RegExp, call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (done.test(describeFailure(error).code ?? "")) return undefined;
    throw error;
  }
}

/** Takes away what `ensureRole` made; a role of that name which it did not make stays. */
export async function removeRole(account: Account): Promise<boolean> {
  const role = await findRole(account);
  if (role?.["Description"] !== DESCRIPTION) return false;
  const policyId = await findPolicy(account);
  if (policyId !== undefined) {
    if ((await attachedPolicies(account)).includes(policyId)) {
      await account.cam.request("DetachRolePolicy", {
        PolicyId: policyId,
        DetachRoleName: roleName(account),
      });
    }
    await unlessDone(GONE, account.cam.request("DeletePolicy", { PolicyId: [policyId] }));
  }
  await unlessDone(GONE, account.cam.request("DeleteRole", { RoleName: roleName(account) }));
  return true;
}

async function ensureExists(account: Account): Promise<void> {
  if (await findRole(account)) return;
  const request = {
    RoleName: roleName(account),
    PolicyDocument: JSON.stringify(TRUST),
    Description: DESCRIPTION,
  };
  await unlessDone(/NameInUse/, account.cam.request("CreateRole", request));
}

async function ensurePermissions(account: Account): Promise<void> {
  const PolicyDocument = JSON.stringify(PERMISSIONS);
  let policyId = await findPolicy(account);
  if (policyId === undefined) {
    const request = { PolicyName: roleName(account), PolicyDocument, Description: DESCRIPTION };
    const made = await unlessDone(/NameInUse/, call(account, "CreatePolicy", request));
    policyId = asId(made?.["PolicyId"] ?? (await findPolicy(account)));
  } else {
    const { PolicyDocument: now } = await call(account, "GetPolicy", { PolicyId: policyId });
    if (!sameJson(now, PERMISSIONS)) {
      await account.cam.request("UpdatePolicy", { PolicyId: policyId, PolicyDocument });
    }
  }
  if (!(await attachedPolicies(account)).includes(policyId)) {
    await account.cam.request("AttachRolePolicy", { PolicyId: policyId, AttachRoleName: roleName(account) });
  }
}

/** Whether there is such a role; where the key may not look, there is nothing to say against it. */
export async function roleExists(account: Account, name: string): Promise<boolean> {
  try {
    return (await findRole(account, name)) !== undefined;
  } catch (error) {
    if (isForbidden(error)) return true;
    throw error;
  }
}

async function findRole(account: Account, name = roleName(account)): Promise<JsonObject | undefined> {
  try {
    const { RoleInfo } = await call(account, "GetRole", { RoleName: name });
    return isJsonObject(RoleInfo) ? RoleInfo : undefined;
  } catch (error) {
    // Which of CAM's codes it is is not among what we know for sure.
    if (GONE.test(describeFailure(error).code ?? "")) return undefined;
    throw error;
  }
}

async function findPolicy(account: Account): Promise<number | undefined> {
  const { List } = await call(account, "ListPolicies", {
    Scope: "Local",
    Keyword: roleName(account),
    Rp: 200,
    Page: 1,
  });
  const policies = Array.isArray(List) ? List.filter(isJsonObject) : [];
  // Keyword matches parts of names too.
  const found = policies.find((policy) => policy["PolicyName"] === roleName(account));
  return found && asId(found["PolicyId"]);
}

async function attachedPolicies(account: Account): Promise<readonly unknown[]> {
  const { List } = await call(account, "ListAttachedRolePolicies", {
    RoleName: roleName(account),
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
  throw new Error("CAM answered without a PolicyId.");
}

function sameJson(text: unknown, value: object): boolean {
  try {
    return typeof text === "string" && JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return false;
  }
}
