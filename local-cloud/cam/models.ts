// CAM's requests and answers, as far as the local cloud has the actions, by Tencent's API metadata (2026-08):
// the registry that this project installs from has no SDK package of CAM. What follows is read by the schemas.

export interface CreateRoleRequest {
  RoleName: string;
  PolicyDocument: string;
  Description?: string;
  ConsoleLogin?: number;
  SessionDuration?: number;
  Tags?: Array<Tag>;
}

interface Tag {
  Key: string;
  Value: string;
}

export interface GetRoleRequest {
  RoleId?: string;
  RoleName?: string;
}

export interface DeleteRoleRequest {
  RoleId?: string;
  RoleName?: string;
}

export interface AttachRolePolicyRequest {
  PolicyId?: number;
  PolicyName?: string;
  AttachRoleId?: string;
  AttachRoleName?: string;
}

export interface DetachRolePolicyRequest {
  PolicyId?: number;
  PolicyName?: string;
  DetachRoleId?: string;
  DetachRoleName?: string;
}

export interface ListAttachedRolePoliciesRequest {
  Page: number;
  Rp: number;
  RoleId?: string;
  RoleName?: string;
  PolicyType?: string;
  Keyword?: string;
}

export interface CreatePolicyRequest {
  PolicyName: string;
  PolicyDocument: string;
  Description?: string;
  Tags?: Array<Tag>;
}

export interface UpdatePolicyRequest {
  PolicyId?: number;
  PolicyName?: string;
  Description?: string;
  PolicyDocument?: string;
  Alias?: string;
}

export interface GetPolicyRequest {
  PolicyId: number;
}

export interface DeletePolicyRequest {
  PolicyId: Array<number>;
}

export interface ListPoliciesRequest {
  Rp?: number;
  Page?: number;
  Scope?: string;
  Keyword?: string;
}

// biome-ignore lint/suspicious/noEmptyInterface: the action has no parameters
export interface GetUserAppIdRequest {}
