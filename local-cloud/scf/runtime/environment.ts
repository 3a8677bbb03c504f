import type { FunctionDescription } from "./function";
import type { Platform } from "./platform";

/**
 * All of an instance's environment variables: the documented ones
 * (docs/tencent-protocols.md#environment-variables), the function's own and its role's credentials, and
 * nothing of this process's. TRIGGER_SRC belongs to the request and is set by the instance.
 * @param folder the code's folder; on the platform it is /var/user
 */
export function instanceEnvironment(
  description: FunctionDescription,
  platform: Platform,
  folder: string,
): Record<string, string> {
  const { role } = description;
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: "UTC",
    HOME: "/home/qcloud",
    ...description.environment,
    PWD: folder,
    USER_CODE_ROOT: `${folder}/`,
    NODE_PATH: `${folder}/node_modules`,
    _SCF_SERVER_PORT: "28902",
    SCF_RUNTIME: description.runtime,
    SCF_FUNCTIONNAME: description.name,
    SCF_FUNCTIONVERSION: "$LATEST",
    TENCENTCLOUD_RUNENV: "SCF",
    TENCENTCLOUD_REGION: platform.region,
    TENCENTCLOUD_APPID: platform.appId,
    TENCENTCLOUD_UIN: platform.uin,
    TENCENTCLOUD_TZ: "UTC",
    ...(role && {
      TENCENTCLOUD_SECRETID: role.secretId,
      TENCENTCLOUD_SECRETKEY: role.secretKey,
      TENCENTCLOUD_SESSIONTOKEN: role.token,
    }),
    // The one liberty: the real platform has no such variable, but without it the function would call the
    // real cloud from a developer's machine.
    ...(platform.cloudEndpointUrl !== undefined && { CLOUD_ENDPOINT_URL: platform.cloudEndpointUrl }),
  };
}
