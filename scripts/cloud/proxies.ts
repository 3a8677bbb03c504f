import http from "node:http";
import https from "node:https";
import type { Environment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import { isLoopback, useCloudAgent } from "../../lib/tencent-cloud/client-config";

const VARIABLE = /^(https?|all)_proxy$/i;

/**
 * Sends this process's requests by way of the proxies that `http_proxy`, `https_proxy` and `all_proxy` name, except
 * to loopback and to what `no_proxy` names. The variables can have lower or upper case.
 * @throws {UsageError} if a proxy is not an http or https URL; the message has the variable
 */
export async function useProxies(env: Environment): Promise<void> {
  for (const [name, value] of Object.entries(env)) if (value && VARIABLE.test(name)) checkProxy(name, value);
  const [{ Agent }, { HttpProxyAgent }, { HttpsProxyAgent }, { getProxyForUrl }] = await Promise.all([
    import("agent-base"),
    import("http-proxy-agent"),
    import("https-proxy-agent"),
    import("proxy-from-env"),
  ]);
  const keepAlive = { keepAlive: true };
  const direct = { http: new http.Agent(keepAlive), https: new https.Agent(keepAlive) };
  const proxied = new Map<string, http.Agent>();

  class ProxyingAgent extends Agent {
    override async connect(
      _request: http.ClientRequest,
      { host = "localhost", port, secureEndpoint }: { host?: string; port: number; secureEndpoint: boolean },
    ): Promise<http.Agent> {
      const scheme = secureEndpoint ? "https" : "http";
      const name = host.includes(":") ? `[${host}]` : host;
      const proxy = isLoopback(host) ? "" : getProxyForUrl(`${scheme}://${name}:${port}`);
      if (!proxy) return direct[scheme];
      const key = `${scheme} ${proxy}`;
      const agent =
        proxied.get(key) ??
        (secureEndpoint ? new HttpsProxyAgent(proxy, keepAlive) : new HttpProxyAgent(proxy, keepAlive));
      proxied.set(key, agent);
      return agent;
    }
  }

  const agent = new ProxyingAgent();
  // It serves both schemes.
  Object.assign(http, { globalAgent: agent });
  Object.assign(https, { globalAgent: agent });
  useCloudAgent(agent);
}

/** The value may have a password, so it is not quoted. */
function checkProxy(name: string, value: string): void {
  const text = value.includes("://") ? value : `http://${value}`;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return;
  throw new UsageError(
    `${name} must be the address of an HTTP proxy, such as http://proxy.example.com:3128. Correct it, or unset it to connect directly.`,
  );
}
