import { copyFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { MediaMetaData } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type FfmpegRun, isInstalled, runFfmpeg } from "./ffmpeg";
import { transcodeJob } from "./ffmpeg-arguments";
import { readMetaData } from "./meta-data";
import { TRANSCODINGS } from "./templates";

/** Reads sources and makes outputs from them. */
export interface Transcoder {
  /** What it does, for the user. */
  readonly description: string;
  /**
   * @param output the absolute path of the output
   * @param definition one of TRANSCODINGS
   * @param onProgress gets the seconds that are done
   * @throws {Error} with the reason if the source can't be read as the template needs
   */
  transcode(
    source: string,
    output: string,
    definition: number,
    signal: AbortSignal,
    onProgress?: (seconds: number) => void,
  ): Promise<void>;
  /**
   * Makes pictures, animations or adaptive streams. Absent if it can't.
   * @returns those of the job's files that exist now
   * @throws {Error} as `transcode`
   */
  render?(run: FfmpegRun): Promise<string[]>;
  /** How VOD describes a source, or an output that this transcoder made. */
  readMetaData(file: string, origin: "source" | "output"): Promise<MediaMetaData>;
}

/** ffmpeg, if the machine has it; else transcodes are copies, so that everything else works. */
export async function findTranscoder(program = "ffmpeg"): Promise<Transcoder> {
  if (!(await isInstalled(program))) {
    return {
      description:
        "ffmpeg is not installed. Every transcode is a copy of its source, and other processing fails. Install ffmpeg for real outputs.",
      transcode: (source, output) => copyFile(source, output),
      readMetaData,
    };
  }
  return {
    description: "Transcoding with ffmpeg.",
    async transcode(source, output, definition, signal, onProgress = () => {}) {
      const template = TRANSCODINGS.get(definition);
      if (!template) throw new Error(`The template ${definition} does not exist.`);
      const job = transcodeJob(template, basename(output));
      await runFfmpeg(program, { source, folder: dirname(output), job, signal, onProgress });
    },
    render: (run) => runFfmpeg(program, run),
    readMetaData,
  };
}

/** Makes no outputs and reads nothing, for thousands of task flows: their addresses lead nowhere. */
export const instantTranscoder: Transcoder = {
  description: "Transcoding nothing: the outputs do not exist.",
  transcode: async () => {},
  render: async ({ job }) => [...job.files],
  readMetaData: async () => ({ Size: 0, Md5: "", Container: "mp4", VideoStreamSet: [], AudioStreamSet: [] }),
};
