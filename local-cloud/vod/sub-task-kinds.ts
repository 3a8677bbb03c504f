import { randomBytes } from "node:crypto";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  AdaptiveDynamicStreamingInfoItem,
  AdaptiveDynamicStreamingTaskInput,
  AnimatedGraphicTaskInput,
  CoverBySnapshotTaskInput,
  CoverBySnapshotTaskOutput,
  ImageSpriteTaskInput,
  MediaAnimatedGraphicsItem,
  MediaImageSpriteItem,
  MediaProcessTaskInput,
  MediaSampleSnapshotItem,
  MediaSnapshotByTimeOffsetItem,
  MediaTranscodeItem,
  SampleSnapshotTaskInput,
  SnapshotByTimeOffsetTaskInput,
  TranscodeTaskInput,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import {
  adaptiveJob,
  animationJob,
  type FfmpegJob,
  sampleJob,
  snapshotJob,
  spriteJob,
} from "./ffmpeg-arguments";
import type { Media } from "./media-library";
import { outputMetaData } from "./meta-data";
import { type Kind, type SubTask, SubTaskError, subTask, type Workshop } from "./sub-task";
import {
  ADAPTIVE_STREAMS,
  ANIMATED_GRAPHICS,
  IMAGE_SPRITES,
  SAMPLE_SNAPSHOTS,
  SUBSTREAM_AUDIO,
  SUBSTREAMS,
  TIME_SNAPSHOTS,
  TRANSCODINGS,
} from "./templates";
import { webVtt } from "./web-vtt";

/**
 * The sub-tasks of a task flow, in the order of the API's members.
 * @throws {ApiError} InvalidParameterValue, UnsupportedOperation
 */
export function subTasksOf(task: MediaProcessTaskInput): SubTask[] {
  const {
    TranscodeTaskSet = [],
    AnimatedGraphicTaskSet = [],
    SnapshotByTimeOffsetTaskSet = [],
    SampleSnapshotTaskSet = [],
    ImageSpriteTaskSet = [],
    CoverBySnapshotTaskSet = [],
    AdaptiveDynamicStreamingTaskSet = [],
    ...rest
  } = task;
  refuseUnsupported(rest);
  const subTasks = [
    ...TranscodeTaskSet.map((input) => subTask(input, transcode)),
    ...AnimatedGraphicTaskSet.map((input) => subTask(input, animatedGraphic)),
    ...SnapshotByTimeOffsetTaskSet.map((input) => subTask(input, timeSnapshot)),
    ...SampleSnapshotTaskSet.map((input) => subTask(input, sampleSnapshot)),
    ...ImageSpriteTaskSet.map((input) => subTask(input, imageSprite)),
    ...CoverBySnapshotTaskSet.map((input) => subTask(input, coverBySnapshot)),
    ...AdaptiveDynamicStreamingTaskSet.map((input) => subTask(input, adaptiveStreaming)),
  ];
  if (subTasks.length === 0) throw new ApiError("InvalidParameterValue", "The request has no task.");
  return subTasks;
}

const NO_WATERMARK = { DigitalWatermarkType: "None", CopyRightWatermarkText: "" };

const transcode: Kind<TranscodeTaskInput, MediaTranscodeItem> = {
  members: [],
  definitions: [...TRANSCODINGS.keys()],
  async make({ Definition }, { media, transcoder, signal, onProgress }) {
    const template = TRANSCODINGS.get(Definition);
    const stem = `v.f${Definition}`;
    const name = `${stem}.${template?.container === "hls" ? "m3u8" : template?.container}`;
    if (template?.video) checkVideo(media);
    const output = join(media.folder, name);
    await transcoder.transcode(media.file, output, Definition, signal, onProgress);
    const metaData = await transcoder.readMetaData(output, "output");
    const { Size = 0, Bitrate = 0, Duration = 0 } = metaData;
    // ffprobe counts the playlist alone.
    const hlsSize = name.endsWith(".m3u8") ? await sizeOf(media.folder, stem) : undefined;
    const counted =
      hlsSize === undefined
        ? { Size, Bitrate }
        : { Size: hlsSize, Bitrate: Math.round((hlsSize * 8) / (Duration || 1)) };
    const item = {
      ...outputMetaData(metaData),
      ...counted,
      Url: urlOf(media, name),
      Definition,
      ...NO_WATERMARK,
    };
    media.outputs.transcodes.set(Definition, item);
    return item;
  },
  item: (TranscodeTask) => ({ Type: "Transcode", TranscodeTask }),
};

