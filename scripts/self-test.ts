import { randomInt } from "node:crypto";
import { isJsonObject } from "../lib/json";

const TRIES = 10;
const PAUSE_MS = 2000;
const ANSWER_MS = 10_000;

/**
 * Asks the deployed function for its nonce and the digest of its code; another digest comes from an instance
 * of older code, so that asking again makes sense.
 * @returns whether it gave the right ones, at the tenth time at the latest
 */
export async function passesSelfTest(address: string, digest: string): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    if (await answersRight(address, digest)) return true;
    if (tried === TRIES) return false;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function answersRight(address: string, digest: string): Promise<boolean> {
  const Nonce = randomInt(2 ** 47);
  try {
    const response = await fetch(address, {
      method: "POST",
      body: JSON.stringify({ EventType: "InstallerSelfTest", Nonce }),
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
