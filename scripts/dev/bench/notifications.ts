import { isJsonObject, type JsonObject } from "../../../lib/json";
import { makeExample } from "../../trigger/example";

export const DELETION = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["387702299900000123"] } };

export function uploadOf(number: number): JsonObject {
  return { EventType: "NewFileUpload", FileUploadEvent: { FileId: `3877022999${number}` } };
}

/** A task flow that has made `outputs` transcodings and nothing else, with every member that VOD may write. */
export function procedureOf(outputs: number): JsonObject {
  const { ProcedureStateChangeEvent: payload, ...others } = makeExample("ProcedureStateChanged");
  if (!isJsonObject(payload)) throw new Error("The example has no payload.");
  const items: unknown = payload["MediaProcessResultSet"];
  const transcoding = Array.isArray(items) ? items.find((item) => item.Type === "Transcode") : undefined;
  if (!transcoding) throw new Error("The example has no transcoding.");
  return {
    ...others,
    ProcedureStateChangeEvent: {
      ...payload,
      MediaProcessResultSet: Array.from({ length: outputs }, () => transcoding),
      AiContentReviewResultSet: [],
      AiAnalysisResultSet: [],
      AiRecognitionResultSet: [],
    },
  };
}

/** A task flow with one output, as short as the documented examples: without the members that it has no use for. */
export const SHORT_PROCEDURE = {
  EventType: "ProcedureStateChanged",
  ProcedureStateChangeEvent: {
    TaskId: "1300000001-procedurev2-6ad8b0e0b8ce4a0f8d2f2f0e3f4f5a6b",
    Status: "FINISH",
    FileId: "387702299900000123",
    FileName: "a film",
    FileUrl: "http://1300000001.vod2.myqcloud.com/6ad8b0e0/387702299900000123/f0.mp4",
    MetaData: {
      AudioDuration: 60,
      AudioStreamSet: [{ Bitrate: 383854, Codec: "aac", SamplingRate: 48000 }],
      Bitrate: 1021028,
      Container: "mov,mp4,m4a,3gp,3g2,mj2",
      Duration: 60,
      Height: 480,
      Rotate: 0,
      Size: 7700180,
      VideoDuration: 60,
      VideoStreamSet: [{ Bitrate: 637174, Codec: "h264", Fps: 23, Height: 480, Width: 640 }],
      Width: 640,
    },
    MediaProcessResultSet: [
      {
        Type: "Transcode",
        TranscodeTask: {
          Status: "SUCCESS",
          ErrCode: 0,
          Message: "",
          Input: { Definition: 100010 },
          Output: {
            Url: "http://1300000001.vod2.myqcloud.com/6ad8b0e0/387702299900000123/v.f100010.mp4",
            Definition: 100010,
            Container: "mp4",
            Height: 480,
            Width: 640,
            Bitrate: 324271,
            Size: 121601,
            Md5: "084d403c73930ca2f835679af1f37bd3",
          },
        },
      },
    ],
    TasksPriority: 0,
    TasksNotifyMode: "",
  },
};