const animatedGraphic: Kind<AnimatedGraphicTaskInput, MediaAnimatedGraphicsItem> = {
  members: ["StartTimeOffset", "EndTimeOffset"],
  definitions: ANIMATED_GRAPHICS.map(({ Definition }) => Definition),
  async make({ Definition, StartTimeOffset, EndTimeOffset }, workshop) {
    const { media, transcoder } = workshop;
    const { Format, Fps } = templateOf(ANIMATED_GRAPHICS, Definition);
    const start = fromStart(StartTimeOffset, media, 0);
    const end = fromStart(EndTimeOffset, media, durationOf(media));
    // An instant transcoder knows no durations.
    if (end < start || (end === start && end > 0))
      throw invalidTime("EndTimeOffset is not after StartTimeOffset.");
    const name = `${uniqueStem("v.f", Definition)}.${Format}`;
    await render(workshop, animationJob(name, Fps, start, end - start));
    const { Size = 0, Md5 = "", ...read } = await transcoder.readMetaData(join(media.folder, name), "output");
    const { Width, Height } = read.Width ? read : media.metaData; // ffprobe can't read animated WebP.
    const Bitrate = Math.round((Size * 8) / (end - start || 1));
    const item = {
      ...{ Url: urlOf(media, name), Definition, Container: Format, Height: Height ?? 0, Width: Width ?? 0 },
      ...{ Bitrate, Size, Md5, StartTimeOffset: start, EndTimeOffset: end },
    };
    media.outputs.animatedGraphics.set(Definition, item);
    return item;
  },
  item: (AnimatedGraphicTask) => ({ Type: "AnimatedGraphics", AnimatedGraphicTask }),
};

const timeSnapshot: Kind<SnapshotByTimeOffsetTaskInput, MediaSnapshotByTimeOffsetItem> = {
  members: ["ExtTimeOffsetSet", "TimeOffsetSet"],
  definitions: TIME_SNAPSHOTS.map(({ Definition }) => Definition),
  async make({ Definition, ExtTimeOffsetSet, TimeOffsetSet = [] }, workshop) {
    const { media } = workshop;
    const times = ExtTimeOffsetSet
      ? ExtTimeOffsetSet.map((time) => parseTime(time, media))
      : TimeOffsetSet.map((ms) => ms / 1000);
    if (times.length === 0) throw invalidTime("There is no time offset.");
    const stem = uniqueStem("snapshotByTimeOffset.", Definition);
    const PicInfoSet = [];
    for (const [index, seconds] of times.entries()) {
      const Url = await snapshot(workshop, `${stem}_${index}.jpg`, seconds);
      // By its document in milliseconds.
      PicInfoSet.push({ TimeOffset: seconds * 1000, Url, WaterMarkDefinition: [] });
    }
    const item = { Definition, PicInfoSet };
    media.outputs.timeSnapshots.set(Definition, item);
    return item;
  },
  item: (SnapshotByTimeOffsetTask) => ({ Type: "SnapshotByTimeOffset", SnapshotByTimeOffsetTask }),
};

const sampleSnapshot: Kind<SampleSnapshotTaskInput, MediaSampleSnapshotItem> = {
  members: [],
  definitions: SAMPLE_SNAPSHOTS.map(({ Definition }) => Definition),
  async make({ Definition }, workshop) {
    const { media } = workshop;
    const { SampleType, SampleInterval } = templateOf(SAMPLE_SNAPSHOTS, Definition);
    const stem = uniqueStem("sampleSnapshot.", Definition);
    const names = Array.from(
      { length: Math.ceil(100 / SampleInterval) },
      (_, index) => `${stem}_${index}.jpg`,
    );
    const step = durationOf(media) / names.length;
    const made = await render(workshop, sampleJob(`${stem}_%d.jpg`, step, names));
    const ImageUrlSet = made.map((name) => urlOf(media, name));
    const item = { Definition, SampleType, Interval: SampleInterval, ImageUrlSet, WaterMarkDefinition: [] };
    media.outputs.sampleSnapshots.set(Definition, item);
    return item;
  },
  item: (SampleSnapshotTask) => ({ Type: "SampleSnapshot", SampleSnapshotTask }),
};

