import { describeFailure } from "../../lib/tencent-cloud/client-config";
import type { Account } from "../cloud/account";
import type { FunctionName } from "../cloud/function-names";
import { changeWhenFree, type DeployContext } from "../cloud/wait-active";
import type { FunctionSpec } from "./serverless-file";

/**
 * How often SCF repeats an asynchronous invocation that failed, and for how long it keeps one that can't be
 * started, in seconds (UpdateFunctionEventInvokeConfig). Tencent's component has no key for it.
 */
const ASYNC_CONFIG = { RetryConfig: [{ RetryNum: 2 }], MsgTTL: 6 * 3600 };

/** Makes SCF repeat a function's failed asynchronous invocations, where it does not so already. */
export async function ensureRepeating(name: FunctionName, context: DeployContext): Promise<void> {
  const { account } = context;
  if (await isRepeating(account, name)) return;
  await changeWhenFree(name, context, () =>
    account.scf.UpdateFunctionEventInvokeConfig({ ...addressOf(name), AsyncTriggerConfig: ASYNC_CONFIG }),
  );
}

/** Whether a function's failed asynchronous invocations are repeated as `ensureRepeating` has it. */
export async function isRepeating({ scf }: Account, name: FunctionName): Promise<boolean> {
  const { AsyncTriggerConfig: now } = await scf.GetFunctionEventInvokeConfig(addressOf(name));
  const retries = now?.RetryConfig?.[0]?.RetryNum;
  return retries === ASYNC_CONFIG.RetryConfig[0]?.RetryNum && now?.MsgTTL === ASYNC_CONFIG.MsgTTL;
}

/**
 * Bounds how many instances a function has at a time; one without a bound in its description keeps what it has.
 * SCF counts in memory. A small account may not have that much to reserve: then there is no bound, and a notice.
 */
export async function ensureBound(
  name: FunctionName,
  { reservedConcurrency, memorySize }: FunctionSpec,
  context: DeployContext,
): Promise<void> {
  if (reservedConcurrency === undefined) return;
  const { account, progress } = context;
  const megabytes = reservedConcurrency * memorySize;
  try {
    const { ReservedMem } = await account.scf.GetReservedConcurrencyConfig(addressOf(name));
    if (ReservedMem === megabytes) return;
    await changeWhenFree(name, context, () =>
      account.scf.PutReservedConcurrencyConfig({ ...addressOf(name), ReservedConcurrencyMem: megabytes }),
    );
  } catch (error) {
    const { code, message } = describeFailure(error);
    if (code === undefined || code.startsWith("AuthFailure")) throw error;
    progress(
      `Warning: ${name.name} could not be bounded to ${reservedConcurrency} instances (${code}: ${message}); ` +
        "a flood of requests can cost more.",
    );
  }
}

function addressOf({ namespace, name }: FunctionName): { FunctionName: string; Namespace: string } {
  return { FunctionName: name, Namespace: namespace };
}
