import type { Clock } from "../../lib/clock";
import type { Account } from "./account";
import { type FunctionName, type RemoteFunction, readFunction } from "./remote-function";

const PATIENCE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3000;
const PROGRESS_MS = 15_000;

/**
 * Waits until a function is Active.
 * @param progress is told now and then what is being waited for
 * @throws with the reason where it fails, disappears, or takes more than five minutes
 */
export async function waitUntilActive(
  account: Account,
  name: FunctionName,
  clock: Clock,
  progress: (line: string) => void,
): Promise<RemoteFunction> {
  const start = clock.now();
  let told = start;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const remote = await readFunction(account, name);
    if (!remote) throw new Error(`The function ${name.namespace}/${name.name} has disappeared.`);
    const { Status = "" } = remote.description;
    if (Status === "Active") return remote;
    if (/Failed$/.test(Status)) throw new Error(`The function is ${Status}: ${reasonOf(remote)}`);
    const waited = clock.now() - start;
    if (waited > PATIENCE_MS)
      throw new Error(`The function is still ${Status} after five minutes; run this again.`);
    if (clock.now() - told > PROGRESS_MS) {
      told = clock.now();
      progress(`The function is ${Status}; waiting (${Math.round(waited / 1000)} s).`);
    }
    await clock.sleep(pause);
  }
}

/** Why a function failed, in the cloud's words. */
function reasonOf({ description }: RemoteFunction): string {
  const reasons = (description.StatusReasons ?? []).map(
    ({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`,
  );
  return reasons.join("; ") || description.StatusDesc || "the cloud gives no reason";
}
