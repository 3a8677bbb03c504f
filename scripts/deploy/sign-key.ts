import { checkSignKey } from "../../lib/config";
import { type Application, applicationOf } from "../cloud/deployed-config";
import type { FunctionName } from "../cloud/function-names";
import type { Installation } from "../cloud/installation";
import { askByHttp, findSelfTestFailure } from "../cloud/self-test";
import { setVariables } from "../cloud/set-variables";
import type { Target } from "../cloud/target";
import { readEventConfig } from "../cloud/vod-events";
import type { DeployContext } from "../cloud/wait-active";
import { checkVariables } from "../name-rules";
import { readProjectConfig } from "../project";
import { logLine, print } from "../terminal/output";
import { newToken } from "./variables";

/**
 * How long a signature with the old key can be valid (docs/tencent-protocols.md#signature), and a minute
 * more.
 */
const OLD_KEY_SECONDS = 11 * 60;
/**
 * What was sent unsigned may be sent twice more, each after five seconds without an answer
 * (docs/tencent-protocols.md#timeout-and-retries).
 */
const UNSIGNED_MS = 60_000;
/** Instances from before the change may answer some of the requests. */
const TESTS = 3;

/** What a rotation of the key works on. */
interface Work {
  readonly name: FunctionName;
  readonly address: string;
  readonly digest: string;
  readonly application: Application;
  readonly context: DeployContext;
}

/**
 * Rotates the key that VOD signs its notifications with, so that none is rejected meanwhile. The function accepts
 * both keys before VOD has the new one, and as long as a signature with the old one can be valid. The new key is
 * SIGN_KEY or a random one; it is never printed. A second run continues an interrupted one, and removes the old key
 * when it has expired.
 * @param yes otherwise it only prints what it would do
 * @throws if VOD does not send its events to the function, or the configuration sets the key
 */
export async function changeSignKey(
  { callback, address, names }: Installation,
  target: Target,
  context: DeployContext,
  yes: boolean,
): Promise<void> {
  if (!callback || !address)
    throw new Error(`${names.callback} is not deployed or has no address. Deploy it: bash installer.sh`);
  const { env } = target;
  const configured = readProjectConfig(env)["sign_keys"];
  if (Array.isArray(configured) && configured.length > 0) {
    throw new Error(
      "The configuration has sign_keys, which the next deployment would set again. Remove sign_keys from it first.",
    );
  }
  const { account, clock } = context;
  const application = applicationOf([callback], target);
  const { Mode, NotificationUrl } = await readEventConfig(account, application);
  if (Mode === "PULL" || NotificationUrl !== address) {
    throw new Error(
      "VOD does not send its events to this address. First run: MODE=normal ./vod-receiver event-config --yes",
    );
  }
  const { CODE_DIGEST: digest = "", SIGN_KEY, SIGN_KEY_NEXT, SIGN_KEY_SINCE } = callback.remote.variables;
  const work: Work = { name: callback.name, address, digest, application, context };
  const drops = SIGN_KEY && SIGN_KEY_NEXT && SIGN_KEY_SINCE;
  if (!yes) {
    const what = drops
      ? "remove the old key from the function, if its signatures have expired"
      : `set ${env["SIGN_KEY"] ? "SIGN_KEY" : "a random key"} at VOD and in the function`;
    return print(
      `This would ${what}. Nothing was changed. To do it: ./vod-receiver event-config --sign-key --yes`,
    );
  }
  if (drops) {
    return dropOldKey(Number(SIGN_KEY_SINCE) + OLD_KEY_SECONDS - clock.now() / 1000, work);
  }
  const current = SIGN_KEY ?? SIGN_KEY_NEXT;
  const begun = SIGN_KEY && SIGN_KEY_NEXT;
  const asked = env["SIGN_KEY"]
    ? checkVariables(() => checkSignKey(env["SIGN_KEY"] ?? "", "SIGN_KEY"))
    : undefined;
  if (asked && asked === current)
    throw new Error("SIGN_KEY is the current key. Set it to another one, or unset it to have one generated.");
  if (asked && begun && asked !== begun)
    throw new Error(
      "A rotation to another key has begun, or SIGN_KEY_NEXT was set. Run this without SIGN_KEY first.",
    );
  const key = begun || asked || newToken();
  await (current ? replaceKey(current, key, work) : setFirstKey(key, work));
  if (asked === undefined)
    logLine("Do not set SIGN_KEY for the next deployment: the function keeps its key.");
}

async function replaceKey(old: string, key: string, work: Work): Promise<void> {
  const { name, context } = work;
  await setVariables(name, { SIGN_KEY: old, SIGN_KEY_NEXT: key }, context);
  await requireAnswers(key, work);
  logLine("The function accepts both keys.");
  await setAtVod(key, work);
  const since = String(Math.floor(context.clock.now() / 1000));
  await setVariables(name, { SIGN_KEY: key, SIGN_KEY_NEXT: old, SIGN_KEY_SINCE: since }, context);
  logLine(
    `The old key stays valid. To remove it, run this again in ${OLD_KEY_SECONDS / 60} minutes: ` +
      "./vod-receiver event-config --sign-key --yes",
  );
}

/** A function without a key accepts signed notifications too, so VOD gets the key first. */
async function setFirstKey(key: string, work: Work): Promise<void> {
  const { name, context } = work;
  await setAtVod(key, work);
  logLine("Waiting a minute for unsigned notifications that are still on their way.");
  await context.clock.sleep(UNSIGNED_MS);
  await setVariables(name, { SIGN_KEY: key }, context);
  await requireAnswers(key, work);
  logLine("The function accepts only signed notifications.");
}

async function dropOldKey(secondsLeft: number, { name, context }: Work): Promise<void> {
  if (secondsLeft > 0) {
    const minutes = Math.ceil(secondsLeft / 60);
    return logLine(
      `Notifications signed with the old key may still arrive. Run this again in ${minutes} min.`,
    );
  }
  await setVariables(name, { SIGN_KEY_NEXT: undefined, SIGN_KEY_SINCE: undefined }, context);
  logLine("The old key is removed. To rotate the key again, run this again.");
}

async function setAtVod(SignKey: string, { application, context }: Work): Promise<void> {
  await context.account.vod.ModifyEventConfig({ ...application, SignKey });
  logLine("VOD signs with the new key.");
}

/** @throws if the function does not accept the key */
async function requireAnswers(key: string, { address, digest, context }: Work): Promise<void> {
  const { clock } = context;
  for (let passed = 0; passed < TESTS; passed++) {
    const failure = await findSelfTestFailure(askByHttp(address, key, clock), digest, clock);
    if (failure === undefined) continue;
    throw new Error(
      `The function does not accept the new key yet (its last answer: ${failure}). Run this again to continue.`,
    );
  }
}
