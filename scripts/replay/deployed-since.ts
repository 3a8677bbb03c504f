import type { FoundFunction } from "../cloud/our-functions";

const HOURS_OF_BEIJING = 8;

/**
 * When the functions that receive VOD's events were created, and when they were last deployed.
 * @returns milliseconds since 1970; of two functions the older creation and the newer deployment
 * @throws if neither is deployed
 */
export function deployedSince(
  functions: readonly FoundFunction[],
  now: number,
): { readonly createdMs: number; readonly deployedMs: number } {
  const receivers = functions.filter(({ entryPoint }) => entryPoint !== "retry");
  const timesOf = (name: "AddTime" | "ModTime") =>
    receivers
      .map(({ remote }) => parseTime(remote.description[name] ?? "", now))
      .filter((time) => !Number.isNaN(time));
  const created = timesOf("AddTime");
  if (created.length === 0)
    throw new Error("Neither callback nor reliable is deployed. Deploy one: bash installer.sh");
  const createdMs = Math.min(...created);
  return { createdMs, deployedMs: Math.max(createdMs, ...timesOf("ModTime")) };
}

/**
 * `2024-12-17 17:47:08`, in a time zone that no document names. Read as UTC it is never before the creation of the
 * function. If that is in the future, it must be Beijing's time.
 */
function parseTime(text: string, now: number): number {
  const time = Date.parse(`${text.replace(" ", "T")}Z`);
  return time > now ? time - HOURS_OF_BEIJING * 3_600_000 : time;
}
