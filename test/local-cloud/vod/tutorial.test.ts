import { instantTranscoder, realSchedule } from "../../../local-cloud";
import { findTranscoder } from "../../../local-cloud/vod/transcode";
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
  const transcoder = "transcoder" in options ? options.transcoder : await findTranscoder();
  const stage = await TestCloud.open({ ...options, transcoder, schedule: realSchedule });
  try {
    const { cloud, vod } = stage;
    await stage.deployBuilt("callback");
    await vod.ModifyEventConfig({ NotificationUrl: await cloud.openAddress(NAMESPACE, "callback") });
    const { fileId: FileId } = await cloud.upload("tutorial.mp4", SAMPLE);
    await vod.ProcessMedia({ FileId, MediaProcessTask: EXERCISE });
    await stage.line(
      new RegExp(
        `^Transcode succeeded\\. FileId: ${FileId}, Definition: 10, Url: http://\\S+/v\\.f10\\.mp4$`,
      ),
    );
    const made = HAS_FFMPEG || "transcoder" in options;
    const cover = made ? "succeeded\\. .*Url: http://\\S+\\.jpg" : "failed\\. .*Install ffmpeg";
    await stage.line(new RegExp(`^CoverBySnapshot ${cover}`));
  } finally {
    await stage.cloud.close();
  }
});
