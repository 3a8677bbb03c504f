import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { MediaMetaData } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { isJsonObject } from "../../lib/json";
import { environmentWithoutSecrets } from "../../lib/log/redact";
import { readMetaData } from "./meta-data";

const run = promisify(execFile);

/**
 * VOD's preset MP4 templates and the height of their picture in pixels
 * (docs/tencent-protocols.md#preset-templates). The HLS, audio and enhanced ones are left out: nothing here
 * makes their outputs.
 */
const HEIGHTS: ReadonlyMap<number, number> = new Map([
  [100010, 360],
  [100020, 540],
  [100030, 720],
  [100040, 1080],
  [100070, 1440],
  [100080, 2160],
]);

export const TEMPLATES = [...HEIGHTS.keys()];

/** Reads sources, and makes outputs from them. */
export interface Transcoder {
  /** What it does, for a person. */
  readonly description: string;
  /**
   * @param definition one of TEMPLATES
   * @throws with the reason where the source can't be read as a video
   */
  transcode(source: string, output: string, definition: number, signal: AbortSignal): Promise<void>;
  /** What VOD would say of a source or an output. */
  readMetaData(file: string): Promise<MediaMetaData>;
}

/** ffmpeg where the machine has it; else outputs are copies, so that the rest can be tried all the same. */
export async function findTranscoder(program = "ffmpeg"): Promise<Transcoder> {
  try {
    await run(program, ["-version"], { env: environmentWithoutSecrets() });
  } catch {
    return {
      description: "ffmpeg is not installed: every output will be a copy of its source.",
      transcode: (source, output) => copyFile(source, output),
      readMetaData,
    };
  }
  return {
    description: "Transcoding with ffmpeg.",
    transcode: (...request) => transcodeWithFfmpeg(program, ...request),
    readMetaData,
  };
}

/** Makes no outputs and reads nothing, for thousands of task flows: their addresses lead nowhere. */
export const instantTranscoder: Transcoder = {
  description: "Transcoding nothing: the outputs do not exist.",
  transcode: async () => {},
  readMetaData: async () => ({ Size: 0, Md5: "", Container: "mp4", VideoStreamSet: [], AudioStreamSet: [] }),
};

async function transcodeWithFfmpeg(
  program: string,
  source: string,
  output: string,
  definition: number,
  signal: AbortSignal,
): Promise<void> {
  const picture = ["-vf", `scale=-2:${HEIGHTS.get(definition)}`, "-c:v", "libx264", "-preset", "veryfast"];
  const rest = ["-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"];
  const quiet = ["-nostdin", "-v", "error", "-y"];
  try {
    await run(program, [...quiet, "-i", source, ...picture, ...rest, output], {
      signal,
      env: environmentWithoutSecrets(),
    });
  } catch (error) {
    const said = String((isJsonObject(error) && error["stderr"]) || error).trim();
    throw new Error(said.slice(said.lastIndexOf("\n") + 1), { cause: error });
  }
}
