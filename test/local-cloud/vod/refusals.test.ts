import { instantTranscoder, type LocalCloud, startLocalCloud } from "../../../local-cloud";
import { callerOf, codeOf } from "../../helpers/test-cloud";

let cloud: LocalCloud;
let FileId: string;
beforeAll(async () => {
  cloud = await startLocalCloud({ transcoder: instantTranscoder });
  ({ fileId: FileId } = await cloud.upload("a.mp4", Buffer.from("video")));
});
afterAll(() => cloud.close());

const codeFor = (action: string, params: object) => codeOf(callerOf(cloud, "vod")(action, params));
const many = (length: number) => Array.from({ length }, (_, index) => index);

test.each([
  ["ApplyUpload", "InvalidParameterValue.MediaType", { MediaType: "exe" }],
  ["ApplyUpload", "InvalidParameterValue.CoverType", { MediaType: "mp4", CoverType: "mp4" }],
  ["ApplyUpload", "InvalidParameterValue.ExpireTime", { MediaType: "mp4", ExpireTime: "tomorrow" }],
  ["ApplyUpload", "UnsupportedOperation", { MediaType: "mp4", MediaStoragePath: "/a" }],
  ["DescribeMediaInfos", "InvalidParameterValue.FileIds", { FileIds: [] }],
  ["DescribeMediaInfos", "InvalidParameterValue.FileIds", { FileIds: many(21).map(String) }],
  ["DescribeMediaInfos", "UnsupportedOperation", { FileIds: ["1"], Filters: ["keyFrameDescInfo"] }],
  ["DescribeSubAppIds", "InvalidParameterValue", { Limit: 201 }],
  ["DescribeTaskDetail", "ResourceNotFound", { TaskId: "125-procedurev2-0tt0" }],
  ["DescribeTasks", "InvalidParameterValue", { Limit: 101 }],
  ["DescribeTasks", "InvalidParameterValue", { Status: "DONE" }],
  ["DescribeTasks", "InvalidParameterValue", { ScrollToken: "unknown" }],
  ["DescribeTasks", "InvalidParameterValue", { Sort: { Field: "FileId", Order: "Asc" } }],
  ["DescribeTasks", "InvalidParameterValue", { CreateTime: { After: "yesterday" } }],
  ["DescribeTranscodeTemplates", "InvalidParameterValue.Limit", { Limit: 101 }],
  ["DescribeTranscodeTemplates", "InvalidParameterValue.Type", { Type: "Mine" }],
  ["DescribeTranscodeTemplates", "InvalidParameterValue.ContainerType", { ContainerType: "Text" }],
  ["DescribeTranscodeTemplates", "InvalidParameterValue.Definitions", { Definitions: many(101) }],
  ["DescribeTranscodeTemplates", "UnsupportedOperation", { EnhanceType: "None" }],
  [
    "ProcessMediaByProcedure",
    "InvalidParameterValue.FileId",
    { FileId: "1", ProcedureName: "LongVideoPreset" },
  ],
  ["PullUpload", "InvalidParameterValue.MediaUrl", { MediaUrl: "http://192.0.2.1/a.mp4" }],
  ["PullUpload", "InvalidParameterValue.MediaUrl", { MediaUrl: "http://127.0.0.1.example.com/a.mp4" }],
  ["PullUpload", "InvalidParameterValue.MediaUrl", { MediaUrl: "file:///etc/passwd.mp4" }],
  ["PullUpload", "InvalidParameterValue.MediaUrl", { MediaUrl: "http://169.254.169.254/a.mp4" }],
  ["PullUpload", "FailedOperation.MediaType", { MediaUrl: "http://127.0.0.1/a.txt" }],
  ["SearchMedia", "InvalidParameterValue", { Offset: 4999, Limit: 2 }],
  ["SearchMedia", "InvalidParameterValue", { Categories: ["Text"] }],
  ["SearchMedia", "InvalidParameterValue", { FileIds: many(11).map(String) }],
  ["SearchMedia", "InvalidParameterValue", { Sort: { Field: "Name", Order: "Asc" } }],
  ["SearchMedia", "UnsupportedOperation", { NamePrefixes: ["a"] }],
])("%s refuses with %s: %j", async (action, code, params) => {
  expect(await codeFor(action, params)).toBe(code);
});

test("ProcessMedia refuses an unknown file", async () => {
  const MediaProcessTask = { TranscodeTaskSet: [{ Definition: 10 }] };
  const code = await codeFor("ProcessMedia", { FileId: "5285890784273533167", MediaProcessTask });
  expect(code).toBe("InvalidParameterValue.FileId");
});

test("PullUpload refuses a cover that is not on this machine", async () => {
  const urls = { MediaUrl: "http://127.0.0.1/a.mp4", CoverUrl: "http://192.0.2.1/a.jpg" };
  expect(await codeFor("PullUpload", urls)).toBe("InvalidParameterValue.CoverUrl");
});

test("ProcessMediaByProcedure refuses an unknown procedure", async () => {
  const code = await codeFor("ProcessMediaByProcedure", { FileId, ProcedureName: "mine" });
  expect(code).toBe("InvalidParameterValue.ProcedureName");
});

test.each([
  ["TranscodeTaskSet", { Definition: 999 }, "InvalidParameterValue"],
  ["ImageSpriteTaskSet", { Definition: 11 }, "InvalidParameterValue"],
  ["AdaptiveDynamicStreamingTaskSet", { Definition: 13 }, "InvalidParameterValue"],
  ["TranscodeTaskSet", { Definition: 10, StartTimeOffset: 1 }, "UnsupportedOperation"],
  ["SampleSnapshotTaskSet", { Definition: 10, WatermarkSet: [{ Definition: 1 }] }, "UnsupportedOperation"],
  ["AdaptiveDynamicStreamingTaskSet", { Definition: 10, SubtitleSet: ["a"] }, "UnsupportedOperation"],
  // Members that are at their defaults change nothing.
  [
    "TranscodeTaskSet",
    { Definition: 10, StartTimeOffset: 0, EndTimeOffset: 0, WatermarkSet: [], MosaicSet: [] },
    "no error",
  ],
])("ProcessMedia answers to %s %j: %s", async (set, input, code) => {
  expect(await codeFor("ProcessMedia", { FileId, MediaProcessTask: { [set]: [input] } })).toBe(code);
});
