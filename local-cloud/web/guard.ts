import { foreignReason } from "../foreign-request";
import { type Route, sendText } from "./site";

/**
 * Admits only requests of this machine's own programs and of pages at this very address: a page of another site
 * must not reach what needs no signature.
 */
export function ownOnly(route: Route): Route {
  return async (request, response, target) => {
    const reason = foreignReason(request);
    if (reason === undefined) return route(request, response, target);
    sendText(response, 403, `${reason} Use http://127.0.0.1:${request.socket.localPort}${target.path}`);
  };
}
