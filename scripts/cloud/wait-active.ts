import type { Clock } from "../../lib/clock";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";
import { isMissing, type RemoteFunction, readFunction, redactPlatformMessage } from "./remote-function";

const PATIENCE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 3000;
const PROGRESS_MS = 15_000;
const BUSY_PATIENCE_MS = 60_000;
const BUSY_PAUSE_MS = 1000;
const GONE_TRIES = 60;
const GONE_PAUSE_MS = 1000;

/** What every step of a deployment needs. */
export interface DeployContext {
  readonly account: Account;
  readonly clock: Clock;
  /** Gets a line about each step that takes long. */
  readonly progress: (line: string) => void;
}

/**
 * Waits until a function is Active, and reports every 15 seconds what it waits for.
 * @throws with the reason if the function fails, is deleted, or takes more than five minutes
 */
export async function waitUntilActive(
  name: FunctionName,
  { account, clock, progress }: DeployContext,
): Promise<RemoteFunction> {
  const start = clock.monotonic();
  let reportedAt = start;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, MAX_PAUSE_MS)) {
    const remote = await readFunction(account, name);
    if (!remote)
      throw new Error(
        `The function ${name.namespace}/${name.name} no longer exists. Deploy it again: bash installer.sh`,
      );
    const { Status = "" } = remote.description;
    if (Status === "Active") return remote;
    if (/Failed$/.test(Status))
      throw new Error(
        `The function is ${Status}: ${redactPlatformMessage(reasonOf(remote), account, remote)}\nRun this again.`,
      );
    const waited = clock.monotonic() - start;
    if (waited > PATIENCE_MS)
      throw new Error(
        `The function is still ${Status} after five minutes. Wait some minutes, then run this again.`,
      );
    if (clock.monotonic() - reportedAt > PROGRESS_MS) {
      reportedAt = clock.monotonic();
      progress(`The function is ${Status}; waiting (${Math.round(waited / 1000)} s).`);
    }
    await clock.sleep(pause);
  }
}

/**
 * Changes a function. While another change is in progress, it waits and retries; the other change may be an earlier
 * try of this one whose answer was lost.
 */
export async function changeWhenFree<Result>(
  name: FunctionName,
  context: DeployContext,
  change: () => Promise<Result>,
): Promise<Result> {
  const { clock, progress } = context;
  const start = clock.monotonic();
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!(await isBusy(error, name, context)) || clock.monotonic() - start > BUSY_PATIENCE_MS) throw error;
      progress("Another change of the function is in progress; waiting.");
      await clock.sleep(BUSY_PAUSE_MS);
      await waitUntilActive(name, context);
    }
  }
}

/** Not every action has a code for this, so the function's state decides. */
async function isBusy(error: unknown, name: FunctionName, { account }: DeployContext): Promise<boolean> {
  const { code = "" } = describeFailure(error);
  if (/^FailedOperation\.(FunctionStatusError|FunctionNameStatusError|OperationConflict)$/.test(code)) {
    return true;
  }
  if (!/^FailedOperation\.(UpdateFunction|CreateTrigger|UpdateTrigger|DeleteTrigger)/.test(code))
    return false;
  return /ing$/.test((await readFunction(account, name))?.description.Status ?? "");
}

/**
 * Deletes a function and waits until it is gone. A function that does not exist is not an error.
 * @throws if it still exists after a minute
 */
export async function deleteFunction(name: FunctionName, context: DeployContext): Promise<void> {
  const { account, clock } = context;
  try {
    await changeWhenFree(name, context, () =>
      account.scf.DeleteFunction({ FunctionName: name.name, Namespace: name.namespace }),
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  for (let tries = 0; tries < GONE_TRIES; tries++) {
    if (!(await readFunction(account, name))) return;
    await clock.sleep(GONE_PAUSE_MS);
  }
  throw new Error(
    `The function ${name.namespace}/${name.name} is still being deleted. Wait a minute, then run this again.`,
  );
}

/** Why a function failed, in the cloud's words. */
function reasonOf({ description }: RemoteFunction): string {
  const reasons = (description.StatusReasons ?? []).map(
    ({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`,
  );
  return reasons.join("; ") || description.StatusDesc || "Tencent Cloud gives no reason";
}
