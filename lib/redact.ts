import type { Config, Environment } from "./config";

/** Shorter ones can be part of any text by chance. */
const SHORTEST = 8;

/**
 * The secrets that a function may hold at the moment: of its configuration, its environment and its role. The
 * longest comes first, as one may begin like another.
 */
export function secretsOf(config: Config | undefined, env: Environment): readonly string[] {
  const { secretId, secretKey, pathToken, signKeys = [] } = config ?? {};
  // Each by its literal name: Node reads variables four times as fast so, and this is done for every event.
  const variables = [
    env["SECRET_ID"],
    env["SECRET_KEY"],
    env["PATH_TOKEN"],
    env["SIGN_KEY"],
    env["SIGN_KEY_NEXT"],
    env["TENCENTCLOUD_SECRETID"],
    env["TENCENTCLOUD_SECRETKEY"],
    env["TENCENTCLOUD_SESSIONTOKEN"],
  ];
  const values = [secretId, secretKey, pathToken, ...signKeys, ...variables];
  return values
    .filter((value): value is string => value !== undefined && value.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
}

/** The text without the secrets, whoever put them into it: an API's message may quote what it was sent. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}
