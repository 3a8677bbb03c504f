import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { Account } from "../cloud/account";
import type { EntryPoint, FunctionName } from "../cloud/function-names";
import { changeWhenFree, type DeployContext } from "../cloud/wait-active";
import type { FunctionSpec } from "./serverless-file";

/**
 * How often SCF retries a failed asynchronous invocation, and for how many seconds it keeps one that it can't start
 * (UpdateFunctionEventInvokeConfig). Tencent's component has no key for it.
 */
const ASYNC_CONFIG = { RetryConfig: [{ RetryNum: 2 }], MsgTTL: 6 * 3600 };

/** Sets SCF to retry a function's failed asynchronous invocations, unless it is already set so. */
export async function ensureRepeating(name: FunctionName, context: DeployContext): Promise<void> {
  const { account } = context;
  if (await isRepeating(account, name)) return;
  await changeWhenFree(name, context, () =>
    account.scf.UpdateFunctionEventInvokeConfig({ ...addressOf(name), AsyncTriggerConfig: ASYNC_CONFIG }),
  );
}

/** Whether SCF retries a function's failed asynchronous invocations as `ensureRepeating` sets it. */
export async function isRepeating({ scf }: Account, name: FunctionName): Promise<boolean> {
  const { AsyncTriggerConfig: now } = await scf.GetFunctionEventInvokeConfig(addressOf(name));
  const retries = now?.RetryConfig?.[0]?.RetryNum;
  return retries === ASYNC_CONFIG.RetryConfig[0]?.RetryNum && now?.MsgTTL === ASYNC_CONFIG.MsgTTL;
}

/** How many instances callback may have at a time unless the user says otherwise (docs/scale.md#concurrency). */
export const DEFAULT_CONCURRENCY = 100;

/** A limit on a function's instances, and the memory of each. */
export interface InstanceLimit {
  readonly instances: number | undefined;
  readonly memorySize: number;
}

/** @param concurrency the variable CONCURRENCY, given now or kept */
export function limitOf(
  entryPoint: EntryPoint,
  { reservedConcurrency, memorySize }: FunctionSpec,
  concurrency: string | undefined,
): InstanceLimit {
  const described = reservedConcurrency ?? (entryPoint === "callback" ? DEFAULT_CONCURRENCY : undefined);
  return { instances: concurrency ? Number(concurrency) : described, memorySize };
}

/**
 * Limits how many instances a function has at a time; without a limit, the function keeps its current one. SCF counts
 * in memory. If an account can't reserve that much, there is no limit, but a notice.
 */
export async function ensureBound(
  name: FunctionName,
  { instances, memorySize }: InstanceLimit,
  context: DeployContext,
): Promise<void> {
  if (instances === undefined) return;
  const { account, progress } = context;
  const megabytes = instances * memorySize;
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
      `Warning: ${name.name} could not be limited to ${instances} instances (${code}: ${message}). ` +
        "A flood of requests can cost more. To set a lower limit: CONCURRENCY=<instances> bash installer.sh",
    );
  }
}

function addressOf({ namespace, name }: FunctionName): { FunctionName: string; Namespace: string } {
  return { FunctionName: name, Namespace: namespace };
}
