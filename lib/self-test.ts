import type { Environment } from "./config";
import type { JsonObject } from "./json";
import type { Log } from "./log/log";

/** Whether an event is the installer's self-test and not VOD's. */
export function isSelfTest(event: JsonObject): boolean {
  return event["EventType"] === "InstallerSelfTest";
}

/** The answer to the self-test: its nonce, and the digest of the deployed code. */
export function answerSelfTest({ Nonce }: JsonObject, env: Environment, log: Log): JsonObject {
  log.own.line("Self-test of the installer.");
  return { Nonce, CodeDigest: env["CODE_DIGEST"] };
}
