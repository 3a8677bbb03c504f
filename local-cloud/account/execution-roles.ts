import { ApiError } from "../api/error";
import type { Credential } from "../api/signature";
import { roleAllows, trusts } from "../cam/role-permissions";
import type { Role, Roles } from "../cam/roles";
import type { Keys } from "./keys";

const SCF = "scf.qcloud.com";

/** CAM's roles as SCF uses them: to run functions with. */
export interface ExecutionRoles {
  /** @throws {ApiError} FailedOperation.QcsRoleNotFound, UnauthorizedOperation.Role */
  check(name: string): void;
  /**
   * New temporary credentials, which may do what the role's policies allow at the time of each call.
   * @throws {ApiError} as check does
   */
  assume(name: string): Required<Credential>;
}

/** @param region the one that functions, and what they may call, are in */
export function executionRoles(roles: Roles, keys: Keys, region: string): ExecutionRoles {
  const require = (name: string): Role => {
    const role = roles.find({ RoleName: name });
    if (!role) throw new ApiError("FailedOperation.QcsRoleNotFound", `The role ${name} does not exist.`);
    if (trusts(role, SCF)) return role;
    // Which of its codes SCF has for this is not known.
    throw new ApiError("UnauthorizedOperation.Role", `The role ${name} does not let ${SCF} assume it.`);
  };
  return {
    check: require,
    assume(name) {
      const { id } = require(name);
      return keys.issueTemporary((call) => {
        const role = roles.find({ RoleId: id });
        return role !== undefined && roleAllows(role, call, region);
      });
    },
  };
}
