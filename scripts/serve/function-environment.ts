import { type Environment, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import type { JsonObject } from "../../lib/json";
import { checkVariables } from "../name-rules";

/**
 * The environment of a function that runs on this machine. As in SCF it has the secrets, which the function's
 * `config.json` does not have.
 * @param content the project's configuration
 * @throws {UserError} if a key or a variable is wrong; the message has its name
 */
export function functionEnvironment(content: JsonObject, env: Environment): Environment {
  const config = parseConfig(content);
  const all = checkVariables(() => withEnvironment(config, env));
  const { secretId, secretKey, pathToken, signKeys, recordUrl, publishUrl, publishSecret } = all;
  const [SIGN_KEY, SIGN_KEY_NEXT] = signKeys;
  return {
    ...env,
    ...(secretId && secretKey ? { SECRET_ID: secretId, SECRET_KEY: secretKey } : {}),
    ...(pathToken && { PATH_TOKEN: pathToken }),
    ...(SIGN_KEY && { SIGN_KEY }),
    ...(SIGN_KEY_NEXT && { SIGN_KEY_NEXT }),
    ...(recordUrl && { RECORD_URL: recordUrl }),
    ...(publishUrl && { PUBLISH_URL: publishUrl }),
    ...(publishSecret && { PUBLISH_SECRET: publishSecret }),
  };
}
