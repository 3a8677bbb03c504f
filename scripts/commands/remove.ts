import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import { isForbidden } from "../../lib/tencent-cloud/errors";
import { type Account, openAccount } from "../cloud/account";
import { applicationOf } from "../cloud/deployed-config";
import { explain } from "../cloud/explain";
import type { EntryPoint } from "../cloud/function-names";
import {
  type FoundFunction,
  findFunction,
  listInstalled,
  listNames,
  listOurFunctions,
  nothingInstalled,
} from "../cloud/our-functions";
import { applySettings, differing, NO_RECEIVER } from "../cloud/receiver-settings";
import { isMissing, isSameAddress, serviceAddress } from "../cloud/remote-function";
import { tryTick } from "../cloud/self-test";
import { functionOf, readTarget, type Target } from "../cloud/target";
import { countOfEvents, readEventConfig } from "../cloud/vod-events";
import { deleteFunction } from "../cloud/wait-active";
import { NAMESPACE_DESCRIPTION } from "../deploy/deploy-function";
import { removeRole, roleOf, sharedRoleName } from "../deploy/role";
import { deleteTrigger } from "../deploy/triggers";
import { logLine } from "../terminal/output";
import { ask } from "../terminal/prompt";

export interface RemoveOptions {
  /** Does not prompt. */
  readonly yes?: boolean;
  /** The only function to remove: reliable, which is left over after a return to the normal callback. */
  readonly only?: string;
}

/**
 * Removes what `deploy` created: the functions of this installation, then the namespace if `deploy` created it and
 * it is empty, then the roles that `deploy` created and that none of our functions in the region uses.
 * @throws if the user declines
 */
export async function remove(environment: Environment, { yes, only }: RemoveOptions): Promise<void> {
  const target = readTarget(environment);
  const account = openAccount(target, logLine);
  if (only !== undefined) return removeOnly(only, account, target, yes);
  const { namespace } = target;
  const found = await listInstalled(account, target);
  const has = (wanted: EntryPoint) => found.some(({ entryPoint }) => entryPoint === wanted);
  if (found.length === 0) {
    logLine(`${nothingInstalled(target)}.`);
  } else {
    const names = found.map(({ name }) => `${name.namespace}/${name.name}`).join(", ");
    const loss = has("callback") ? " Its address will be lost permanently." : "";
    if (!yes) await confirm(`Remove ${names} from ${account.region}?${loss}`);
    await clearReceiver(found, account, target, yes);
    for (const one of found) await removeFunction(one, account);
  }
  const others = (await listOurFunctions(account, namespace)).map(({ name }) => name.name).sort();
  if (others.length > 0) {
    logLine(
      `Not removed, because they belong to other installations than FUNCTION=${target.names.callback}: ${others.join(", ")}.`,
    );
  }
  if (await removeNamespace(account, namespace)) logLine(`Removed the namespace ${namespace}.`);
  if (await removeRoles(account, target, found)) logLine("Removed the role of the functions.");
}

/** Clears VOD's callback settings if they name what is removed. A failure does not stop the removal. */
async function clearReceiver(
  found: readonly FoundFunction[],
  account: Account,
  target: Target,
  yes = false,
): Promise<void> {
  try {
    const application = applicationOf(found, target);
    const { Mode, NotificationUrl } = await readEventConfig(account, application);
    const addresses = found.map(({ remote, triggers }) => serviceAddress(remote, triggers));
    const isPull = Mode === "PULL";
    const isOurs = isPull
      ? found.some(({ entryPoint }) => entryPoint === "reliable")
      : addresses.some((one) => one !== undefined && isSameAddress(NotificationUrl, one));
    if (!isOurs) return;
    const where = isPull ? "keeps its events in its queue" : "sends its events to this address";
    // Another service may work through the queue too, which only the user knows.
    const clear = yes ? !isPull : await ask(`VOD ${where}. Clear its callback settings too?`);
    if (!clear)
      return logLine(`VOD ${where}. To change that: ./vod-receiver event-config --clear --yes --replace`);
    const kept = differing(await applySettings(account, application, NO_RECEIVER), NO_RECEIVER);
    logLine(
      kept.length === 0
        ? "VOD's callback settings are cleared: it sends its events nowhere."
        : `VOD did not take ${kept.join(", ")}. Change its callback settings in the VOD console.`,
    );
  } catch (error) {
    logLine(`VOD's callback settings were not changed. ${explain(error).split("\n")[0]}`);
  }
}

