import type { FoundFunction } from "../cloud/our-functions";

const HOURS_OF_BEIJING = 8;

/**
 * When the functions that VOD's events come to were made.
 * @returns milliseconds since 1970; of two functions the time of the older one
 * @throws where there is none
 */
export function deployedSince(functions: readonly FoundFunction[], now: number): number {
  const times = functions
    .filter(({ entryPoint }) => entryPoint !== "retry")
    .map(({ remote }) => parseAddTime(remote.description.AddTime ?? "", now))
    .filter((time) => !Number.isNaN(time));
  if (times.length === 0) throw new Error("No function of ours is deployed that events come to.");
  return Math.min(...times);
}

/**
 * `2024-12-17 17:47:08`, of which no document says where on earth. Read as UTC it is never before the
 * function's making; only where that has not come yet it must be Beijing's time.
 */
function parseAddTime(text: string, now: number): number {
  const time = Date.parse(`${text.replace(" ", "T")}Z`);
  return time > now ? time - HOURS_OF_BEIJING * 3_600_000 : time;
}
