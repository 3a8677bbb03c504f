import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject } from "../../../lib/json";
import type { Media } from "../../../local-cloud/vod/media-library";
import { run } from "../../helpers/test-cloud";
import { HAS_FFMPEG, makeVideo, probe, VodStage } from "../../helpers/vod";

const describeWithFfmpeg = HAS_FFMPEG ? describe : describe.skip;
const files = mkdtempSync(join(tmpdir(), "processing-"));
afterAll(() => rmSync(files, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
type Answer = any;

let stage: VodStage;
beforeAll(async () => {
  stage = await VodStage.open();
});
afterAll(() => stage.cloud.close());

/** Processes a file and returns each sub-task's result by its Type. */
async function processMedia(FileId: string, MediaProcessTask: object): Promise<Map<string, Answer[]>> {
  await stage.vod.ProcessMedia({ FileId, MediaProcessTask });
  return results(await stage.next("ProcedureStateChanged"));
}

function results(event: Answer): Map<string, Answer[]> {
  const found = new Map<string, Answer[]>();
  for (const { Type, ...item } of event.ProcedureStateChangeEvent.MediaProcessResultSet) {
    const task = Object.values<unknown>(item).find(isJsonObject);
    found.set(Type, [...(found.get(Type) ?? []), task]);
  }
  return found;
}

/** The number of pictures, in files that are numbered from 0, and their size. */
async function picturesOf(first: string): Promise<string[]> {
  const pattern = first.replace(/_0\.jpg$/, "_%d.jpg");
  return probe(pattern, "-count_frames", "-show_entries", "stream=width,height,nb_read_frames");
}

const size = (file: string) => probe(file, "-select_streams", "v:0", "-show_entries", "stream=width,height");

describeWithFfmpeg("one task flow with all seven kinds", () => {
  let media: Media;
  let done: Map<string, Answer[]>;
  const output = (kind: string, index = 0) => done.get(kind)?.[index]?.Output;
  const pathOf = (url: string) => url.replace(media.folderUrl, media.folder);

  beforeAll(async () => {
    const source = join(files, "source.mp4");
    await makeVideo(source, "640x480", 11);
    media = await stage.cloud.upload("source.mp4", readFileSync(source));
    done = await processMedia(media.fileId, {
      TranscodeTaskSet: [{ Definition: 10 }, { Definition: 210 }, { Definition: 1010 }],
      AnimatedGraphicTaskSet: [
        { Definition: 20000, StartTimeOffset: 1, EndTimeOffset: 3 },
        { Definition: 20001, StartTimeOffset: -2, EndTimeOffset: 0 },
      ],
      SnapshotByTimeOffsetTaskSet: [
        { Definition: 10, ExtTimeOffsetSet: ["1.5s", "50%", "100%"] },
        { Definition: 10, ExtTimeOffsetSet: ["22s"] },
      ],
      SampleSnapshotTaskSet: [{ Definition: 10 }],
      ImageSpriteTaskSet: [{ Definition: 10 }],
      CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Percent", PositionValue: 50 }],
      AdaptiveDynamicStreamingTaskSet: [{ Definition: 10 }],
    });
  });

  test("transcodes to MP4, HLS and MP3 as the presets say", async () => {
    expect(output("Transcode")).toMatchObject({ Definition: 10, Width: 320, Height: 240 });
    expect(await size(pathOf(output("Transcode").Url))).toEqual(["width=320", "height=240"]);
    const hls = pathOf(output("Transcode", 1).Url);
    expect(await probe(hls, "-show_entries", "format=format_name")).toContain("format_name=hls");
    expect(await size(hls)).toContain("width=320");
    expect(output("Transcode", 1).Size).toBeGreaterThan(readFileSync(hls).length);
    expect(
      await probe(pathOf(output("Transcode", 2).Url), "-show_entries", "stream=codec_name,bit_rate"),
    ).toEqual(["codec_name=mp3", "bit_rate=128000"]);
  });

  test("makes animated graphics of a part of the video", async () => {
    const [gif, webp] = [output("AnimatedGraphics"), output("AnimatedGraphics", 1)];
    expect(gif).toMatchObject({ Definition: 20000, Container: "gif", Width: 640, Height: 480 });
    expect(await probe(pathOf(gif.Url), "-count_frames", "-show_entries", "stream=nb_read_frames")).toEqual([
      "nb_read_frames=4",
    ]);
    expect(webp).toMatchObject({ Container: "webp", StartTimeOffset: 9, EndTimeOffset: 11, Width: 640 });
    expect(readFileSync(pathOf(webp.Url)).subarray(0, 64).toString("latin1")).toMatch(
      /^RIFF.*WEBPVP8X.*ANIM/s,
    );
  });

  test("takes snapshots at times, in milliseconds of the video", async () => {
    const pictures: Answer[] = output("SnapshotByTimeOffset").PicInfoSet;
    expect(pictures.map(({ TimeOffset }) => TimeOffset)).toEqual([1500, 5500, 11_000]);
    expect(await picturesOf(pathOf(pictures[0].Url))).toEqual([
      "width=640",
      "height=480",
      "nb_read_frames=3",
    ]);
    expect(done.get("SnapshotByTimeOffset")?.[1]).toMatchObject({
      ...{ Status: "FAIL", ErrCode: 40000, ErrCodeExt: "InvalidInput.InvalidTimeOffset" },
      Message: "22 s is not within the video's 11 s.",
    });
  });

  test("samples a picture each ten percent", async () => {
    const { ImageUrlSet, SampleType, Interval } = output("SampleSnapshot");
    expect([SampleType, Interval, ImageUrlSet.length]).toEqual(["Percent", 10, 10]);
    const found = await picturesOf(pathOf(ImageUrlSet[0]));
    expect(found).toEqual(["width=640", "height=480", "nb_read_frames=10"]);
    expect(new Set(ImageUrlSet.map((url: string) => readFileSync(pathOf(url)).toString("base64"))).size).toBe(
      10,
    );
  });

  test("makes an image sprite whose WebVTT covers the video", async () => {
    const sprite = output("ImageSprites");
    expect(sprite).toMatchObject({ Width: 142, Height: 80, TotalCount: 2 });
    expect(await size(pathOf(sprite.ImageUrlSet[0]))).toEqual(["width=1420", "height=800"]);
    const name = sprite.ImageUrlSet[0].split("/").at(-1);
    expect(readFileSync(pathOf(sprite.WebVttUrl), "utf8").split("\n\n")).toEqual([
      "WEBVTT",
      `00:00:00.000 --> 00:00:10.000\n${name}#xywh=0,0,142,80`,
      `00:00:10.000 --> 00:00:11.000\n${name}#xywh=142,0,142,80\n`,
    ]);
  });

  test("sets the cover", async () => {
    const { CoverUrl } = output("CoverBySnapshot");
    expect(await size(pathOf(CoverUrl))).toEqual(["width=640", "height=480"]);
    const { MediaInfoSet } = await stage.vod.DescribeMediaInfos({ FileIds: [media.fileId] });
    expect(MediaInfoSet?.[0]?.BasicInfo?.CoverUrl).toBe(CoverUrl);
  });

  test("makes adaptive HLS with the substreams that are not higher than the source", async () => {
    const { Url, Package, SubStreamSet, Size } = output("AdaptiveDynamicStreaming");
    expect(Package).toBe("HLS");
    const master = readFileSync(pathOf(Url), "utf8");
    expect([...master.matchAll(/RESOLUTION=(\d+x\d+)/g)].map(([, found]) => found)).toEqual([
      "320x240",
      "640x480",
    ]);
    expect(SubStreamSet).toMatchObject([
      { Type: "video", Width: 320, Height: 240 },
      { Type: "video", Width: 640, Height: 480 },
    ]);
    expect(Size).toBeGreaterThan(SubStreamSet[0].Size + SubStreamSet[1].Size);
    expect(await probe(pathOf(Url), "-show_entries", "stream=width")).toEqual(
      expect.arrayContaining(["width=320", "width=640"]),
    );
  });

  test("appears in DescribeMediaInfos", async () => {
    const { MediaInfoSet } = await stage.vod.DescribeMediaInfos({ FileIds: [media.fileId] });
    expect(MediaInfoSet?.[0]).toMatchObject({
      TranscodeInfo: { TranscodeSet: [0, 10, 210, 1010].map((Definition) => ({ Definition })) },
      AnimatedGraphicsInfo: { AnimatedGraphicsSet: [{ Definition: 20000 }, { Definition: 20001 }] },
      SnapshotByTimeOffsetInfo: { SnapshotByTimeOffsetSet: [{ PicInfoSet: [{}, {}, {}] }] },
      SampleSnapshotInfo: { SampleSnapshotSet: [{ Definition: 10 }] },
      ImageSpriteInfo: { ImageSpriteSet: [{ Definition: 10 }] },
      AdaptiveDynamicStreamingInfo: { AdaptiveDynamicStreamingSet: [{ Definition: 10 }] },
    });
  });
});

describeWithFfmpeg("a source", () => {
  test("without sound gets adaptive streams without sound, encrypted with a key that the playlist names", async () => {
    const source = join(files, "silent.mp4");
    await makeVideo(source, "64x48", 1, true);
    const media = await stage.cloud.upload("silent.mp4", readFileSync(source));
    const done = await processMedia(media.fileId, { AdaptiveDynamicStreamingTaskSet: [{ Definition: 12 }] });
    const [result] = done.get("AdaptiveDynamicStreaming") ?? [];
    // The smallest substream stays, although it is higher than the source.
    const Output = { DrmType: "SimpleAES", SubStreamSet: [{ Height: 240 }] };
    expect(result).toMatchObject({ Status: "SUCCESS", Output });
    const playlist: string = result.Output.Url.replace(".m3u8", "_0.m3u8");
    const [, key = ""] = /METHOD=AES-128,URI="([^"]+)"/.exec(await (await fetch(playlist)).text()) ?? [];
    expect((await (await fetch(new URL(key, playlist))).arrayBuffer()).byteLength).toBe(16);
    const file = playlist.replace(media.folderUrl, media.folder);
    const segment = readFileSync(file.replace(".m3u8", "_0.ts"));
    // An MPEG transport stream in plain has this byte each 188.
    expect(segment[0] === 0x47 && segment[188] === 0x47).toBe(false);
    const shown = ["-allowed_extensions", "ALL", "-show_entries", "stream=codec_type,height"];
    // ffprobe lists a stream again for the program that it is in.
    expect(new Set(await probe(file, ...shown))).toEqual(new Set(["codec_type=video", "height=240"]));
  });

  test("that a phone took upright is described as it is shown", async () => {
    const [lying, upright] = [join(files, "lying.mp4"), join(files, "upright.mp4")];
    await makeVideo(lying, "64x48", 1, true);
    const copy = (...rotated: string[]) => run("ffmpeg", ["-y", ...rotated, "-c", "copy", upright]);
    // The option is newer than ffmpeg 5, and the metadata of ffmpeg 7 does not rotate.
    await copy("-display_rotation", "90", "-i", lying).catch(() =>
      copy("-i", lying, "-metadata:s:v:0", "rotate=90"),
    );
    const { fileId, metaData } = await stage.cloud.upload("upright.mp4", readFileSync(upright));
    expect(metaData).toMatchObject({ Width: 64, Height: 48, Rotate: expect.any(Number) });
    expect((metaData.Rotate ?? 0) % 180).toBe(90);
    const done = await processMedia(fileId, {
      TranscodeTaskSet: [{ Definition: 10 }],
      AnimatedGraphicTaskSet: [{ Definition: 20001, StartTimeOffset: 0, EndTimeOffset: 0 }],
    });
    expect(done.get("Transcode")?.[0].Output).toMatchObject({ Width: 240, Height: 320 });
    expect(done.get("AnimatedGraphics")?.[0].Output).toMatchObject({ Width: 48, Height: 64 });
  });

  test.each([
    ["picture.jpg", "SourceFileError.NoVideoMedia"],
    ["no-video.mp4", "SourceFileError"],
  ])("%s fails with %s", async (name, ErrCodeExt) => {
    const { fileId } = await stage.cloud.upload(name, Buffer.from("this is no video"));
    const done = await processMedia(fileId, {
      TranscodeTaskSet: [{ Definition: 10 }],
      ImageSpriteTaskSet: [{ Definition: 10 }],
    });
    for (const [result] of done.values()) expect(result).toMatchObject({ Status: "FAIL", ErrCodeExt });
  });

  test.each(["a.mp4", "a.m3u8"])(
    "%s that is an HLS playlist makes ffmpeg open nothing it names",
    async (name) => {
      const secret = join(files, "secret.mp4");
      await makeVideo(secret, "64x48", 1);
      const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${secret}\n#EXT-X-ENDLIST\n`;
      const { fileId, metaData } = await stage.cloud.upload(name, Buffer.from(playlist));
      expect(metaData).toMatchObject({ Container: "", Duration: 0, VideoStreamSet: [] });
      const done = await processMedia(fileId, {
        TranscodeTaskSet: [{ Definition: 10 }, { Definition: 876 }],
        CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0 }],
        AdaptiveDynamicStreamingTaskSet: [{ Definition: 10 }],
      });
      const tasks = [...done.values()].flat();
      expect(tasks).toHaveLength(4);
      for (const task of tasks) expect(task).toMatchObject({ Status: "FAIL", ErrCodeExt: "SourceFileError" });
    },
  );
});

