import type { Agent } from "node:http";
import type {
  ClientConfig,
  Credential,
  HttpProfile,
} from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import { type Config, ConfigError, checkCredential, type Environment } from "../config";

/**
 * The credentials of API calls: the pair of `config.json`, else `SECRET_ID` and `SECRET_KEY`, else those of
 * the function's execution role. The role's are temporary for an unknown time, so call this at each invocation.
 * @throws {ConfigError} if there are none or one is malformed; the message has its variable
 */
export function findCredentials(config: Config, env: Environment): Credential {
  if (config.secretId && config.secretKey) return { secretId: config.secretId, secretKey: config.secretKey };
  const read = (name: string) => env[name] && checkCredential(env[name], name);
  const [ownId, ownKey] = [read("SECRET_ID"), read("SECRET_KEY")];
  if (ownId && ownKey) return { secretId: ownId, secretKey: ownKey };
  const [secretId, secretKey] = [read("TENCENTCLOUD_SECRETID"), read("TENCENTCLOUD_SECRETKEY")];
  const token = read("TENCENTCLOUD_SESSIONTOKEN");
  if (secretId && secretKey && token) return { secretId, secretKey, token };
  throw new ConfigError(
    "no API credentials are set. Give the function an execution role, or set SECRET_ID and SECRET_KEY",
  );
}

/**
 * The configuration of an SDK client.
 * @param service as the API's host begins
 * @throws {ConfigError} if credentials are missing or CLOUD_ENDPOINT_URL is wrong
 */
export function clientConfig(config: Config, env: Environment, service = "vod"): ClientConfig {
  const credential = findCredentials(config, env);
  return { credential, region: config.region, profile: { httpProfile: httpProfile(env, service) } };
}

/**
 * How an SDK client makes its requests: to the service's host below API_DOMAIN (docs/tencent-protocols.md#api-hosts),
 * by way of CLOUD_ENDPOINT_URL if that is set.
 * @throws {ConfigError} if CLOUD_ENDPOINT_URL is not a loopback address
 */
export function httpProfile(
  { CLOUD_ENDPOINT_URL: url, API_DOMAIN: domain }: Environment,
  service: string,
): HttpProfile {
  const endpoint = `${service}.${domain || "tencentcloudapi.com"}`;
  // Every call ends by its signal; the SDK's own timer would go on after it and keep the process awake.
  const reqTimeout = 0;
  return url
    ? { endpoint, reqTimeout, protocol: "http://", agent: loopbackAgent(url) }
    : { endpoint, reqTimeout, agent: cloudAgent() };
}

/** Kept for the life of the instance, so that warm invocations reuse its connections. */
let agentOfCloud: Agent | undefined;
const loopbackAgents = new Map<string, Agent>();

// Node's HTTP modules take longer to load than all of the bundle, so only a call loads those that it needs.

/** Replaces the agent of the requests to Tencent Cloud, for a program that is behind a proxy. */
export function useCloudAgent(agent: Agent): void {
  agentOfCloud = agent;
}

function cloudAgent(): Agent {
  if (agentOfCloud) return agentOfCloud;
  const { Agent }: typeof import("node:https") = require("node:https");
  agentOfCloud = new Agent({ keepAlive: true });
  return agentOfCloud;
}

/**
 * Redirects every connection to another address. The SDK does not see this, so the host, the path and the signature
 * stay those of the real endpoint: the SDK derives the signature's service from its endpoint.
 */
function loopbackAgent(url: string): Agent {
  const known = loopbackAgents.get(url);
  if (known) return known;
  const { hostname, port } = parseEndpointUrl(url);
  const { Agent }: typeof import("node:http") = require("node:http");
  const { connect }: typeof import("node:net") = require("node:net");
  const agent = new Agent({ keepAlive: true });
  Object.assign(agent, { createConnection: () => connect({ host: hostname, port }) });
  loopbackAgents.set(url, agent);
  return agent;
}

function parseEndpointUrl(text: string): { hostname: string; port: number } {
  const url = parseUrl(text);
  const hostname = url?.hostname.replace(/^\[(.*)\]$/, "$1") ?? "";
  if (url?.protocol !== "http:" || !isLoopback(hostname)) {
    throw new ConfigError(
      "CLOUD_ENDPOINT_URL must be http:// with a loopback host, such as http://127.0.0.1:8080",
    );
  }
  return { hostname, port: Number(url.port || 80) };
}

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d+){3}$/.test(hostname);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
