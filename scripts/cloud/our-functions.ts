import type { TriggerInfo } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";
import { type EntryPoint, entryPointOf, REMOVAL_ORDER } from "./function-names";
import { isMissing, MARKER, type RemoteFunction, readFunction, readTriggers } from "./remote-function";
import { functionOf, type Target } from "./target";

/** A function that `deploy` created, with its triggers. */
export interface FoundFunction {
  readonly entryPoint: EntryPoint;
  readonly name: FunctionName;
  readonly remote: RemoteFunction;
  readonly triggers: readonly TriggerInfo[];
}

/**
 * The deployed functions of the installation that FUNCTION names, in the order in which they can be removed.
 */
export async function listInstalled(account: Account, target: Target): Promise<readonly FoundFunction[]> {
  const found: FoundFunction[] = [];
  for (const entryPoint of REMOVAL_ORDER) {
    const one = await findFunction(account, entryPoint, target);
    if (one) found.push(one);
  }
  return found;
}

/** The message for an installation without functions, without a full stop. */
export function nothingInstalled({ names, namespace, region }: Target): string {
  return `Nothing is deployed with FUNCTION=${names.callback} in the namespace ${namespace} of ${region}`;
}

/** The functions of a namespace that carry our marker, of every installation; none if the namespace does not exist. */
export async function listOurFunctions(
  account: Account,
  namespace: string,
): Promise<readonly FoundFunction[]> {
  const found: FoundFunction[] = [];
  for (const name of await listNames(account, namespace)) {
    const one = await findOurFunction(account, { namespace, name });
    if (one) found.push(one);
  }
  return found;
}

/** The function of that name; undefined if it does not exist or does not carry our marker. */
export async function findOurFunction(
  account: Account,
  name: FunctionName,
): Promise<FoundFunction | undefined> {
  const remote = await readFunction(account, name);
  if (!remote || !(MARKER in remote.variables)) return undefined;
  return {
    entryPoint: entryPointOf(remote.variables[MARKER]),
    name,
    remote,
    triggers: await readTriggers(account, name),
  };
}

/** The function of an entry point; undefined if it does not exist or is another entry point. */
export async function findFunction(
  account: Account,
  entryPoint: EntryPoint,
  target: Target,
): Promise<FoundFunction | undefined> {
  const found = await findOurFunction(account, functionOf(entryPoint, target));
  return found?.entryPoint === entryPoint ? found : undefined;
}

/** The names of all functions of a namespace, which holds at most 50. */
export async function listNames(
  { scf }: Pick<Account, "scf">,
  namespace: string,
): Promise<readonly string[]> {
  try {
    const { Functions } = await scf.ListFunctions({ Namespace: namespace, Limit: 100 });
    if (!Array.isArray(Functions))
      throw new Error(`SCF's list of the functions in ${namespace} can't be read. Run this again.`);
    return Functions.flatMap(({ FunctionName }) => (FunctionName ? [FunctionName] : []));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
