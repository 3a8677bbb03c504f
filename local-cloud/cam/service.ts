import { defineService, type Service } from "../api/service";
import type {
  AttachRolePolicyRequest,
  CreatePolicyRequest,
  CreateRoleRequest,
  DeletePolicyRequest,
  DeleteRoleRequest,
  DetachRolePolicyRequest,
  GetPolicyRequest,
  GetRoleRequest,
  GetUserAppIdRequest,
  ListAttachedRolePoliciesRequest,
  ListPoliciesRequest,
  UpdatePolicyRequest,
} from "./models";
import { Policies } from "./policies";
import { Roles } from "./roles";

/** The actions, in the form that an SDK's client declares them. */
interface Client {
  CreateRole(request: CreateRoleRequest): unknown;
  GetRole(request: GetRoleRequest): unknown;
  DeleteRole(request: DeleteRoleRequest): unknown;
  AttachRolePolicy(request: AttachRolePolicyRequest): unknown;
  DetachRolePolicy(request: DetachRolePolicyRequest): unknown;
  ListAttachedRolePolicies(request: ListAttachedRolePoliciesRequest): unknown;
  CreatePolicy(request: CreatePolicyRequest): unknown;
  UpdatePolicy(request: UpdatePolicyRequest): unknown;
  GetPolicy(request: GetPolicyRequest): unknown;
  DeletePolicy(request: DeletePolicyRequest): unknown;
  ListPolicies(request: ListPoliciesRequest): unknown;
  GetUserAppId(request: GetUserAppIdRequest): unknown;
}

export interface CamOptions {
  readonly appId: string;
  readonly uin: string;
  readonly now: () => number;
}

/** CAM's API, and the roles for the services that assume them. */
export function createCam({ appId, uin, now }: CamOptions): {
  readonly service: Service;
  readonly roles: Roles;
} {
  const roles = new Roles(now, uin);
  const policies = new Policies(now);
  const service = defineService<Client>("cam", {
    CreateRole: (request) => roles.create(request),
    GetRole: (request) => roles.get(request),
    DeleteRole: (request) => {
      roles.delete(request);
      return {};
    },
    AttachRolePolicy: ({ AttachRoleId, AttachRoleName, ...policy }) => {
      roles.attach({ RoleId: AttachRoleId, RoleName: AttachRoleName }, policies.require(policy));
      return {};
    },
    DetachRolePolicy: ({ DetachRoleId, DetachRoleName, ...policy }) => {
      roles.detach({ RoleId: DetachRoleId, RoleName: DetachRoleName }, policies.require(policy));
      return {};
    },
    ListAttachedRolePolicies: (request) => roles.listAttached(request),
    CreatePolicy: (request) => policies.create(request),
    UpdatePolicy: (request) => policies.update(request),
    GetPolicy: (request) => policies.get(request),
    DeletePolicy: ({ PolicyId }) => {
      roles.detachAll(policies.delete(PolicyId));
      return {};
    },
    ListPolicies: (request) => policies.list(request, (policy) => roles.attachments(policy)),
    GetUserAppId: () => ({ Uin: uin, OwnerUin: uin, AppId: Number(appId) }),
  });
  return { service, roles };
}
