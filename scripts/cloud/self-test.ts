import { randomInt } from "node:crypto";
import type { Clock } from "../../lib/clock";
import { isJsonObject } from "../../lib/json";
import fetch from "../../lib/tencent-cloud/sdk-stubs/node-fetch";
import type { Account } from "./account";
import { explain } from "./explain";
import type { FunctionName } from "./function-names";
import { sign } from "./sign";

const TRIES = 10;
const PAUSE_MS = 2000;
const ANSWER_MS = 10_000;
/** Characters of an unexpected answer that are shown. */
const MAX_ANSWER = 200;

/** Sends the installer's question to a function and returns its unchecked answer. */
export type Ask = (question: { EventType: string; Nonce: number }) => Promise<unknown>;

/**
 * Asks a deployed function for a nonce and the digest of its code, up to ten times. Another digest comes from an
 * instance with older code, which the platform soon replaces.
 * @returns undefined if one answer was right, otherwise what the last one was
 */
export async function findSelfTestFailure(
  ask: Ask,
  digest: string,
  clock: Clock,
): Promise<string | undefined> {
  for (let tried = 1; ; tried++) {
    const Nonce = randomInt(2 ** 47);
    const failure = await ask({ EventType: "InstallerSelfTest", Nonce }).then(
      (answer) => failureIn(answer, Nonce, digest),
      (error) => explain(error).split("\n")[0] ?? "",
    );
    if (failure === undefined || tried === TRIES) return failure;
    await clock.sleep(PAUSE_MS);
  }
}

function failureIn(answer: unknown, nonce: number, digest: string): string | undefined {
  const { Nonce, CodeDigest } = isJsonObject(answer) ? answer : {};
  if (Nonce !== nonce) return "an answer to something else";
  return CodeDigest === digest ? undefined : "an answer of other code than the one deployed";
}

/** Asks through the address, as VOD would, and follows no redirect. @param signKey signs the request, if it is set */
export function askByHttp(address: string, signKey: string | undefined, clock: Clock): Ask {
  return async (question) => {
    const signature = signKey ? sign(signKey, clock.now()) : {};
    const response = await fetch(address, {
      method: "POST",
      body: JSON.stringify({ ...question, ...signature }),
      headers: { "Content-Type": "application/json" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body = await response.text();
    if (response.status === 200) return JSON.parse(body);
    const clockAdvice = /^T is /.test(body)
      ? ` This machine's clock says ${new Date(clock.now()).toISOString()}; set it if that is wrong.`
      : "";
    // The platform's own answers can quote anything.
    const isOurs = response.status >= 400 && response.status < 430;
    throw new Error(`${response.status} ${isOurs ? body.slice(0, MAX_ANSWER) : ""}${clockAdvice}`.trim());
  };
}

/** Asks a function that has no address, with Invoke. */
export function askByInvoke(account: Pick<Account, "scf">, name: FunctionName): Ask {
  return (question) => invoke(account, name, question);
}

/**
 * Lets `reliable` process one batch of events from VOD's queue, as its timer would.
 * @returns how many events it pulled, or why it failed
 */
export async function tryTick(
  account: Pick<Account, "scf">,
  name: FunctionName,
): Promise<{ readonly pulled: number } | { readonly failure: string }> {
  const tick = { Type: "Timer", TriggerName: "vod-receiver", Message: "one page" };
  const answer = await invoke(account, name, tick).catch(explain);
  if (!isJsonObject(answer)) return { failure: String(answer) };
  const { pulled, error, errorMessage } = answer;
  if (error === undefined && typeof pulled === "number") return { pulled };
  // A run that the platform ended has no counts; its errorMessage is the platform's.
  return { failure: String(error ?? errorMessage ?? "the function returned no result") };
}

/** Invokes a function and waits for what it returns. */
async function invoke({ scf }: Pick<Account, "scf">, name: FunctionName, event: object): Promise<unknown> {
  const { Result } = await scf.Invoke({
    FunctionName: name.name,
    Namespace: name.namespace,
    ClientContext: JSON.stringify(event),
  });
  return JSON.parse(Result?.RetMsg ?? "");
}
