import type { Environment } from "../../lib/config";

/**
 * The user's key pair under this project's names: the SDK's own variables serve if neither SECRET_ID nor SECRET_KEY is
 * set.
 */
export function withCredentials(env: Environment): Environment {
  if (env["SECRET_ID"] || env["SECRET_KEY"]) return env;
  const { TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_SESSION_TOKEN } = env;
  if (!TENCENTCLOUD_SECRET_ID || !TENCENTCLOUD_SECRET_KEY) return env;
  return {
    ...env,
    SECRET_ID: TENCENTCLOUD_SECRET_ID,
    SECRET_KEY: TENCENTCLOUD_SECRET_KEY,
    SECRET_TOKEN: TENCENTCLOUD_SESSION_TOKEN,
  };
}

/**
 * The environment of a function's code that runs on this machine: a function has temporary keys under its role's names.
 */
export function asFunctionHas(env: Environment): Environment {
  const { SECRET_ID, SECRET_KEY, SECRET_TOKEN, ...rest } = env;
  if (!SECRET_TOKEN) return env;
  return {
    ...rest,
    TENCENTCLOUD_SECRETID: SECRET_ID,
    TENCENTCLOUD_SECRETKEY: SECRET_KEY,
    TENCENTCLOUD_SESSIONTOKEN: SECRET_TOKEN,
  };
}
