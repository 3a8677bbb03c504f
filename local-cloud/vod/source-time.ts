import type { Media } from "./media-library";
import { SubTaskError } from "./sub-task";

/** How long a source's picture is, in seconds; 0 if that is not known. */
export function durationOf({ metaData }: Media): number {
  return metaData.VideoDuration || metaData.Duration || 0;
}

/**
 * An offset in seconds from the start; a negative one counts from the end, and 0 means `otherwise`.
 * @throws {SubTaskError} InvalidInput.InvalidTimeOffset
 */
export function fromStart(offset: number, media: Media, otherwise: number): number {
  if (offset === 0) return otherwise;
  const duration = durationOf(media);
  const seconds = offset < 0 ? duration + offset : offset;
  if (seconds < 0 || (duration > 0 && seconds > duration)) {
    throw invalidTime(`The offset ${offset} s is not within the video's ${duration} s.`);
  }
  return seconds;
}

/** The seconds of a time such as `3.5s` or `10%`. @throws {SubTaskError} InvalidInput.InvalidTimeOffset */
export function parseTime(time: string, media: Media): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(s|%)$/.exec(time) ?? [];
  if (unit === undefined) throw invalidTime(`${time} is not a time such as 3.5s or 10%.`);
  return unit === "s" ? Number(value) : (Number(value) / 100) * durationOf(media);
}

export function invalidTime(message: string): SubTaskError {
  return new SubTaskError("InvalidInput.InvalidTimeOffset", message);
}
