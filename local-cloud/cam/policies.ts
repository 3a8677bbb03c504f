import { randomInt } from "node:crypto";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { cloudTime } from "../cloud-time";
import type {
  CreatePolicyRequest,
  GetPolicyRequest,
  ListPoliciesRequest,
  UpdatePolicyRequest,
} from "./models";
import { checkName, pageOf } from "./names";
import { parsePolicyDocument, type Statement } from "./policy-document";

export interface Policy {
  readonly id: number;
  readonly name: string;
  description: string;
  document: string;
  statements: readonly Statement[];
  readonly addTime: string;
  updateTime: string;
}

/** How a request names a policy: by one of the two. */
export interface PolicyAddress {
  readonly PolicyId?: number;
  readonly PolicyName?: string;
}

/** The account's own policies; Tencent's preset ones are not here. */
export class Policies {
  readonly #now: () => number;
  readonly #policies = new Map<number, Policy>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws {ApiError} */
  create(request: CreatePolicyRequest): { PolicyId: number } {
    const { PolicyName: name, PolicyDocument: document, Description: description = "", ...others } = request;
    refuseUnsupported(others);
    checkName(name, "PolicyNameError");
    const statements = parsePolicyDocument(document, "resource");
    if (this.#named(name)) {
      throw new ApiError("FailedOperation.PolicyNameInUse", `The policy ${name} already exists.`);
    }
    const id = randomInt(10 ** 8, 10 ** 9);
    const time = cloudTime(this.#now());
    const times = { addTime: time, updateTime: time };
    this.#policies.set(id, { id, name, description, document, statements, ...times });
    return { PolicyId: id };
  }

  /** @throws {ApiError} */
  update({ PolicyDocument, Description, Alias, ...address }: UpdatePolicyRequest): { PolicyId: number } {
    refuseUnsupported({ Alias });
    const policy = this.require(address);
    if (PolicyDocument !== undefined) {
      policy.statements = parsePolicyDocument(PolicyDocument, "resource");
      policy.document = PolicyDocument;
    }
    policy.description = Description ?? policy.description;
    policy.updateTime = cloudTime(this.#now());
    return { PolicyId: policy.id };
  }

  /** @throws {ApiError} ResourceNotFound.PolicyIdNotFound, this action's own code */
  get({ PolicyId }: GetPolicyRequest): object {
    const policy = this.#policies.get(PolicyId);
    if (!policy) {
      throw new ApiError("ResourceNotFound.PolicyIdNotFound", `The policy ${PolicyId} does not exist.`);
    }
    return {
      PolicyName: policy.name,
      Description: policy.description,
      Type: 1,
      AddTime: policy.addTime,
      UpdateTime: policy.updateTime,
      PolicyDocument: policy.document,
      PresetAlias: "",
      IsServiceLinkedRolePolicy: 0,
      Tags: [],
    };
  }

  /** @param attachments to how many roles a policy is attached @throws {ApiError} */
  list(request: ListPoliciesRequest, attachments: (policy: Policy) => number): object {
    const { Page, Rp, Scope = "All", Keyword = "" } = request;
    if (!["All", "QCS", "Local"].includes(Scope)) {
      throw new ApiError("InvalidParameter.ParamError", "Scope must be All, QCS or Local.");
    }
    const own = Scope === "QCS" ? [] : [...this.#policies.values()];
    const found = own.filter(({ name }) => name.includes(Keyword));
    return {
      TotalNum: found.length,
      ServiceTypeList: [],
      List: pageOf(found, Page, Rp).map((policy) => ({
        PolicyId: policy.id,
        PolicyName: policy.name,
        AddTime: policy.addTime,
        UpdateTime: policy.updateTime,
        Type: 1,
        Description: policy.description,
        CreateMode: 2,
        Attachments: attachments(policy),
        AttachEntityCount: attachments(policy),
        AttachEntityBoundaryCount: 0,
        ServiceType: "",
        IsAttached: null,
        Deactived: 0,
        DeactivedDetail: [],
        IsServiceLinkedPolicy: 0,
        Tags: [],
      })),
    };
  }

  /** All of them or none. @throws {ApiError} InvalidParameter.PolicyIdNotExist */
  delete(ids: readonly number[]): Policy[] {
    const policies = ids.map((PolicyId) => this.require({ PolicyId }));
    for (const { id } of policies) this.#policies.delete(id);
    return policies;
  }

  /** @throws {ApiError} InvalidParameter.PolicyIdNotExist */
  require({ PolicyId, PolicyName }: PolicyAddress): Policy {
    const policy = PolicyId === undefined ? this.#named(PolicyName) : this.#policies.get(PolicyId);
    if (policy) return policy;
    throw new ApiError(
      "InvalidParameter.PolicyIdNotExist",
      `The policy ${PolicyId ?? PolicyName} does not exist.`,
    );
  }

  #named(name: string | undefined): Policy | undefined {
    return [...this.#policies.values()].find((policy) => policy.name === name);
  }
}
