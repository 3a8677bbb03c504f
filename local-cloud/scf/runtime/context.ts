import type { FunctionDescription } from "./function";
import type { Platform } from "./platform";

/**
 * The handler's second argument, with the keys of the documented sample
 * (docs/tencent-protocols.md#handler-context).
 */
export function handlerContext(
  description: FunctionDescription,
  platform: Platform,
  requestId: string,
): Record<string, string | number | boolean> {
  const { namespace, name, memorySize, timeout } = description;
  return {
    callbackWaitsForEmptyEventLoop: true,
    memory_limit_in_mb: memorySize,
    time_limit_in_ms: timeout * 1000,
    request_id: requestId,
    environment: JSON.stringify({ SCF_NAMESPACE: namespace }),
    // Twice, as the sample has it.
    environ: `SCF_NAMESPACE=${namespace};SCF_NAMESPACE=${namespace}`,
    function_version: "$LATEST",
    function_name: name,
    namespace,
    tencentcloud_region: platform.region,
    tencentcloud_appid: platform.appId,
    tencentcloud_uin: platform.uin,
  };
}
