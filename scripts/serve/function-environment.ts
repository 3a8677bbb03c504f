import { type Environment, parseConfig, withEnvironment } from "../../lib/config";
import type { JsonObject } from "../../lib/json";

/**
 * The environment that a function gets when it runs on this machine: as deployed, it finds its secrets there
 * and not in its `config.json`.
 * @param content the project's configuration
 * @throws {ConfigError} naming what is wrong in either
 */
export function functionEnvironment(content: JsonObject, env: Environment): Environment {
  const { secretId, secretKey, pathToken, signKeys } = withEnvironment(parseConfig(content), env);
  const [SIGN_KEY, SIGN_KEY_NEXT] = signKeys;
  return {
    ...env,
    ...(secretId && secretKey ? { SECRET_ID: secretId, SECRET_KEY: secretKey } : {}),
    ...(pathToken && { PATH_TOKEN: pathToken }),
    ...(SIGN_KEY && { SIGN_KEY }),
    ...(SIGN_KEY_NEXT && { SIGN_KEY_NEXT }),
  };
}
