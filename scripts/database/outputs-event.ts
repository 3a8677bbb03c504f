import type { MediaInfo } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { JsonObject } from "../../lib/json";

/** An output as VOD shows it, which is what the result of its task had. */
interface Shown {
  readonly Definition?: number;
}

/**
 * The event with a file's outputs whose tasks VOD no longer shows, for the recorder. It has the form of a finished
 * task flow; its TaskId makes the recorder leave alone what it knows already (docs/reference.md#recording).
 * @returns undefined if the file has no output
 */
export function outputsEvent({ FileId = "", ...media }: MediaInfo): JsonObject | undefined {
  const results = [
    ...of("Transcode", "TranscodeTask", media.TranscodeInfo?.TranscodeSet),
    ...of(
      "AdaptiveDynamicStreaming",
      "AdaptiveDynamicStreamingTask",
      media.AdaptiveDynamicStreamingInfo?.AdaptiveDynamicStreamingSet,
    ),
    ...of("AnimatedGraphics", "AnimatedGraphicTask", media.AnimatedGraphicsInfo?.AnimatedGraphicsSet),
    ...of("SampleSnapshot", "SampleSnapshotTask", media.SampleSnapshotInfo?.SampleSnapshotSet),
    ...of(
      "SnapshotByTimeOffset",
      "SnapshotByTimeOffsetTask",
      media.SnapshotByTimeOffsetInfo?.SnapshotByTimeOffsetSet,
    ),
    ...of("ImageSprites", "ImageSpriteTask", media.ImageSpriteInfo?.ImageSpriteSet),
  ];
  if (results.length === 0) return undefined;
  return {
    EventType: "ProcedureStateChanged",
    ProcedureStateChangeEvent: {
      ...{ TaskId: `file:${FileId}`, Status: "FINISH", FileId },
      MediaProcessResultSet: results,
    },
  };
}

function of(Type: string, task: string, set: readonly Shown[] = []): JsonObject[] {
  // Definition 0 is the source.
  return set
    .filter(({ Definition }) => Definition)
    .map((output) => ({
      Type,
      [task]: {
        Status: "SUCCESS",
        ErrCode: 0,
        Input: { Definition: output.Definition },
        Output: { ...output },
      },
    }));
}
