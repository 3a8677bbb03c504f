import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MediaProcessTaskInput } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { adaptiveJob, animationJob, sampleJob, spriteJob } from "./ffmpeg-arguments";
import { outputMetaData } from "./meta-data";
import { checkVideo, render, sizeOf, sizeShown, snapshot, uniqueStem, urlOf, writeKey } from "./render";
import { durationOf, fromStart, invalidTime, parseTime } from "./source-time";
import { kind, type SubTask, SubTaskError } from "./sub-task";
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

const NO_WATERMARK = { DigitalWatermarkType: "None", CopyRightWatermarkText: "" };

const transcode = kind({
  member: "TranscodeTask",
  type: "Transcode",
  members: [],
  templates: [...TRANSCODINGS].map(([Definition, template]) => ({ Definition, ...template })),
  async make({ Definition }, { container, video }, { media, transcoder, signal, onProgress }) {
    const stem = `v.f${Definition}`;
    const name = `${stem}.${container === "hls" ? "m3u8" : container}`;
    if (video) checkVideo(media);
    const output = join(media.folder, name);
    await transcoder.transcode(media.file, output, Definition, signal, onProgress);
    const metaData = await transcoder.readMetaData(output, "output");
    const item = { ...outputMetaData(metaData), Url: urlOf(media, name), Definition, ...NO_WATERMARK };
    if (!name.endsWith(".m3u8")) return item;
    // ffprobe counts the playlist alone.
    const Size = await sizeOf(media.folder, stem);
    return { ...item, Size, Bitrate: Math.round((Size * 8) / (metaData.Duration || 1)) };
  },
});

const animatedGraphic = kind({
  member: "AnimatedGraphicTask",
  type: "AnimatedGraphics",
  members: ["StartTimeOffset", "EndTimeOffset"],
  templates: ANIMATED_GRAPHICS,
  async make({ Definition, StartTimeOffset, EndTimeOffset }, { Format, Fps }, workshop) {
    const { media, transcoder } = workshop;
    const start = fromStart(StartTimeOffset, media, 0);
    const end = fromStart(EndTimeOffset, media, durationOf(media));
    // An instant transcoder knows no durations.
    if (end < start || (end === start && end > 0))
      throw invalidTime("EndTimeOffset is not after StartTimeOffset.");
    const name = `${uniqueStem("v.f", Definition)}.${Format}`;
    await render(workshop, animationJob(name, Fps, start, end - start));
    const { Size = 0, Md5 = "", ...read } = await transcoder.readMetaData(join(media.folder, name), "output");
    const [Width, Height] = read.Width ? [read.Width, read.Height] : sizeShown(media); // ffprobe can't read animated WebP.
    const Bitrate = Math.round((Size * 8) / (end - start || 1));
    return {
      ...{ Url: urlOf(media, name), Definition, Container: Format, Height: Height ?? 0, Width: Width ?? 0 },
      ...{ Bitrate, Size, Md5, StartTimeOffset: start, EndTimeOffset: end },
    };
  },
});

const timeSnapshot = kind({
  member: "SnapshotByTimeOffsetTask",
  type: "SnapshotByTimeOffset",
  members: ["ExtTimeOffsetSet", "TimeOffsetSet"],
  templates: TIME_SNAPSHOTS,
  async make({ Definition, ExtTimeOffsetSet, TimeOffsetSet = [] }, _template, workshop) {
    const { media } = workshop;
    const times = ExtTimeOffsetSet
      ? ExtTimeOffsetSet.map((time) => parseTime(time, media))
      : TimeOffsetSet.map((ms) => ms / 1000);
    if (times.length === 0) throw invalidTime("The request has no time offset.");
    const stem = uniqueStem("snapshotByTimeOffset.", Definition);
    const PicInfoSet = [];
    for (const [index, seconds] of times.entries()) {
      const Url = await snapshot(workshop, `${stem}_${index}.jpg`, seconds);
      // By its document in milliseconds.
      PicInfoSet.push({ TimeOffset: seconds * 1000, Url, WaterMarkDefinition: [] });
    }
    return { Definition, PicInfoSet };
  },
});