const imageSprite: Kind<ImageSpriteTaskInput, MediaImageSpriteItem> = {
  members: [],
  definitions: IMAGE_SPRITES.map(({ Definition }) => Definition),
  async make({ Definition }, workshop) {
    const { media } = workshop;
    const template = templateOf(IMAGE_SPRITES, Definition);
    const { Width: width, Height: height, ColumnCount: columns, RowCount: rows } = template;
    const layout = { width, height, columns, rows };
    const pictures = Math.max(1, Math.ceil(durationOf(media) / template.SampleInterval));
    const stem = uniqueStem("imageSprite.", Definition);
    const sheets = Math.ceil(pictures / (columns * rows));
    const names = Array.from({ length: sheets }, (_, index) => `${stem}_${index}.jpg`);
    const made = await render(workshop, spriteJob(`${stem}_%d.jpg`, template.SampleInterval, layout, names));
    const vtt = webVtt(made, layout, pictures, template.SampleInterval, durationOf(media));
    await writeFile(join(media.folder, `${stem}.vtt`), vtt);
    const item = {
      ...{ Definition, Height: height, Width: width },
      // "The number of small pictures in each large one"; whether an incomplete sheet counts its own is not said.
      TotalCount: Math.min(pictures, columns * rows),
      ImageUrlSet: made.map((name) => urlOf(media, name)),
      WebVttUrl: urlOf(media, `${stem}.vtt`),
    };
    media.outputs.imageSprites.set(Definition, item);
    return item;
  },
  item: (ImageSpriteTask) => ({ Type: "ImageSprites", ImageSpriteTask }),
};

const coverBySnapshot: Kind<CoverBySnapshotTaskInput, CoverBySnapshotTaskOutput> = {
  members: ["PositionType", "PositionValue"],
  definitions: TIME_SNAPSHOTS.map(({ Definition }) => Definition),
  async make({ Definition, PositionType, PositionValue }, workshop) {
    const { media } = workshop;
    if (PositionType !== "Time" && PositionType !== "Percent") {
      throw new SubTaskError("InvalidInput", "PositionType must be Time or Percent.");
    }
    const seconds = PositionType === "Time" ? PositionValue : (PositionValue / 100) * durationOf(media);
    const CoverUrl = await snapshot(workshop, `${uniqueStem("coverBySnapshot.", Definition)}_0.jpg`, seconds);
    media.cover = { url: CoverUrl, from: "snapshot" };
    return { CoverUrl };
  },
  item: (CoverBySnapshotTask) => ({ Type: "CoverBySnapshot", CoverBySnapshotTask }),
};

const adaptiveStreaming: Kind<AdaptiveDynamicStreamingTaskInput, AdaptiveDynamicStreamingInfoItem> = {
  members: [],
  definitions: ADAPTIVE_STREAMS.map(({ Definition }) => Definition),
  async make({ Definition }, workshop) {
    const { media, transcoder } = workshop;
    const { Format, DrmType } = templateOf(ADAPTIVE_STREAMS, Definition);
    checkVideo(media);
    const { Width = 0, Height = 0, AudioStreamSet = [] } = media.metaData;
    const shorter = Math.min(Width, Height);
    const streams = SUBSTREAMS.filter(({ height }, index) => index === 0 || height <= shorter);
    const stem = `adp.${Definition}`;
    const audio = AudioStreamSet.length > 0 ? SUBSTREAM_AUDIO : undefined;
    const key = DrmType === "" ? undefined : await writeKey(media, stem);
    try {
      await render(workshop, adaptiveJob({ stem, streams, audio, keyInfoFile: key }));
    } finally {
      if (key !== undefined) await rm(key, { force: true });
    }
    const SubStreamSet = [];
    for (const [index, { height }] of streams.entries()) {
      // The picture of an encrypted substream can't be read; its size follows from the template.
      const own = DrmType === "" ? `${stem}_${index}.m3u8` : undefined;
      const read = own && (await transcoder.readMetaData(join(media.folder, own), "output"));
      const scale = height / (shorter || height);
      const [width, tall] = read ? [read.Width, read.Height] : [even(Width * scale), even(Height * scale)];
      const Size = await sizeOf(media.folder, `${stem}_${index}`);
      SubStreamSet.push({ Type: "video", Width: width ?? 0, Height: tall ?? 0, Size });
    }
    const item = {
      ...{ Definition, Package: Format, DrmType, Url: urlOf(media, `${stem}.m3u8`) },
      ...{ Size: await sizeOf(media.folder, stem), SubStreamSet, ...NO_WATERMARK },
    };
    media.outputs.adaptiveStreams.set(Definition, item);
    return item;
  },
  item: (AdaptiveDynamicStreamingTask) => ({
    Type: "AdaptiveDynamicStreaming",
    AdaptiveDynamicStreamingTask,
  }),
};

