import { createInterface } from "node:readline/promises";
import { systemClock } from "../lib/clock";
import type { Environment } from "../lib/config";
import { type Account, openAccount } from "./deploy/account";
import { withDefaults } from "./deploy/deploy";
import { NAMESPACE_DESCRIPTION } from "./deploy/deploy-function";
import { listNames, listOurFunctions } from "./deploy/our-functions";
import { isForbidden, isMissing } from "./deploy/remote-function";
import { removeRole } from "./deploy/role";
import { deleteFunction } from "./deploy/wait-active";
import { say } from "./say";

/**
 * Takes away what deploying made, and nothing else: the functions with our marker, then the namespace if we
 * made it and it is empty, then the role if we made it and no other function of ours in the region has it.
 * @throws where the person says no
 */
export async function remove(environment: Environment, { yes }: { yes?: boolean }): Promise<void> {
  const env = withDefaults(environment);
  const account = openAccount(env, say);
  const namespace = env["NAMESPACE"] ?? "";
  const found = await listOurFunctions(account, namespace);
  if (found.length === 0) {
    say(`Nothing is deployed in the namespace ${namespace} of ${account.region}.`);
  } else {
    const names = found.map(({ name }) => `${name.namespace}/${name.name}`).join(", ");
    if (!yes)
      await confirm(`Remove ${names} from ${account.region}? Its address will be gone for good. (yes/no) `);
    for (const { name } of found) {
      await deleteFunction(name, { account, clock: systemClock, progress: say });
      say(`Removed the function ${name.namespace}/${name.name}.`);
    }
  }
  if (found.length > 0) say("VOD may still send its events to the old address; change that in its console.");
  if (await removeNamespace(account, namespace)) say(`Removed the namespace ${namespace}.`);
  if (!(await anyLeft(account)) && (await removeRoleIfAllowed(account)))
    say("Removed the role of the functions.");
}

async function removeNamespace(account: Account, namespace: string): Promise<boolean> {
  const { Namespaces } = await account.scf.ListNamespaces({ Limit: 100 });
  const found = Namespaces?.find(({ Name }) => Name === namespace);
  if (found?.Description !== NAMESPACE_DESCRIPTION) return false;
  if ((await listNames(account, namespace)).length > 0) return false;
  try {
    await account.scf.DeleteNamespace({ Namespace: namespace });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return true;
}

async function anyLeft(account: Account): Promise<boolean> {
  const { Namespaces } = await account.scf.ListNamespaces({ Limit: 100 });
  for (const { Name } of Namespaces ?? []) {
    if (Name && (await listOurFunctions(account, Name)).length > 0) return true;
  }
  return false;
}

async function removeRoleIfAllowed(account: Account): Promise<boolean> {
  try {
    return await removeRole(account);
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new Error("Nothing was removed: say --yes where nobody can be asked.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was removed.");
}