const sampleSnapshot = kind({
  member: "SampleSnapshotTask",
  type: "SampleSnapshot",
  members: [],
  templates: SAMPLE_SNAPSHOTS,
  async make({ Definition }, { SampleType, SampleInterval }, workshop) {
    const { media } = workshop;
    const stem = uniqueStem("sampleSnapshot.", Definition);
    const names = Array.from(
      { length: Math.ceil(100 / SampleInterval) },
      (_, index) => `${stem}_${index}.jpg`,
    );
    const step = durationOf(media) / names.length;
    const made = await render(workshop, sampleJob(`${stem}_%d.jpg`, step, names));
    const ImageUrlSet = made.map((name) => urlOf(media, name));
    return { Definition, SampleType, Interval: SampleInterval, ImageUrlSet, WaterMarkDefinition: [] };
  },
});

const imageSprite = kind({
  member: "ImageSpriteTask",
  type: "ImageSprites",
  members: [],
  templates: IMAGE_SPRITES,
  async make({ Definition }, template, workshop) {
    const { media } = workshop;
    const { Width: width, Height: height, ColumnCount: columns, RowCount: rows } = template;
    const layout = { width, height, columns, rows };
    const pictures = Math.max(1, Math.ceil(durationOf(media) / template.SampleInterval));
    const stem = uniqueStem("imageSprite.", Definition);
    const sheets = Math.ceil(pictures / (columns * rows));
    const names = Array.from({ length: sheets }, (_, index) => `${stem}_${index}.jpg`);
    const made = await render(workshop, spriteJob(`${stem}_%d.jpg`, template.SampleInterval, layout, names));
    const vtt = webVtt(made, layout, pictures, template.SampleInterval, durationOf(media));
    await writeFile(join(media.folder, `${stem}.vtt`), vtt);
    return {
      ...{ Definition, Height: height, Width: width },
      // "The number of small pictures in each large one"; whether an incomplete sheet counts its own is not said.
      TotalCount: Math.min(pictures, columns * rows),
      ImageUrlSet: made.map((name) => urlOf(media, name)),
      WebVttUrl: urlOf(media, `${stem}.vtt`),
    };
  },
});

const coverBySnapshot = kind({
  member: "CoverBySnapshotTask",
  type: "CoverBySnapshot",
  members: ["PositionType", "PositionValue"],
  templates: TIME_SNAPSHOTS,
  async make({ Definition, PositionType, PositionValue }, _template, workshop) {
    const { media } = workshop;
    if (PositionType !== "Time" && PositionType !== "Percent") {
      throw new SubTaskError("InvalidInput", "PositionType must be Time or Percent.");
    }
    const seconds = PositionType === "Time" ? PositionValue : (PositionValue / 100) * durationOf(media);
    const CoverUrl = await snapshot(workshop, `${uniqueStem("coverBySnapshot.", Definition)}_0.jpg`, seconds);
    media.cover = { url: CoverUrl, from: "snapshot" };
    return { CoverUrl };
  },
});

const adaptiveStreaming = kind({
  member: "AdaptiveDynamicStreamingTask",
  type: "AdaptiveDynamicStreaming",
  members: [],
  templates: ADAPTIVE_STREAMS,
  async make({ Definition }, { Format, DrmType }, workshop) {
    const { media } = workshop;
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
    // Without the file, as an instant transcoder leaves it, nothing is known.
    const master = await readFile(join(media.folder, `${stem}.m3u8`), "utf8").catch(() => "");
    const sizes = [...master.matchAll(/RESOLUTION=(\d+)x(\d+)/g)];
    const SubStreamSet = [];
    for (const index of streams.keys()) {
      const [, Width = 0, Height = 0] = (sizes[index] ?? []).map(Number);
      const Size = await sizeOf(media.folder, `${stem}_${index}`);
      SubStreamSet.push({ Type: "video", Width, Height, Size });
    }
    return {
      ...{ Definition, Package: Format, DrmType, Url: urlOf(media, `${stem}.m3u8`) },
      ...{ Size: await sizeOf(media.folder, stem), SubStreamSet, ...NO_WATERMARK },
    };
  },
});

/** In the order of the API's members. */
const KINDS = [
  transcode,
  animatedGraphic,
  timeSnapshot,
  sampleSnapshot,
  imageSprite,
  coverBySnapshot,
  adaptiveStreaming,
];
const SETS = new Set<string>(KINDS.map(({ set }) => set));

/** The sub-tasks of a task flow. @throws {ApiError} InvalidParameterValue, UnsupportedOperation */
export function subTasksOf(task: MediaProcessTaskInput): SubTask[] {
  refuseUnsupported(Object.fromEntries(Object.entries(task).filter(([name]) => !SETS.has(name))));
  const subTasks = KINDS.flatMap((kind) => kind.subTasks(task));
  if (subTasks.length === 0) throw new ApiError("InvalidParameterValue", "The request does not have a task.");
  return subTasks;
}
