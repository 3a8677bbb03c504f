import { readFile, rm, writeFile } from "node:fs/promises";
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
import { adaptiveJob, animationJob, sampleJob, spriteJob } from "./ffmpeg-arguments";
import { outputMetaData } from "./meta-data";
import { checkVideo, render, sizeOf, snapshot, uniqueStem, urlOf, writeKey } from "./render";
import { durationOf, fromStart, invalidTime, parseTime } from "./source-time";
import { type Kind, type SubTask, SubTaskError, subTask } from "./sub-task";
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
  type: "Transcode",
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
    const item = { ...outputMetaData(metaData), Url: urlOf(media, name), Definition, ...NO_WATERMARK };
    if (!name.endsWith(".m3u8")) return item;
    // ffprobe counts the playlist alone.
    const Size = await sizeOf(media.folder, stem);
    return { ...item, Size, Bitrate: Math.round((Size * 8) / (metaData.Duration || 1)) };
  },
  item: (TranscodeTask) => ({ TranscodeTask }),
};

const animatedGraphic: Kind<AnimatedGraphicTaskInput, MediaAnimatedGraphicsItem> = {
  type: "AnimatedGraphics",
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
    return {
      ...{ Url: urlOf(media, name), Definition, Container: Format, Height: Height ?? 0, Width: Width ?? 0 },
      ...{ Bitrate, Size, Md5, StartTimeOffset: start, EndTimeOffset: end },
    };
  },
  item: (AnimatedGraphicTask) => ({ AnimatedGraphicTask }),
};

const timeSnapshot: Kind<SnapshotByTimeOffsetTaskInput, MediaSnapshotByTimeOffsetItem> = {
  type: "SnapshotByTimeOffset",
  members: ["ExtTimeOffsetSet", "TimeOffsetSet"],
  definitions: TIME_SNAPSHOTS.map(({ Definition }) => Definition),
  async make({ Definition, ExtTimeOffsetSet, TimeOffsetSet = [] }, workshop) {
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
  item: (SnapshotByTimeOffsetTask) => ({ SnapshotByTimeOffsetTask }),
};

const sampleSnapshot: Kind<SampleSnapshotTaskInput, MediaSampleSnapshotItem> = {
  type: "SampleSnapshot",
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
    return { Definition, SampleType, Interval: SampleInterval, ImageUrlSet, WaterMarkDefinition: [] };
  },
  item: (SampleSnapshotTask) => ({ SampleSnapshotTask }),
};

const imageSprite: Kind<ImageSpriteTaskInput, MediaImageSpriteItem> = {
  type: "ImageSprites",
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
    return {
      ...{ Definition, Height: height, Width: width },
      // "The number of small pictures in each large one"; whether an incomplete sheet counts its own is not said.
      TotalCount: Math.min(pictures, columns * rows),
      ImageUrlSet: made.map((name) => urlOf(media, name)),
      WebVttUrl: urlOf(media, `${stem}.vtt`),
    };
  },
  item: (ImageSpriteTask) => ({ ImageSpriteTask }),
};

const coverBySnapshot: Kind<CoverBySnapshotTaskInput, CoverBySnapshotTaskOutput> = {
  type: "CoverBySnapshot",
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
  item: (CoverBySnapshotTask) => ({ CoverBySnapshotTask }),
};

const adaptiveStreaming: Kind<AdaptiveDynamicStreamingTaskInput, AdaptiveDynamicStreamingInfoItem> = {
  type: "AdaptiveDynamicStreaming",
  members: [],
  definitions: ADAPTIVE_STREAMS.map(({ Definition }) => Definition),
  async make({ Definition }, workshop) {
    const { media } = workshop;
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
  item: (AdaptiveDynamicStreamingTask) => ({ AdaptiveDynamicStreamingTask }),
};

function templateOf<Template extends { Definition: number }>(
  templates: readonly Template[],
  definition: number,
): Template {
  const found = templates.find(({ Definition }) => Definition === definition);
  if (!found)
    throw new SubTaskError("InvalidInput.DefinitionNotExist", `The template ${definition} does not exist.`);
  return found;
}
