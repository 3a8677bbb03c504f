import { createHash, randomInt } from "node:crypto";
import type { Clock } from "../lib/clock";
import { isJsonObject } from "../lib/json";

const TRIES = 10;
const PAUSE_MS = 2000;
const ANSWER_MS = 10_000;
/** How far ahead VOD sets the `T` of its signatures. */
const VALIDITY_SECONDS = 600;

/**
 * Asks the deployed function for its nonce and the digest of its code; another digest comes from an instance
 * of older code, so that asking again makes sense.
 * @param signKey signs the request as VOD would
 * @returns whether it gave the right ones, at the tenth time at the latest
 */
export async function passesSelfTest(
  address: string,
  digest: string,
  signKey: string | undefined,
  clock: Clock,
): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    if (await answersRight(address, digest, signKey ? sign(signKey, clock.now()) : {})) return true;
    if (tried === TRIES) return false;
    await clock.sleep(PAUSE_MS);
  }
}

async function answersRight(address: string, digest: string, signature: object): Promise<boolean> {
  const Nonce = randomInt(2 ** 47);
  try {
    const response = await fetch(address, {
      method: "POST",
      body: JSON.stringify({ EventType: "InstallerSelfTest", Nonce, ...signature }),
      headers: { "Content-Type": "application/json" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const answer: unknown = await response.json();
    return (
      response.status === 200 &&
      isJsonObject(answer) &&
      answer["Nonce"] === Nonce &&
      answer["CodeDigest"] === digest
    );
  } catch {
    return false;
  }
}

function sign(key: string, nowMs: number): { Sign: string; T: number } {
  const T = Math.floor(nowMs / 1000) + VALIDITY_SECONDS;
  return { Sign: createHash("md5").update(`${key}${T}`).digest("hex"), T };
}
