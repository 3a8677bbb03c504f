import { FaultRulesError } from "../faults/fault-rules";
import type { Faults } from "../faults/faults";
import { readBody } from "./body";
import { type Route, sendJson, sendText } from "./site";

const MAX_BYTES = 1024 * 1024;

/** `GET /faults` returns the rules as JSON; `PUT /faults` replaces all of them and returns them. */
export function faultsRoute(faults: Faults): Route {
  return async (request, response) => {
    if (request.method !== "GET" && request.method !== "PUT") {
      return sendText(response, 405, "Read the faults with GET, and replace them with PUT.");
    }
    if (request.method === "PUT") {
      const body = await readBody(request, MAX_BYTES);
      if (body === undefined) return sendText(response, 413, "The faults are larger than 1 MB.");
      try {
        faults.replace(JSON.parse(body.toString()));
      } catch (error) {
        if (error instanceof SyntaxError) return sendText(response, 400, "The body is not JSON.");
        if (error instanceof FaultRulesError) return sendText(response, 400, error.message);
        throw error;
      }
    }
    sendJson(response, faults.rules);
  };
}
