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

/** Sends the installer's question to a function and returns its unchecked answer. */
export type Ask = (question: { EventType: string; Nonce: number }) => Promise<unknown>;

/**
 * Asks a deployed function for a nonce and the digest of its code, up to ten times. Another digest comes from an
 * instance with older code, which the platform soon replaces.
 * @returns whether one answer was right
 */
export async function passesSelfTest(ask: Ask, digest: string, clock: Clock): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    const Nonce = randomInt(2 ** 47);
    const answer = await ask({ EventType: "InstallerSelfTest", Nonce }).catch(() => undefined);
    if (isJsonObject(answer) && answer["Nonce"] === Nonce && answer["CodeDigest"] === digest) return true;
    if (tried === TRIES) return false;
    await clock.sleep(PAUSE_MS);
  }
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
    const answer: unknown = await response.json();
    return response.status === 200 ? answer : undefined;
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
