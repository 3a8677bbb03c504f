import { ApiError } from "./error";

/**
 * Refuses what only the real cloud can do, so that nothing is left out in silence. A switch that is off asks for
 * nothing.
 * @throws {ApiError} UnsupportedOperation
 */
export function refuseUnsupported(rest: object): void {
  const names = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined || value === "FALSE" ? [] : [name],
  );
  if (names.length > 0) {
    throw new ApiError("UnsupportedOperation", `The local cloud does not support: ${names.join(", ")}.`);
  }
}
