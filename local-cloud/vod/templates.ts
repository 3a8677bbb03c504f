import type { AdaptiveDynamicStreamingTemplate } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";

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
  /** Top speed codec: here plain H.264 without a bitrate limit. */
  readonly tehd?: true;
}

const aac = (kbps: number): AudioSettings => ({ codec: "aac", kbps });
const mp3 = (kbps: number): AudioSettings => ({ codec: "mp3", kbps });
function video(width: number, height: number, kbps: number, fps: number): VideoSettings {
  return { width, height, kbps, fps };
}

/** By the definitions for MP4 and HLS: the picture, and the bitrate of the sound. */
const VIDEO: readonly (readonly [mp4: number, hls: number, VideoSettings, audioKbps: number])[] = [
  [100010, 100210, video(0, 360, 400, 25), 64],
  [100020, 100220, video(0, 540, 1000, 25), 64],
  [100030, 100230, video(0, 720, 1800, 25), 128],
  [100040, 100240, video(0, 1080, 2500, 25), 128],
  [100070, 100270, video(0, 1440, 3000, 25), 160],
  [100080, 100280, video(0, 2160, 6000, 25), 160],
  [10, 210, video(320, 0, 256, 24), 48],
  [20, 220, video(640, 0, 512, 24), 48],
  [30, 230, video(1280, 0, 1024, 24), 48],
  [40, 240, video(1920, 0, 2500, 24), 48],
  [70, 270, video(0, 1440, 3072, 30), 48],
  [80, 280, video(0, 2160, 6144, 30), 48],
];
const AS_SOURCE = video(0, 0, 0, 0);

const transcodings = new Map<number, Transcoding>();
for (const [mp4, , video, kbps] of VIDEO)
  transcodings.set(mp4, { container: "mp4", video, audio: aac(kbps) });
for (const [, hls, video, kbps] of VIDEO)
  transcodings.set(hls, { container: "hls", video, audio: aac(kbps) });
for (const [index, height] of [0, 360, 540, 720, 1080].entries()) {
  const audio = aac([0, 64, 64, 128, 128][index] ?? 0);
  transcodings.set(100800 + 10 * index, {
    container: "mp4",
    video: video(0, height, 0, 25),
    audio,
    tehd: true,
  });
}
for (const [index, kbps] of [24, 48, 96, 192, 256].entries()) {
  transcodings.set(1100 + 10 * index, { container: "m4a", audio: aac(kbps) });
}
transcodings.set(1010, { container: "mp3", audio: mp3(128) });
transcodings.set(1020, { container: "mp3", audio: mp3(320) });
transcodings.set(875, { container: "mp4", video: AS_SOURCE, audio: aac(0), remux: true });
transcodings.set(876, { container: "hls", video: AS_SOURCE, audio: aac(0), remux: true });

/** By Definition. */
export const TRANSCODINGS: ReadonlyMap<number, Transcoding> = transcodings;

/**
 * Members that all presets share. Most of their names are not documented, nor are the times: this one is from the
 * API's examples.
 */
export const PRESET = {
  ...{ Type: "Preset", Name: "", Comment: "" },
  ...{ CreateTime: "2018-10-01T10:00:00Z", UpdateTime: "2018-10-01T10:00:00Z" },
};
const SAME_SIZE = { ...PRESET, Width: 0, Height: 0, ResolutionAdaptive: "open" };
const PICTURE = { ...SAME_SIZE, Format: "jpg", FillType: "stretch" };

export const ANIMATED_GRAPHICS = [
  { ...SAME_SIZE, Definition: 20000, Format: "gif", Fps: 2, Quality: 75 },
  { ...SAME_SIZE, Definition: 20001, Format: "webp", Fps: 2, Quality: 75 },
];

export const TIME_SNAPSHOTS = [{ ...PICTURE, Definition: 10, Name: "TimepointScreenshot" }];

export const SAMPLE_SNAPSHOTS = [{ ...PICTURE, Definition: 10, SampleType: "Percent", SampleInterval: 10 }];

export const IMAGE_SPRITES = [
  {
    ...{ ...PICTURE, Definition: 10, Name: "SpriteScreenshot", Width: 142, Height: 80, FillType: "black" },
    ...{ ResolutionAdaptive: "close", RowCount: 10, ColumnCount: 10, SampleType: "Time", SampleInterval: 10 },
  },
];

/** The substreams of all adaptive presets, from the smallest to the largest. */
export const SUBSTREAMS: readonly VideoSettings[] = [
  video(0, 240, 256, 24),
  video(0, 480, 512, 24),
  video(0, 720, 512, 24),
  video(0, 1080, 1024, 24),
  video(0, 1440, 3072, 24),
  video(0, 2160, 6144, 24),
];
export const SUBSTREAM_AUDIO = aac(48);

const ADAPTIVE = {
  ...{ ...PRESET, Format: "HLS", DrmKeyProvider: "VOD", SegmentType: "ts", SegmentDuration: 6 },
  ...{ DisableHigherVideoBitrate: 0, DisableHigherVideoResolution: 1 },
  StreamInfos: SUBSTREAMS.map((settings) => ({
    ...{
      Video: videoTemplate(settings),
      Audio: audioTemplate(SUBSTREAM_AUDIO),
      RemoveAudio: 0,
      RemoveVideo: 0,
    },
  })),
};

export const ADAPTIVE_STREAMS = [
  { ...ADAPTIVE, Definition: 10, Name: "Adpative-HLS", DrmType: "" },
  { ...ADAPTIVE, Definition: 12, Name: "Adpative-HLS-Encrypt", DrmType: "SimpleAES" },
] satisfies readonly AdaptiveDynamicStreamingTemplate[];

/** A picture's settings as the API's VideoTemplateInfo. */
export function videoTemplate({ width, height, kbps, fps }: VideoSettings) {
  const size = { ResolutionAdaptive: "open", Width: width, Height: height, FillType: "black" };
  return { Codec: "libx264", Fps: fps, Bitrate: kbps, ...size };
}

/** The settings of sound as the API's AudioTemplateInfo; all presets are stereo at 44,100 Hz. */
export function audioTemplate({ codec, kbps }: AudioSettings) {
  const Codec = codec === "mp3" ? "libmp3lame" : "libfdk_aac";
  return { Codec, Bitrate: kbps, SampleRate: 44100, AudioChannel: 2 };
}
