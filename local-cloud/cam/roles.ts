import { randomInt } from "node:crypto";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { cloudTime } from "../cloud-time";
import type { CreateRoleRequest, ListAttachedRolePoliciesRequest } from "./models";
import { checkName, pageOf } from "./names";
import type { Policy } from "./policies";
import { parsePolicyDocument, type Statement } from "./policy-document";

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly document: string;
  readonly trust: readonly Statement[];
  readonly addTime: string;
  readonly sessionDuration: number;
  /** The policies that are attached, and since when. */
  readonly attached: Map<Policy, string>;
}

/** How a request names a role: by one of the two. */
export interface RoleAddress {
  readonly RoleId?: string | undefined;
  readonly RoleName?: string | undefined;
}

/** The account's roles, with the policies that are attached to them. */
export class Roles {
  readonly #now: () => number;
  readonly #uin: string;
  readonly #roles = new Map<string, Role>();

  constructor(now: () => number, uin: string) {
    this.#now = now;
    this.#uin = uin;
  }

  /** @throws {ApiError} */
  create(request: CreateRoleRequest): { RoleId: string } {
    const { RoleName: name, PolicyDocument: document, Description: description = "", ...others } = request;
    const { SessionDuration = 0, ConsoleLogin: _login, ...more } = others;
    refuseUnsupported(more);
    checkName(name, "RoleNameError");
    const trust = parsePolicyDocument(document, "principal");
    if (this.find({ RoleName: name })) {
      throw new ApiError("InvalidParameter.RoleNameInUse", `The role ${name} already exists.`);
    }
    const id = `4611686${randomInt(10 ** 11, 10 ** 12)}`;
    const addTime = cloudTime(this.#now());
    const attached = new Map<Policy, string>();
    const sessionDuration = SessionDuration;
    this.#roles.set(id, { id, name, description, document, trust, addTime, sessionDuration, attached });
    return { RoleId: id };
  }

  /** @throws {ApiError} InvalidParameter.RoleNotExist */
  get(address: RoleAddress): object {
    const role = this.require(address);
    return {
      RoleInfo: {
        RoleId: role.id,
        RoleName: role.name,
        PolicyDocument: role.document,
        Description: role.description,
        AddTime: role.addTime,
        UpdateTime: role.addTime,
        ConsoleLogin: 0,
        RoleType: "user",
        SessionDuration: role.sessionDuration,
        DeletionTaskId: "",
        Tags: [],
        RoleArn: `qcs::cam::uin/${this.#uin}:roleName/${role.name}`,
      },
    };
  }

  /** With what is attached to it: DeleteRole has no code for a role in use. @throws {ApiError} */
  delete(address: RoleAddress): void {
    this.#roles.delete(this.require(address).id);
  }

  /** Attaching what is attached already changes nothing. @throws {ApiError} */
  attach(address: RoleAddress, policy: Policy): void {
    const { attached } = this.require(address);
    if (!attached.has(policy)) attached.set(policy, cloudTime(this.#now()));
  }

  /** Detaching what is not attached is not an error, because no code for it is listed. @throws {ApiError} */
  detach(address: RoleAddress, policy: Policy): void {
    this.require(address).attached.delete(policy);
  }

  /** Takes policies that are deleted from every role. */
  detachAll(policies: readonly Policy[]): void {
    for (const { attached } of this.#roles.values()) for (const policy of policies) attached.delete(policy);
  }

  attachments(policy: Policy): number {
    return [...this.#roles.values()].filter(({ attached }) => attached.has(policy)).length;
  }

  /** @throws {ApiError} */
  listAttached({
    Page,
    Rp,
    PolicyType = "User",
    Keyword = "",
    ...role
  }: ListAttachedRolePoliciesRequest): object {
    const all = PolicyType === "QCS" ? [] : [...this.require(role).attached];
    const found = all.filter(([policy]) => policy.name.includes(Keyword));
    return {
      TotalNum: found.length,
      List: pageOf(found, Page, Rp).map(([policy, time]) => ({
        PolicyId: policy.id,
        PolicyName: policy.name,
        AddTime: time,
        PolicyType: "User",
        CreateMode: 2,
        Deactived: 0,
        DeactivedDetail: [],
        Description: policy.description,
      })),
    };
  }

  /** @throws {ApiError} InvalidParameter.RoleNotExist, InvalidParameter.ParamError */
  require(address: RoleAddress): Role {
    const { RoleId, RoleName } = address;
    if (RoleId === undefined && RoleName === undefined) {
      throw new ApiError("InvalidParameter.ParamError", "The role's id or its name is missing.");
    }
    const role = this.find(address);
    if (role) return role;
    throw new ApiError("InvalidParameter.RoleNotExist", `The role ${RoleId ?? RoleName} does not exist.`);
  }

  find({ RoleId, RoleName }: RoleAddress): Role | undefined {
    if (RoleId !== undefined) return this.#roles.get(RoleId);
    return [...this.#roles.values()].find(({ name }) => name === RoleName);
  }
}
