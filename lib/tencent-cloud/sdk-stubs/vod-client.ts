import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";

// Not as an ES module, whose imports of CommonJS take a helper.
import common = require("tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client");

const { AbstractClient } = common;

/**
 * Stands for the SDK's `vod_client` inside the bundles. That one spells out 231 methods, 19 KB, of which
 * each only hands its own name to `request`; here every name that begins with a capital is such a method.
 * What calls it is compiled against the SDK's own declarations.
 */
export class Client extends AbstractClient {
  constructor(config: ClientConfig) {
    // The configuration has the endpoint.
    super("", "2018-07-17", config);
  }
}

const withActions = new Proxy(Object.create(AbstractClient.prototype), {
  get(base, name, client: Client) {
    if (typeof name === "symbol" || !/^[A-Z]/.test(name)) return Reflect.get(base, name, client);
    return (...rest: [request: unknown]) => client.request(name, ...rest);
  },
});
Object.setPrototypeOf(Client.prototype, withActions);
