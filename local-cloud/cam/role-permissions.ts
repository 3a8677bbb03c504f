import { allows } from "./policy-document";
import type { Role } from "./roles";

/** Whether a role lets a service assume it, such as scf.qcloud.com. */
export function trusts({ trust }: Role, service: string): boolean {
  return trust.some(
    ({ effect, actions, principals }) =>
      effect === "allow" &&
      actions.some((action) => action.replace(/^name\//, "") === "sts:AssumeRole") &&
      principals.includes(service),
  );
}

/** A call, as far as policies distinguish calls. */
export interface AskedCall {
  readonly service: string;
  readonly action: string;
  readonly params: unknown;
}

/** Whether a role's policies, as they are now, allow a call in a region. */
export function roleAllows(
  { attached }: Role,
  { service, action, params }: AskedCall,
  region: string,
): boolean {
  const statements = [...attached.keys()].flatMap((policy) => policy.statements);
  if (service !== "scf" || action !== "Invoke")
    return allows(statements, [`${service}:${action}`], undefined);
  // SCF's list of permissions has InvokeFunction; whether Invoke has one of its own is not known. That it can be
  // allowed for single functions SCF's page on policies says (583/38177), and CAM's list denies (598/57149).
  return allows(statements, ["scf:Invoke", "scf:InvokeFunction"], { region, path: functionIn(params) });
}

/** As SCF's page on policies names a function. */
function functionIn(params: unknown): string {
  const { FunctionName, Namespace = "default" }: { FunctionName?: unknown; Namespace?: unknown } =
    Object(params);
  return `namespace/${Namespace}/function/${FunctionName}`;
}
