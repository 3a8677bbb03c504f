import type { Environment } from "./config";
import type { JsonObject } from "./json";
import type { Log } from "./log/log";

/** Whether it is the installer that asks, and not VOD. */
export function isSelfTest(event: JsonObject): boolean {
  return event["EventType"] === "InstallerSelfTest";
}

/** What the installer wants to hear: its nonce, and the digest of the code that has just been deployed. */
export function answerSelfTest({ Nonce }: JsonObject, env: Environment, log: Log): JsonObject {
  log.own.line("Self-test of the installer.");
  return { Nonce, CodeDigest: env["CODE_DIGEST"] };
}
