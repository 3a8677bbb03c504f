import { isJsonObject } from "../../lib/json";

/**
 * What Tencent's own toolkit sends although the API's metadata does not list it, by service and action: the real
 * API takes or ignores it. Ignored here.
 */
const IGNORED = new Map([
  ["scf:GetFunction", ["ShowTriggers"]],
  ["scf:CreateFunction", ["DeployMode", "DiskSize", "L5Enable"]],
  ["scf:UpdateFunctionConfiguration", ["AsyncRunEnable", "DiskSize"]],
]);

/** The parameters without those that the action ignores. */
export function withoutIgnored(service: string, action: string, params: unknown): unknown {
  const names = IGNORED.get(`${service}:${action}`);
  if (!names || !isJsonObject(params)) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}
