import type { IncomingMessage } from "node:http";
import { type Route, sendText } from "./site";

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Admits only requests of this machine's own programs and of pages at this very address: a page of another site
 * must not reach what needs no signature. Browsers send `Origin` and `Sec-Fetch-Site`; curl sends neither. A Host
 * header with another name means that a site has its name point to loopback (DNS rebinding).
 */
export function ownOnly(route: Route): Route {
  return async (request, response, target) => {
    const reason = foreignReason(request);
    if (reason === undefined) return route(request, response, target);
    sendText(response, 403, `${reason} Use http://127.0.0.1:${request.socket.localPort}${target.path}`);
  };
}

/** Why a request may come from another site; undefined if it cannot. */
function foreignReason({ headers, socket }: IncomingMessage): string | undefined {
  const { host = "", origin } = headers;
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${socket.localPort}`);
  if (!hosts.includes(host.toLowerCase())) return "The Host header does not name this address.";
  if (origin !== undefined && !hosts.some((own) => origin.toLowerCase() === `http://${own}`)) {
    return "The request comes from a page of another origin.";
  }
  // "same-site" is another port of this machine; "none" is an address that the user typed.
  const site = headers["sec-fetch-site"] ?? "none";
  if (site !== "none" && site !== "same-origin") return "The request comes from a page of another site.";
  return undefined;
}
