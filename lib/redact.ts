import type { Config, Environment } from "./config";

/** Shorter ones can be part of any text by chance. */
const SHORTEST = 8;

/** The secrets that a function may hold at the moment: of its configuration, its environment and its role. */
export function secretsOf(config: Config | undefined, env: Environment): readonly string[] {
  const { secretId, secretKey, pathToken, signKeys = [] } = config ?? {};
  const names = ["SECRET_ID", "SECRET_KEY", "PATH_TOKEN", "SIGN_KEY", "SIGN_KEY_NEXT"];
  const role = ["TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"];
  const values = [
    secretId,
    secretKey,
    pathToken,
    ...signKeys,
    ...[...names, ...role].map((name) => env[name]),
  ];
  return values.filter((value): value is string => value !== undefined && value.length >= SHORTEST);
}

/** The text without the secrets, whoever put them into it: an API's message may quote what it was sent. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}
