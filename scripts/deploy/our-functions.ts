import type { TriggerInfo } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { Account } from "./account";
import {
  type FunctionName,
  isMissing,
  MARKER,
  type RemoteFunction,
  readFunction,
  readTriggers,
} from "./remote-function";

/** A function that deploying made, with its triggers. */
export interface FoundFunction {
  readonly name: FunctionName;
  readonly remote: RemoteFunction;
  readonly triggers: readonly TriggerInfo[];
}

/** The functions of a namespace that carry our marker; none where there is no such namespace. */
export async function listOurFunctions(
  account: Account,
  namespace: string,
): Promise<readonly FoundFunction[]> {
  const found: FoundFunction[] = [];
  for (const name of await listNames(account, namespace)) {
    const remote = await readFunction(account, { namespace, name });
    if (!remote || !(MARKER in remote.variables)) continue;
    const triggers = await readTriggers(account, { namespace, name });
    found.push({ name: { namespace, name }, remote, triggers });
  }
  return found;
}

/** The names of all functions of a namespace; a namespace holds 50 at most. */
export async function listNames({ scf }: Account, namespace: string): Promise<readonly string[]> {
  try {
    const { Functions } = await scf.ListFunctions({ Namespace: namespace, Limit: 100 });
    return (Functions ?? []).flatMap(({ FunctionName }) => (FunctionName ? [FunctionName] : []));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
