import { createHash } from "node:crypto";

/** In the middle of what the function takes, for a clock that is up to five minutes off in either direction. */
const VALIDITY_SECONDS = 300;

/** The fields that sign a notification as VOD does: Sign = MD5(SignKey + T) (ModifyEventConfig.SignKey). */
export function sign(key: string, nowMs: number): { Sign: string; T: number } {
  const T = Math.floor(nowMs / 1000) + VALIDITY_SECONDS;
  return { Sign: createHash("md5").update(`${key}${T}`).digest("hex"), T };
}
