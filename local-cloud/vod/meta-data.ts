import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { MediaMetaData } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { environmentWithoutSecrets } from "../../lib/log/redact";

const run = promisify(execFile);

/** What VOD would say of a file; without ffprobe, or of a file that is no video, only its size and hash. */
export async function readMetaData(file: string): Promise<MediaMetaData> {
  const content = await readFile(file);
  const known = { Size: content.length, Md5: createHash("md5").update(content).digest("hex") };
  const probed = await probe(file);
  const format = isJsonObject(probed["format"]) ? probed["format"] : {};
  const streams = (Array.isArray(probed["streams"]) ? probed["streams"] : []).filter(isJsonObject);
  const video = streams.filter((stream) => stream["codec_type"] === "video");
  const audio = streams.filter((stream) => stream["codec_type"] === "audio");
  const first = video[0] ?? {};
  return {
    ...known,
    Container: String(format["format_name"] ?? ""),
    Bitrate: number(format["bit_rate"]),
    Duration: number(format["duration"]),
    Height: number(first["height"]),
    Width: number(first["width"]),
    Rotate: 0,
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

/** What a transcoding's output, or TranscodeSet's item of a source, has of a file's meta data: most, but not all. */
export function outputMetaData({
  Rotate: _rotate,
  VideoDuration: _video,
  AudioDuration: _audio,
  ...output
}: MediaMetaData) {
  return output;
}

async function probe(file: string): Promise<JsonObject> {
  try {
    const options = ["-v", "error", "-of", "json", "-show_format", "-show_streams"];
    const { stdout } = await run("ffprobe", [...options, file], { env: environmentWithoutSecrets() });
    const answer: unknown = JSON.parse(stdout);
    return isJsonObject(answer) ? answer : {};
  } catch {
    return {};
  }
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
