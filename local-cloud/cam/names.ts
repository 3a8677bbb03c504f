import { ApiError } from "../api/error";

/** By the metadata: a role's and a policy's name. @throws {ApiError} InvalidParameter.<code> */
export function checkName(name: string, code: "RoleNameError" | "PolicyNameError"): void {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return;
  throw new ApiError(`InvalidParameter.${code}`, `The name "${name}" is not valid.`);
}

/** One page of a list, counted from 1. @throws {ApiError} InvalidParameter.ParamError */
export function pageOf<Item>(items: readonly Item[], page = 1, size = 20): Item[] {
  if (size < 1 || size > 200 || page < 1 || page > 200) {
    throw new ApiError("InvalidParameter.ParamError", "Rp and Page must be from 1 to 200.");
  }
  return items.slice((page - 1) * size, page * size);
}
