import type { AudioSettings, Transcoding, VideoSettings } from "./templates";

/** What ffmpeg does with one source, in a folder that the file names are relative to. */
export interface FfmpegJob {
  /** Options before the source, such as where to begin. */
  readonly input?: readonly string[];
  readonly output: readonly string[];
  /** The files that come out, at most. */
  readonly files: readonly string[];
}

/** Up to the segment duration that the API documents as its default. */
const HLS = ["-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod"];
const JPG = ["-an", "-q:v", "3", "-f", "image2"];

/** @param name the output's file name; the segments of HLS have the same beginning */
export function transcodeJob(template: Transcoding, name: string): FfmpegJob {
  const { container, video, audio, remux } = template;
  const streams = remux
    ? ["-c", "copy"]
    : [...(video ? videoOptions(video) : ["-vn"]), ...audioOptions(audio, "")];
  const muxing = {
    mp4: ["-movflags", "+faststart", "-f", "mp4"],
    m4a: ["-movflags", "+faststart", "-f", "ipod"],
    mp3: ["-f", "mp3"],
    hls: [...HLS, "-hls_segment_filename", `${name.replace(/\.m3u8$/, "")}_%d.ts`],
  }[container];
  return { output: ["-sn", "-dn", ...streams, ...muxing, name], files: [name] };
}

/** @param startSeconds where the animation begins in the source */
export function animationJob(
  name: string,
  fps: number,
  startSeconds: number,
  lengthSeconds: number,
): FfmpegJob {
  const codec = name.endsWith(".webp") ? ["-c:v", "libwebp_anim", "-loop", "0"] : ["-loop", "0"];
  return {
    input: ["-ss", String(startSeconds), "-t", String(lengthSeconds)],
    output: ["-an", "-vf", `fps=${fps}`, ...codec, name],
    files: [name],
  };
}

export function snapshotJob(name: string, atSeconds: number): FfmpegJob {
  return {
    input: ["-ss", String(atSeconds)],
    output: ["-frames:v", "1", ...JPG, "-update", "1", name],
    files: [name],
  };
}

/** `files.length` pictures, one each `stepSeconds`, the first frame first. */
export function sampleJob(pattern: string, stepSeconds: number, files: readonly string[]): FfmpegJob {
  const pictures = ["-frames:v", String(files.length), ...JPG, "-start_number", "0", pattern];
  return { output: ["-vf", everyStep(stepSeconds), "-vsync", "vfr", ...pictures], files };
}

export interface SpriteLayout {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

/** Sheets of small pictures, one each `stepSeconds`; what is left of the last sheet stays black. */
export function spriteJob(
  pattern: string,
  stepSeconds: number,
  { width, height, columns, rows }: SpriteLayout,
  files: readonly string[],
): FfmpegJob {
  const filters = [
    everyStep(stepSeconds),
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    `tile=${columns}x${rows}`,
  ];
  return {
    output: ["-vf", filters.join(","), "-vsync", "vfr", ...JPG, "-start_number", "0", pattern],
    files,
  };
}

export interface AdaptiveOutput {
  /** The master playlist is `<stem>.m3u8`; that of a substream `<stem>_<number>.m3u8`. */
  readonly stem: string;
  readonly streams: readonly VideoSettings[];
  /** Absent for a source without sound. */
  readonly audio: AudioSettings | undefined;
  /** An ffmpeg key info file, to encrypt the segments with AES-128. */
  readonly keyInfoFile?: string | undefined;
}

export function adaptiveJob({ stem, streams, audio, keyInfoFile }: AdaptiveOutput): FfmpegJob {
  const perStream = streams.flatMap((video, index) => [
    ...["-map", "0:v:0", ...videoOptions(video, `:${index}`)],
    ...(audio ? ["-map", "0:a:0", ...audioOptions(audio, `:${index}`)] : []),
  ]);
  const groups = streams.map((_, index) => (audio ? `v:${index},a:${index}` : `v:${index}`)).join(" ");
  const key = keyInfoFile === undefined ? [] : ["-hls_key_info_file", keyInfoFile];
  const segments = ["-hls_segment_filename", `${stem}_%v_%d.ts`, "-master_pl_name", `${stem}.m3u8`];
  return {
    output: [...perStream, ...HLS, ...key, ...segments, "-var_stream_map", groups, `${stem}_%v.m3u8`],
    files: [`${stem}.m3u8`],
  };
}

/** @param index the number of the output's stream, as `:0`; all of them by default */
function videoOptions({ width, height, kbps, fps }: VideoSettings, index = ""): string[] {
  const rate = kbps > 0 ? [`-b:v${index}`, `${kbps}k`, `-maxrate:v${index}`, `${kbps * 2}k`] : [];
  const buffer = kbps > 0 ? [`-bufsize:v${index}`, `${kbps * 2}k`] : [];
  return [
    ...[`-filter:v${index}`, `${scaling(width, height)},format=yuv420p`],
    ...[`-c:v${index}`, "libx264", `-preset:v${index}`, "veryfast", `-profile:v${index}`, "high"],
    // By the documents a group of pictures has 240 frames; segments of six seconds need shorter ones.
    ...[`-g:v${index}`, index === "" ? "240" : "48", `-r:v${index}`, String(fps)],
    ...rate,
    ...buffer,
  ];
}

function audioOptions({ codec, kbps }: AudioSettings, index: string): string[] {
  const rate = kbps > 0 ? [`-b:a${index}`, `${kbps}k`] : [];
  const encoder = codec === "mp3" ? "libmp3lame" : "aac";
  return [`-c:a${index}`, encoder, ...rate, `-ar:a${index}`, "44100", `-ac:a${index}`, "2"];
}

/** Scales the longer side to `width` or the shorter to `height`; H.264 takes even sides only. */
function scaling(width: number, height: number): string {
  if (width > 0) return `scale='if(gte(iw,ih),${width},-2)':'if(gte(iw,ih),-2,${width})'`;
  if (height > 0) return `scale='if(gte(iw,ih),-2,${height})':'if(gte(iw,ih),${height},-2)'`;
  return "scale='trunc(iw/2)*2':'trunc(ih/2)*2'";
}

function everyStep(seconds: number): string {
  return `select='gte(t,selected_n*${seconds})'`;
}
