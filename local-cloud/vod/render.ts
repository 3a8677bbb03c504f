import { randomBytes } from "node:crypto";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FfmpegJob, snapshotJob } from "./ffmpeg-arguments";
import type { Media } from "./media-library";
import { durationOf, invalidTime } from "./source-time";
import { SubTaskError, type Workshop } from "./sub-task";

/**
 * Runs a job on a task's source, with the outputs beside it.
 * @returns the names of the files that came out
 * @throws {Error} a SubTaskError InternalError without ffmpeg, SourceFileError.NoVideoMedia; ffmpeg's reason
 */
export async function render(workshop: Workshop, job: FfmpegJob): Promise<string[]> {
  const { media, transcoder, signal, onProgress } = workshop;
  checkVideo(media);
  if (!transcoder.render) {
    throw new SubTaskError(
      "InternalError",
      "The local cloud needs ffmpeg for this output. Install ffmpeg and restart.",
    );
  }
  return transcoder.render({ source: media.file, folder: media.folder, job, signal, onProgress });
}

/** Takes a picture. @returns its address @throws {Error} as `render`; a SubTaskError InvalidInput.InvalidTimeOffset */
export async function snapshot(workshop: Workshop, name: string, seconds: number): Promise<string> {
  const { media } = workshop;
  const duration = durationOf(media);
  if (seconds < 0 || (duration > 0 && seconds > duration)) {
    throw invalidTime(`${seconds} s is not within the video's ${duration} s.`);
  }
  // A time after the last frame would give no picture.
  const { Fps = 0 } = media.metaData.VideoStreamSet?.[0] ?? {};
  const last = Math.max(0, duration - 1.5 / (Fps || 10));
  await render(workshop, snapshotJob(name, duration > 0 ? Math.min(seconds, last) : seconds));
  return urlOf(media, name);
}

/**
 * What becomes of a picture is not documented; it has no video, and that has a documented code.
 * @throws {SubTaskError} SourceFileError.NoVideoMedia
 */
export function checkVideo({ category, metaData }: Media): void {
  const { VideoStreamSet = [], AudioStreamSet = [] } = metaData;
  if (category !== "Image" && (VideoStreamSet.length > 0 || AudioStreamSet.length === 0)) return;
  throw new SubTaskError("SourceFileError.NoVideoMedia", "The source has no video stream.");
}

/**
 * Makes an AES-128 key beside the playlists. How VOD hands out the keys of SimpleAES is not documented in full.
 * @returns ffmpeg's key info file
 */
export async function writeKey(media: Media, stem: string): Promise<string> {
  const key = join(media.folder, `${stem}.key`);
  const info = join(media.folder, `${stem}.keyinfo`);
  await writeFile(key, randomBytes(16));
  await writeFile(info, `${stem}.key\n${key}\n`);
  return info;
}

/** The bytes of all files that begin with `stem`: of a playlist and its segments. */
export async function sizeOf(folder: string, stem: string): Promise<number> {
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(`${stem}.`) || name.startsWith(`${stem}_`),
  );
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A source's width and height as a player shows it. */
export function sizeShown({ metaData: { Width, Height, Rotate = 0 } }: Media): (number | undefined)[] {
  return Rotate % 180 === 0 ? [Width, Height] : [Height, Width];
}

/** Pictures of an earlier task stay what they were. */
export function uniqueStem(beginning: string, definition: number): string {
  return `${beginning}${definition}.${randomBytes(4).toString("hex")}`;
}

export function urlOf({ folderUrl }: Media, name: string): string {
  return `${folderUrl}/${name}`;
}
