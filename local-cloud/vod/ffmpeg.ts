import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { environmentWithoutSecrets } from "../../lib/log/redact";
import type { FfmpegJob } from "./ffmpeg-arguments";

/**
 * The only formats that a source may have. None of them names other files: a playlist that is uploaded as a.mp4
 * must not make ffmpeg open what it lists.
 */
const SOURCE_FORMATS = [
  ...["mov", "matroska", "flv", "avi", "mpegts", "mpeg", "asf", "rm", "mp3", "aac", "flac", "ogg", "wav"],
  ...["jpeg_pipe", "png_pipe", "gif", "bmp_pipe", "webp_pipe"],
];
const LOCAL_FILES = ["-protocol_whitelist", "file"];
const SAFE_INPUT = [...LOCAL_FILES, "-format_whitelist", SOURCE_FORMATS.join(",")];

export interface FfmpegRun {
  /** The absolute path of the source. */
  readonly source: string;
  /** Where the job's files go. */
  readonly folder: string;
  readonly job: FfmpegJob;
  readonly signal: AbortSignal;
  /** Gets the seconds of output that are done. */
  readonly onProgress?: (seconds: number) => void;
}

/** Whether the machine has the program. */
export async function isInstalled(program: string): Promise<boolean> {
  return execute(program, ["-version"]).then(
    () => true,
    () => false,
  );
}

/**
 * Runs ffmpeg once.
 * @returns those of the job's files that came out
 * @throws {Error} ffmpeg's last line on standard error, if it fails or makes nothing
 */
export async function runFfmpeg(program: string, run: FfmpegRun): Promise<string[]> {
  const { source, folder, job, signal, onProgress } = run;
  const options = ["-nostdin", "-v", "error", "-y", "-progress", "pipe:1"];
  const input = [...SAFE_INPUT, ...(job.input ?? []), "-i", `file:${source}`];
  await execute(program, [...options, ...input, ...job.output], { folder, signal }, (line) => {
    const [, microseconds] = /^out_time_us=(\d+)$/.exec(line) ?? [];
    if (microseconds !== undefined) onProgress?.(Number(microseconds) / 1e6);
  });
  const made = job.files.filter((name) => existsSync(join(folder, name)));
  if (made.length === 0) throw new Error("The source has no picture at that time.");
  return made;
}

/**
 * What ffprobe reports of a file; an empty object without ffprobe, or for a file that it can't read.
 * @param origin only an output, which ffmpeg itself has made, may be a playlist
 */
export async function probe(file: string, origin: "source" | "output"): Promise<JsonObject> {
  const lines: string[] = [];
  const input = origin === "source" ? SAFE_INPUT : LOCAL_FILES;
  const output = ["-of", "json", "-show_format", "-show_streams", `file:${file}`];
  try {
    await execute("ffprobe", ["-v", "error", ...input, ...output], {}, (line) => lines.push(line));
    const answer: unknown = JSON.parse(lines.join("\n"));
    return isJsonObject(answer) ? answer : {};
  } catch {
    return {};
  }
}

async function execute(
  program: string,
  parameters: readonly string[],
  { folder, signal }: { folder?: string; signal?: AbortSignal } = {},
  onLine: (line: string) => void = () => {},
): Promise<void> {
  const child = spawn(program, parameters, {
    cwd: folder,
    signal,
    // Dead at once, so that nothing is written any more when its folder is removed.
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
    env: environmentWithoutSecrets(),
  });
  createInterface(child.stdout).on("line", onLine);
  let failure: unknown;
  child.once("error", (error) => {
    failure = error;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [code, complaint] = await Promise.all([ended, text(child.stderr)]);
  if (failure !== undefined) throw failure;
  if (code !== 0) throw new Error(complaint.trim().split("\n").at(-1) || `${program} ended with ${code}.`);
}
