import type { Config, Environment } from "../config";

/** Shorter ones can be part of any text by chance. */
const MIN_LENGTH = 8;
const SESSION_TOKEN = "TENCENTCLOUD_SESSIONTOKEN";

/**
 * The secrets that a function may hold at the moment: of its configuration, its environment and its role. The
 * longest comes first, as one may begin like another.
 */
export function secretsOf(config: Config | undefined, env: Environment): readonly string[] {
  const { secretId, secretKey, pathToken, signKeys = [] } = config ?? {};
  const names = ["SECRET_ID", "SECRET_KEY", "PATH_TOKEN", "SIGN_KEY", "SIGN_KEY_NEXT"];
  const role = ["TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", SESSION_TOKEN];
  const values = [
    secretId,
    secretKey,
    pathToken,
    ...signKeys,
    ...[...names, ...role].map((name) => env[name]),
  ];
  return values
    .filter((value): value is string => value !== undefined && value.length >= MIN_LENGTH)
    .sort((one, other) => other.length - one.length);
}

/** The text without the secrets, whoever put them into it: an API's message may quote what it was sent. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/**
 * What takes a function's secrets out of its texts. For each invocation it is made anew, as the role's credentials
 * change; for most they are still the same, whose list is kept.
 * @param config is asked for at an invocation's first text
 */
export function createRedaction(env: Environment, config: () => Config | undefined) {
  let known:
    | { config: Config | undefined; token: string | undefined; secrets: readonly string[] }
    | undefined;

  function current(): readonly string[] {
    const now = { config: config(), token: env[SESSION_TOKEN] };
    if (!known || known.config !== now.config || known.token !== now.token) {
      known = { ...now, secrets: secretsOf(now.config, env) };
    }
    return known.secrets;
  }

  return () => {
    let secrets: readonly string[] | undefined;
    return (text: string): string => {
      secrets ??= current();
      return redact(text, secrets);
    };
  };
}
