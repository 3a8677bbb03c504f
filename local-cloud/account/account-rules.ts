import { ApiError } from "../api/error";
import type { CheckedCall } from "../api/interception";

export interface AccountRules {
  /** Whether the account has activated a service. */
  activated(service: string): boolean;
  /** Whether every VOD action needs a SubAppId, as for accounts opened since 2023-12-25. */
  subAppIdNeeded(): boolean;
  /** Whether the caller may do this. */
  allows(call: CheckedCall): boolean;
}

/** Where a service lists a code of its own for a caller without permission; CAM lists the common one. */
const FORBIDDEN = new Map([
  ["scf", "UnauthorizedOperation.CAM"],
  ["vod", "UnauthorizedOperation"],
]);

/** VOD's code is listed for most of its actions, SCF's for CreateFunction only: those of the other actions are not known. */
const NOT_ACTIVATED = new Map([
  ["scf", "FailedOperation.UnOpenedService"],
  ["vod", "FailedOperation.InvalidVodUser"],
]);

/** Refuses what the account or the caller can't do. @throws {ApiError} */
export function checkAccount(call: CheckedCall, rules: AccountRules): void {
  const { service, action } = call;
  if (!rules.allows(call)) {
    const message = `You are not authorized to perform operation (${service}:${action}).`;
    throw new ApiError(FORBIDDEN.get(service) ?? "AuthFailure.UnauthorizedOperation", message);
  }
  const code = NOT_ACTIVATED.get(service);
  if (code !== undefined && !rules.activated(service)) {
    throw new ApiError(code, `The account has not activated ${service}.`);
  }
  if (service === "vod" && rules.subAppIdNeeded() && !hasSubAppId(call.params)) {
    // The code is not known; InvalidParameterValue.SubAppId is not listed for all of VOD's actions.
    throw new ApiError("InvalidParameterValue.SubAppId", "This account's requests need a SubAppId.");
  }
}

function hasSubAppId(params: unknown): boolean {
  const subAppId = new Map<string, unknown>(Object.entries(Object(params))).get("SubAppId");
  return typeof subAppId === "number" && subAppId > 0;
}
