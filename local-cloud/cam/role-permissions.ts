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

/** Whether a role's policies, as they are now, allow an action. */
export function roleAllows({ attached }: Role, service: string, action: string): boolean {
  const statements = [...attached.keys()].flatMap((policy) => policy.statements);
  // SCF's list of permissions has InvokeFunction; whether Invoke has one of its own is not known.
  const others = service === "scf" && action === "Invoke" ? ["scf:InvokeFunction"] : [];
  return allows(statements, [`${service}:${action}`, ...others]);
}