/** @returns the files that came out @throws {SubTaskError} InternalError without ffmpeg, SourceFileError */
async function render(workshop: Workshop, job: FfmpegJob): Promise<string[]> {
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

/** @returns the picture's address */
async function snapshot(workshop: Workshop, name: string, seconds: number): Promise<string> {
  const { media } = workshop;
  const duration = durationOf(media);
  if (seconds < 0 || (duration > 0 && seconds > duration)) {
    throw invalidTime(`${seconds} s is not within the video's ${duration} s.`);
  }
  // After the last frame there is none to take.
  const { Fps = 0 } = media.metaData.VideoStreamSet?.[0] ?? {};
  const last = Math.max(0, duration - 1.5 / (Fps || 10));
  await render(workshop, snapshotJob(name, duration > 0 ? Math.min(seconds, last) : seconds));
  return urlOf(media, name);
}

/** What becomes of a picture is not documented; it has no video, and that has a documented code. */
function checkVideo({ category, metaData }: Media): void {
  const { VideoStreamSet = [], AudioStreamSet = [] } = metaData;
  if (category !== "Image" && (VideoStreamSet.length > 0 || AudioStreamSet.length === 0)) return;
  throw new SubTaskError("SourceFileError.NoVideoMedia", "The source has no video stream.");
}

/** An AES-128 key beside the playlists. How VOD hands out the keys of SimpleAES is not documented in full. */
async function writeKey(media: Media, stem: string): Promise<string> {
  const key = join(media.folder, `${stem}.key`);
  const info = join(media.folder, `${stem}.keyinfo`);
  await writeFile(key, randomBytes(16));
  await writeFile(info, `${stem}.key\n${key}\n`);
  return info;
}

/** The bytes of all files that begin with `stem`: of a playlist and its segments. */
async function sizeOf(folder: string, stem: string): Promise<number> {
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(`${stem}.`) || name.startsWith(`${stem}_`),
  );
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Pictures of an earlier task stay what they were. */
function uniqueStem(beginning: string, definition: number): string {
  return `${beginning}${definition}.${randomBytes(4).toString("hex")}`;
}

function urlOf({ folderUrl }: Media, name: string): string {
  return `${folderUrl}/${name}`;
}

function templateOf<Template extends { Definition: number }>(
  templates: readonly Template[],
  definition: number,
): Template {
  const found = templates.find(({ Definition }) => Definition === definition);
  if (!found)
    throw new SubTaskError("InvalidInput.DefinitionNotExist", `There is no template ${definition}.`);
  return found;
}

function durationOf({ metaData }: Media): number {
  return metaData.VideoDuration || metaData.Duration || 0;
}

/** An offset in seconds from the start; a negative one counts from the end, and 0 means `otherwise`. */
function fromStart(offset: number, media: Media, otherwise: number): number {
  if (offset === 0) return otherwise;
  const duration = durationOf(media);
  const seconds = offset < 0 ? duration + offset : offset;
  if (seconds < 0 || (duration > 0 && seconds > duration)) {
    throw invalidTime(`The offset ${offset} s is not within the video's ${duration} s.`);
  }
  return seconds;
}

/** @param time as `3.5s` or `10%` */
function parseTime(time: string, media: Media): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(s|%)$/.exec(time) ?? [];
  if (unit === undefined) throw invalidTime(`${time} is not a time such as 3.5s or 10%.`);
  return unit === "s" ? Number(value) : (Number(value) / 100) * durationOf(media);
}

function invalidTime(message: string): SubTaskError {
  return new SubTaskError("InvalidInput.InvalidTimeOffset", message);
}

function even(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}
