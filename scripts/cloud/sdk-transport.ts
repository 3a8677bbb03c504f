import { createRequire } from "node:module";
import fetch from "../../lib/tencent-cloud/sdk-stubs/node-fetch";

/**
 * Makes the SDK send this process's requests as the functions' bundles do: answers are bounded and redirects are
 * rejected. The SDK's own `node-fetch` follows a redirect with the whole request, secrets included, and reads an
 * answer of any size. The SDK has no option for its transport, so the module's export is replaced.
 */
export function useBoundedTransport(): void {
  const requireOfSdk = createRequire(
    require.resolve("tencentcloud-sdk-nodejs-common/tencentcloud/common/http/fetch"),
  );
  Object.assign(requireOfSdk("node-fetch"), { default: fetch });
}
