/**
 * Stands for the module `https-proxy-agent` inside the bundles: a function in SCF goes to Tencent Cloud
 * directly. The SDK makes one where it has no agent but a proxy (its `httpProfile.proxy` or `http_proxy`).
 */
export default class HttpsProxyAgent {
  /** @throws always */
  constructor() {
    throw new Error("the bundled SDK goes through no proxy: give it an agent, or leave out the proxy");
  }
}
