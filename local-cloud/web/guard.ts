import type { IncomingMessage } from "node:http";
import { foreignReason } from "../foreign-request";
import { type Route, sendText } from "./site";

/**
 * Admits only requests of this machine's own programs: no page may reach what needs no signature, also not one at
 * this address, which could be an uploaded file.
 */
export function ownOnly(route: Route): Route {
  return async (request, response, target) => {
    const reason = foreignReason(request) ?? pageReason(request);
    if (reason === undefined) return route(request, response, target);
    sendText(response, 403, `${reason} Use http://127.0.0.1:${request.socket.localPort}${target.path}`);
  };
}

function pageReason({ headers }: IncomingMessage): string | undefined {
  const isOfPage = headers.origin !== undefined || (headers["sec-fetch-site"] ?? "none") !== "none";
  return isOfPage ? "The request comes from a page; the console page uses addresses of its own." : undefined;
}