test("without ffmpeg other kinds fail and name the reason", async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = files;
  const bare = await VodStage.open().finally(() => {
    process.env["PATH"] = path;
  });
  try {
    const { fileId } = await bare.cloud.upload("a.mp4", Buffer.from("video"));
    await bare.vod.ProcessMedia({
      FileId: fileId,
      MediaProcessTask: { ImageSpriteTaskSet: [{ Definition: 10 }] },
    });
    const done = results(await bare.next("ProcedureStateChanged"));
    expect(done.get("ImageSprites")?.[0]).toMatchObject({
      ...{ Status: "FAIL", ErrCode: 70000, ErrCodeExt: "InternalError" },
      Message: expect.stringContaining("Install ffmpeg"),
    });
  } finally {
    await bare.cloud.close();
  }
});

test("a program that processes media gets no key from the environment", async () => {
  const program = join(files, "ffmpeg");
  writeFileSync(program, '#!/bin/sh\nenv > "$0.env"\n', { mode: 0o755 });
  const { PATH } = process.env;
  Object.assign(process.env, { PATH: `${files}:${PATH}`, SECRET_KEY: "marked" });
  try {
    const other = await VodStage.open();
    await other.cloud.close();
  } finally {
    process.env["PATH"] = PATH;
    delete process.env["SECRET_KEY"];
  }
  expect(readFileSync(`${program}.env`, "utf8")).toMatch(/^PATH=/m);
  expect(readFileSync(`${program}.env`, "utf8")).not.toContain("marked");
});
