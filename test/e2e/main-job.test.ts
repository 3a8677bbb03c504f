import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTranscoder } from "../../local-cloud/vod/transcode";
import { NAMESPACE, run, SAMPLE, TestCloud } from "../helpers/test-cloud";

let stage: TestCloud;
// A developer's machine may do without ffmpeg; where CI runs, a missing tool is a failure.
const ffmpeg = process.env["CI"] !== undefined || spawnSync("ffmpeg", ["-version"]).status === 0;
const testWithFfmpeg = ffmpeg ? test : test.skip;
const files = mkdtempSync(join(tmpdir(), "main-job-"));

beforeAll(async () => {
  stage = await TestCloud.open({ transcoder: await findTranscoder() });
  await stage.deployBuilt("callback");
});
afterAll(async () => {
  await stage.cloud.close();
  rmSync(files, { recursive: true });
});

test("an upload ends in two output lines, whose outputs can be downloaded", async () => {
  const { cloud, vod } = stage;
  await vod.ModifyEventConfig({
    Mode: "PUSH",
    NotificationUrl: await cloud.openAddress(NAMESPACE, "callback"),
    UploadMediaCompleteEventSwitch: "ON",
  });
  const { fileId } = await cloud.upload("Animal World.mp4", SAMPLE);

  const outputs = await Promise.all(
    [100010, 100020].map(async (definition) => {
      const output = await stage.line(
        new RegExp(`^Transcode succeeded\\. FileId: ${fileId}, Definition: ${definition}, Url: http`),
      );
      return download(output.slice(output.indexOf("http")), String(definition));
    }),
  );

  expect(outputs.map((file) => statSync(file).size > 0)).toEqual([true, true]);
  expect(stage.own("callback")).toContainEqual(
    expect.stringMatching(/^\{"TaskId":"\d+-procedurev2-[0-9a-f]+tt0","RequestId":/),
  );
});

testWithFfmpeg("the outputs have the heights of their templates", async () => {
  expect(await Promise.all(["100010", "100020"].map(heightOf))).toEqual([360, 540]);
});

test("a notification that comes twice starts one task", async () => {
  const { cloud } = stage;
  const address = await cloud.openAddress(NAMESPACE, "callback");
  const { fileId } = await cloud.upload("twice.mp4", SAMPLE);
  const notification = { EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } };
  const answers = [];
  // VOD itself may have sent one already: whichever came first has started the task.
  for (let sent = 0; sent < 3; sent++) {
    const response = await fetch(address, { method: "POST", body: JSON.stringify(notification) });
    answers.push({ status: response.status, body: await response.text() });
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  for (const { body } of answers.slice(1)) {
    expect(JSON.parse(body)).toMatchObject({ Error: { Code: "InvalidParameterValue.SessionId" } });
  }
});

testWithFfmpeg("a file that is no video has its failure logged, with the reason", async () => {
  const { fileId } = await stage.cloud.upload("no-video.mp4", Buffer.from("this is no video"));
  const failed = await stage.line(new RegExp(`^Transcode failed\\. FileId: ${fileId}, Definition: 100010`));
  expect(failed).toMatch(/ErrCodeExt: SourceFileError, Message: ./);
});

async function download(url: string, name: string): Promise<string> {
  const response = await fetch(url);
  expect(response.headers.get("content-type")).toBe("video/mp4");
  const file = join(files, `${name}.mp4`);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

/** Of an output that the first test has downloaded. */
async function heightOf(name: string): Promise<number> {
  const { stdout } = await run("ffprobe", [
    ...[
      "-v",
      "error",
      "-select_streams",
      "v",
      "-show_entries",
      "stream=height",
      "-of",
      "csv=p=0",
      join(files, `${name}.mp4`),
    ],
  ]);
  return Number(stdout);
}
