import { instantTranscoder } from "../../../local-cloud";
import { NAMESPACE, SAMPLE, TestCloud } from "../../helpers/test-cloud";
import { HAS_FFMPEG } from "../../helpers/vod";

// What Tencent's tutorial has its readers do: template MP4-LD-FLU (10) and a cover, started by any client.
const EXERCISE = {
  TranscodeTaskSet: [{ Definition: 10 }],
  CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0 }],
};

test.each([
  ["with the task flow's own ErrCode and Message", { procedureStatus: true }],
  ["without them", { procedureStatus: false, transcoder: instantTranscoder }],
])("a client's transcode and cover are in the function's log, %s", async (_what, options) => {
  const stage = await TestCloud.open(options);
  try {
    const { cloud, vod, line } = stage;
    await vod.ModifyEventConfig({ NotificationUrl: await cloud.openAddress(NAMESPACE, "callback") });
    const { fileId: FileId } = await cloud.upload("tutorial.mp4", SAMPLE);
    await vod.ProcessMedia({ FileId, MediaProcessTask: EXERCISE });
    await line(
      new RegExp(
        `^Transcode succeeded\\. FileId: ${FileId}, Definition: 10, Url: http://\\S+/v\\.f10\\.mp4$`,
      ),
    );
    const made = HAS_FFMPEG || "transcoder" in options;
    const cover = made ? "succeeded\\. .*Url: http://\\S+\\.jpg" : "failed\\. .*Install ffmpeg";
    await line(new RegExp(`^CoverBySnapshot ${cover}`));
  } finally {
    await stage.cloud.close();
  }
});
