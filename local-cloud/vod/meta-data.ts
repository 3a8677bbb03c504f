import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { MediaMetaData } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { probe } from "./ffmpeg";

/**
 * How VOD describes a file; without ffprobe, or for a file that it can't read, only size and hash are known.
 * @param origin a source comes from outside, so that its format must be one that names no other files
 */
export async function readMetaData(file: string, origin: "source" | "output"): Promise<MediaMetaData> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const known = { Size: (await stat(file)).size, Md5: hash.digest("hex") };
  const probed = await probe(file, origin);
  const format = isJsonObject(probed["format"]) ? probed["format"] : {};
  const streams = (Array.isArray(probed["streams"]) ? probed["streams"] : []).filter(isJsonObject);
  const video = streams.filter((stream) => stream["codec_type"] === "video" && !isAttachedPicture(stream));
  const audio = streams.filter((stream) => stream["codec_type"] === "audio");
  const first = video[0] ?? {};
  return {
    ...known,
    Container: String(format["format_name"] ?? ""),
    Bitrate: number(format["bit_rate"]),
    Duration: number(format["duration"]),
    Height: number(first["height"]),
    Width: number(first["width"]),
    Rotate: rotation(first),
    VideoDuration: number(first["duration"]),
    AudioDuration: number(audio[0]?.["duration"]),
    VideoStreamSet: video.map((stream) => ({
      Bitrate: number(stream["bit_rate"]),
      Codec: String(stream["codec_name"] ?? ""),
      CodecTag: String(stream["codec_tag_string"] ?? ""),
      Fps: framesPerSecond(String(stream["r_frame_rate"] ?? "")),
      Height: number(stream["height"]),
      Width: number(stream["width"]),
    })),
    AudioStreamSet: audio.map((stream) => ({
      Bitrate: number(stream["bit_rate"]),
      Codec: String(stream["codec_name"] ?? ""),
      SamplingRate: number(stream["sample_rate"]),
    })),
  };
}

/** The part of a file's metadata that a transcode's output, or a source in TranscodeSet, has. */
export function outputMetaData({
  Rotate: _rotate,
  VideoDuration: _video,
  AudioDuration: _audio,
  ...output
}: MediaMetaData) {
  return output;
}

/** Whether a stream is the cover in an audio file, which is not a video. */
function isAttachedPicture({ disposition }: JsonObject): boolean {
  return isJsonObject(disposition) && disposition["attached_pic"] === 1;
}

/** Clockwise, as VOD has it; ffprobe counts the other way. */
function rotation({ side_data_list: list }: JsonObject): number {
  const entries = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const degrees = entries.map((entry) => number(entry["rotation"])).find((value) => value !== 0) ?? 0;
  return (360 - degrees) % 360;
}

function number(value: unknown): number {
  const parsed = Number(value ?? 0);
  return Number.isFinite(parsed) ? parsed : 0;
}

/** ffprobe writes a fraction, such as 30000/1001. */
function framesPerSecond(fraction: string): number {
  const [frames, seconds] = fraction.split("/").map(Number);
  return frames && seconds ? Math.round(frames / seconds) : 0;
}
