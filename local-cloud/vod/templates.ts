import type {
  AdaptiveDynamicStreamingTemplate,
  AnimatedGraphicsTemplate,
  ImageSpriteTemplate,
  SampleSnapshotTemplate,
  SnapshotByTimeOffsetTemplate,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";

/*
 * VOD's preset templates (docs/tencent-protocols.md#preset-templates). H.265, FLV and DASH presets are left out: the
 * local cloud does not make their outputs.
 */

/** The picture of an output. 0 means: as in the source. With one side 0 the other keeps the proportions. */
export interface VideoSettings {
  /** The longer side, in pixels. */
  readonly width: number;
  /** The shorter side, in pixels. */
  readonly height: number;
  readonly kbps: number;
  readonly fps: number;
}

export interface AudioSettings {
  readonly codec: "aac" | "mp3";
  /** 0 means: chosen by the encoder. */
  readonly kbps: number;
}

export interface Transcoding {
  readonly container: "mp4" | "hls" | "m4a" | "mp3";
  /** Absent: the output has no picture. */
  readonly video?: VideoSettings;
  readonly audio: AudioSettings;
  /** The streams are copied into another container. */
  readonly remux?: true;
  /** Top Speed Codec: here plain H.264 without a bitrate limit. */
  readonly tehd?: true;
}

const aac = (kbps: number): AudioSettings => ({ codec: "aac", kbps });
const mp3 = (kbps: number): AudioSettings => ({ codec: "mp3", kbps });

/** Shorter or longer side, bitrates of picture and sound, frames per second. */
const VIDEO: readonly (readonly [mp4: number, hls: number, VideoSettings, audioKbps: number])[] = [
  [100010, 100210, { width: 0, height: 360, kbps: 400, fps: 25 }, 64],
  [100020, 100220, { width: 0, height: 540, kbps: 1000, fps: 25 }, 64],
  [100030, 100230, { width: 0, height: 720, kbps: 1800, fps: 25 }, 128],
  [100040, 100240, { width: 0, height: 1080, kbps: 2500, fps: 25 }, 128],
  [100070, 100270, { width: 0, height: 1440, kbps: 3000, fps: 25 }, 160],
  [100080, 100280, { width: 0, height: 2160, kbps: 6000, fps: 25 }, 160],
  // The legacy ones; 10 is the tutorial's MP4-LD-FLU.
  [10, 210, { width: 320, height: 0, kbps: 256, fps: 24 }, 48],
  [20, 220, { width: 640, height: 0, kbps: 512, fps: 24 }, 48],
  [30, 230, { width: 1280, height: 0, kbps: 1024, fps: 24 }, 48],
  [40, 240, { width: 1920, height: 0, kbps: 2500, fps: 24 }, 48],
  [70, 270, { width: 0, height: 1440, kbps: 3072, fps: 30 }, 48],
  [80, 280, { width: 0, height: 2160, kbps: 6144, fps: 30 }, 48],
];

const TEHD: readonly (readonly [definition: number, height: number, audioKbps: number])[] = [
  [100800, 0, 0],
  [100810, 360, 64],
  [100820, 540, 64],
  [100830, 720, 128],
  [100840, 1080, 128],
];

const AUDIO: readonly (readonly [definition: number, kbps: number])[] = [
  [1100, 24],
  [1110, 48],
  [1120, 96],
  [1130, 192],
  [1140, 256],
];

/** By Definition. */
export const TRANSCODINGS: ReadonlyMap<number, Transcoding> = new Map<number, Transcoding>([
  ...VIDEO.map(([definition, , video, kbps]): [number, Transcoding] => [
    definition,
    { container: "mp4", video, audio: aac(kbps) },
  ]),
  ...VIDEO.map(([, definition, video, kbps]): [number, Transcoding] => [
    definition,
    { container: "hls", video, audio: aac(kbps) },
  ]),
  ...TEHD.map(([definition, height, kbps]): [number, Transcoding] => [
    definition,
    { container: "mp4", video: { width: 0, height, kbps: 0, fps: 25 }, audio: aac(kbps), tehd: true },
  ]),
  ...AUDIO.map(([definition, kbps]): [number, Transcoding] => [
    definition,
    { container: "m4a", audio: aac(kbps) },
  ]),
  [1010, { container: "mp3", audio: mp3(128) }],
  [1020, { container: "mp3", audio: mp3(320) }],
  [875, { container: "mp4", video: { width: 0, height: 0, kbps: 0, fps: 0 }, audio: aac(0), remux: true }],
  [876, { container: "hls", video: { width: 0, height: 0, kbps: 0, fps: 0 }, audio: aac(0), remux: true }],
]);

/**
 * Members that all presets share. Most of their names are not documented, nor are the times: this one is from the
 * API's examples.
 */
export const PRESET = {
  Type: "Preset",
  Name: "",
  Comment: "",
  CreateTime: "2018-10-01T10:00:00Z",
  UpdateTime: "2018-10-01T10:00:00Z",
};
const AS_SOURCE = { Width: 0, Height: 0, ResolutionAdaptive: "open" };

export const ANIMATED_GRAPHICS: readonly Required<AnimatedGraphicsTemplate>[] = [
  { ...PRESET, ...AS_SOURCE, Definition: 20000, Format: "gif", Fps: 2, Quality: 75 },
  { ...PRESET, ...AS_SOURCE, Definition: 20001, Format: "webp", Fps: 2, Quality: 75 },
];

export const TIME_SNAPSHOTS: readonly Required<SnapshotByTimeOffsetTemplate>[] = [
  {
    ...PRESET,
    ...AS_SOURCE,
    Definition: 10,
    Name: "TimepointScreenshot",
    Format: "jpg",
    FillType: "stretch",
  },
];

export const SAMPLE_SNAPSHOTS: readonly Required<SampleSnapshotTemplate>[] = [
  {
    ...PRESET,
    ...AS_SOURCE,
    Definition: 10,
    Format: "jpg",
    FillType: "stretch",
    SampleType: "Percent",
    SampleInterval: 10,
  },
];

export const IMAGE_SPRITES: readonly Required<ImageSpriteTemplate>[] = [
  {
    ...PRESET,
    Definition: 10,
    Name: "SpriteScreenshot",
    Format: "jpg",
    Width: 142,
    Height: 80,
    ResolutionAdaptive: "close",
    FillType: "black",
    RowCount: 10,
    ColumnCount: 10,
    SampleType: "Time",
    SampleInterval: 10,
  },
];

/** The substreams of all adaptive presets, from the smallest to the largest. */
export const SUBSTREAMS: readonly VideoSettings[] = [
  { width: 0, height: 240, kbps: 256, fps: 24 },
  { width: 0, height: 480, kbps: 512, fps: 24 },
  { width: 0, height: 720, kbps: 512, fps: 24 },
  { width: 0, height: 1080, kbps: 1024, fps: 24 },
  { width: 0, height: 1440, kbps: 3072, fps: 24 },
  { width: 0, height: 2160, kbps: 6144, fps: 24 },
];
export const SUBSTREAM_AUDIO = aac(48);

const ADAPTIVE = {
  ...PRESET,
  Format: "HLS",
  DrmKeyProvider: "VOD",
  DisableHigherVideoBitrate: 0,
  DisableHigherVideoResolution: 1,
  SegmentType: "ts",
  SegmentDuration: 6,
  StreamInfos: SUBSTREAMS.map((video) => ({
    Video: videoTemplate(video),
    Audio: audioTemplate(SUBSTREAM_AUDIO),
    RemoveAudio: 0,
    RemoveVideo: 0,
  })),
};

export const ADAPTIVE_STREAMS = [
  { ...ADAPTIVE, Definition: 10, Name: "Adpative-HLS", DrmType: "" },
  { ...ADAPTIVE, Definition: 12, Name: "Adpative-HLS-Encrypt", DrmType: "SimpleAES" },
] satisfies readonly AdaptiveDynamicStreamingTemplate[];

/** A picture's settings as the API's VideoTemplateInfo. */
export function videoTemplate({ width, height, kbps, fps }: VideoSettings) {
  return {
    Codec: "libx264",
    Fps: fps,
    Bitrate: kbps,
    ResolutionAdaptive: "open",
    Width: width,
    Height: height,
    FillType: "black",
  };
}

/** The settings of sound as the API's AudioTemplateInfo; all presets are stereo at 44,100 Hz. */
export function audioTemplate({ codec, kbps }: AudioSettings) {
  const Codec = codec === "mp3" ? "libmp3lame" : "libfdk_aac";
  return { Codec, Bitrate: kbps, SampleRate: 44100, AudioChannel: 2 };
}
