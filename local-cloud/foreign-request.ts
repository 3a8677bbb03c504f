import type { IncomingMessage } from "node:http";

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Why a request may come from a page of another site. Browsers send `Origin` and `Sec-Fetch-Site`; programs send
 * neither. A Host header with another name means that a site has its name point to loopback (DNS rebinding).
 * @param isOwnHost accepts the Host header of clients that address a service of Tencent Cloud
 * @returns undefined if it cannot
 */
export function foreignReason(
  { headers, socket }: IncomingMessage,
  isOwnHost: (host: string) => boolean = () => false,
): string | undefined {
  const { host = "", origin } = headers;
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${socket.localPort}`);
  if (!hosts.includes(host.toLowerCase()) && !isOwnHost(host))
    return "The Host header does not name this address.";
  if (origin !== undefined && !hosts.some((own) => origin.toLowerCase() === `http://${own}`)) {
    return "The request comes from a page of another origin.";
  }
  // "same-site" is another port of this machine; "none" is an address that the user typed.
  const site = headers["sec-fetch-site"] ?? "none";
  if (site !== "none" && site !== "same-origin") return "The request comes from a page of another site.";
  return undefined;
}
