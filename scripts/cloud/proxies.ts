import http from "node:http";
import https from "node:https";
import type { HttpsProxyAgent as HttpsProxyAgentOfPackage } from "https-proxy-agent";
import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import { isLoopback, useCloudAgent } from "../../lib/tencent-cloud/client-config";

const VARIABLE = /^(https?|all)_proxy$/i;
type TunnelOptions = Parameters<HttpsProxyAgentOfPackage<string>["connect"]>[1];
/** How long a proxy may take to reach a host. */
const TUNNEL_MS = 30_000;
const LOOK_MS = 200;

/**
 * Sends this process's requests by way of the proxies that `http_proxy`, `https_proxy` and `all_proxy` name, except
 * to loopback and to what `no_proxy` names. The variables can have lower or upper case.
 * @throws {UsageError} if a proxy is not an http or https URL; the message has the variable
 */
export async function useProxies(env: Environment): Promise<void> {
  for (const [name, value] of Object.entries(env)) {
    // Without a scheme it is http, as for curl; the package would take that of the request.
    if (value && VARIABLE.test(name)) process.env[name] = checkProxy(name, value);
    if (value && /^no_proxy$/i.test(name)) process.env[name] = withSubdomains(value);
  }
  const [{ Agent }, { HttpProxyAgent }, { HttpsProxyAgent }, { getProxyForUrl }] = await Promise.all([
    import("agent-base"),
    import("http-proxy-agent"),
    import("https-proxy-agent"),
    import("proxy-from-env"),
  ]);
  const keepAlive = { keepAlive: true };
  const direct = { http: new http.Agent(keepAlive), https: new https.Agent(keepAlive) };
  const proxied = new Map<string, http.Agent>();

  class TunnelAgent extends HttpsProxyAgent<string> {
    /** Until there is a tunnel the request has no socket, so that neither its abort nor its timeout would end it. */
    override async connect(request: http.ClientRequest, options: TunnelOptions) {
      let timer: NodeJS.Timeout | undefined;
      const end = systemClock.monotonic() + TUNNEL_MS;
      const ended = new Promise<never>((_resolve, reject) => {
        timer = setInterval(() => {
          if (request.destroyed || systemClock.monotonic() > end)
            reject(new Error("the proxy did not answer in time"));
        }, LOOK_MS);
      });
      try {
        return await Promise.race([super.connect(request, options), ended]);
      } finally {
        clearInterval(timer);
      }
    }
  }

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
        (secureEndpoint ? new TunnelAgent(proxy, keepAlive) : new HttpProxyAgent(proxy, keepAlive));
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

/** As for curl, a name stands for its subdomains too, with or without a dot before it. */
function withSubdomains(list: string): string {
  const names = list.split(/[\s,]+/).filter((name) => name !== "");
  return names.flatMap((name) => (name.startsWith("*") ? name : twins(name.replace(/^\./, "")))).join(",");
}

function twins(name: string): string[] {
  return [name, `.${name}`];
}

/**
 * The value may have a password, so an error does not quote it.
 * @returns the proxy's URL
 */
function checkProxy(name: string, value: string): string {
  const text = value.includes("://") ? value : `http://${value}`;
  const { protocol = "", username = "", password = "" } = URL.canParse(text) ? new URL(text) : {};
  try {
    decodeURIComponent(username + password);
  } catch {
    throw new UsageError(
      `${name} has a % that begins no encoded character. In the user and the password, write % as %25.`,
    );
  }
  if (/^https?:$/.test(protocol)) return text;
  throw new UsageError(
    `${name} must be the address of an HTTP proxy, such as http://proxy.example.com:3128. Correct it, or unset it to connect directly.`,
  );
}