/**
 * Removes reliable if VOD no longer needs it. VOD's count of waiting events is about three minutes late, so a last
 * run of the function checks too. What both miss stays in VOD's queue for four days, for a new deployment.
 */
async function removeOnly(only: string, account: Account, target: Target, yes = false): Promise<void> {
  if (only !== "reliable") throw new UsageError(`--only takes "reliable" (got "${only}").`);
  const reliable = await findFunction(account, "reliable", target);
  const { namespace, name } = functionOf("reliable", target);
  if (!reliable)
    throw new Error(`${namespace}/${name} is not deployed. To see what is deployed: ./vod-receiver info`);
  const application = applicationOf([reliable], target);
  if ((await readEventConfig(account, application)).Mode === "PULL") {
    throw new Error(
      "VOD puts its events into its queue, and nothing else processes it. First run: MODE=normal ./vod-receiver event-config --yes",
    );
  }
  const waiting = await countOfEvents(account, application);
  if ("unknown" in waiting) logLine(`VOD does not report the length of its queue (${waiting.unknown}).`);
  else if (waiting.count > 0) {
    throw new Error(
      `About ${waiting.count} events still wait in VOD's queue. Let ${name} finish, then run this again. The count is about three minutes late.`,
    );
  }
  logLine(`Running ${name} once more to check VOD's queue.`);
  const tick = await tryTick(account, reliable.name);
  if ("pulled" in tick && tick.pulled > 0) {
    throw new Error(
      `Events still wait in VOD's queue (${name} just pulled ${tick.pulled}). Let ${name} finish, then run this again.`,
    );
  }
  if (!yes) await confirm(`Remove ${namespace}/${name} from ${account.region}?`);
  await removeFunction(reliable, account);
}

/** Removes the timers first, so that none invokes a function that is being deleted. */
async function removeFunction({ name, triggers }: FoundFunction, account: Account): Promise<void> {
  const context = { account, clock: systemClock, progress: logLine };
  for (const timer of triggers) {
    if (timer.Type === "timer") await deleteTrigger(name, timer, context);
  }
  await deleteFunction(name, context);
  logLine(`Removed the function ${name.namespace}/${name.name}.`);
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

/** Removes the roles of the removed functions, this installation's role, and the one that early versions shared. */
async function removeRoles(
  account: Account,
  target: Target,
  removed: readonly FoundFunction[],
): Promise<boolean> {
  const own = roleOf(functionOf("callback", target), functionOf("retry", target), account.region).name;
  const roles = removed.flatMap(({ remote }) => remote.description.Role ?? []);
  const used = await rolesInUse(account);
  let any = false;
  for (const role of new Set([own, ...roles, sharedRoleName(account.region)])) {
    if (role && !used.has(role) && (await removeRoleIfAllowed(account, role))) any = true;
  }
  return any;
}

async function rolesInUse(account: Account): Promise<ReadonlySet<string | undefined>> {
  const { Namespaces } = await account.scf.ListNamespaces({ Limit: 100 });
  const roles = new Set<string | undefined>();
  for (const { Name } of Namespaces ?? []) {
    if (!Name) continue;
    for (const { remote } of await listOurFunctions(account, Name)) roles.add(remote.description.Role);
  }
  return roles;
}

async function removeRoleIfAllowed(account: Account, name: string): Promise<boolean> {
  try {
    return await removeRole(account, name);
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

async function confirm(question: string): Promise<void> {
  const answer = await ask(question);
  if (answer === undefined)
    throw new Error(
      "Nothing was removed. This is not a terminal, so remove can't prompt. To remove without a prompt, pass --yes.",
    );
  if (!answer) throw new Error("Nothing was removed, because you declined.");
}
