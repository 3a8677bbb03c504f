import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { systemClock } from "../../lib/clock";
import type { JsonObject } from "../../lib/json";
import { recorderFor } from "../../lib/sinks/database/recorder";
import { hasBrowser, openBrowser, watchErrors } from "../helpers/browser";
import { createTables, type DatabaseServer, ENGINES, startDatabase } from "../helpers/databases";
import { failureOf, reported, type runExample, startExample } from "../helpers/examples";
import { notificationOf, procedureNotification, uploadNotification } from "../helpers/notifications";
import { SAMPLE } from "../helpers/test-cloud";

const NAME = `<script>document.title = "attacked"</script> & "film"`;
const USER = `user's "7"<img src=x onerror=alert(1)>`;
const PLAYED = `Promise.all([...document.querySelectorAll("video")].map(async (video) => {
  video.muted = true;
  await video.play();
  while (video.currentTime === 0) await new Promise((resolve) => video.addEventListener("timeupdate", resolve, { once: true }));
  return video.videoWidth > 0;
}))`;

const media = mkdtempSync(join(tmpdir(), "vod-receiver-media-"));
const mediaServer = createServer((request, response) => {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.end(readFileSync(join(media, (request.url ?? "").replaceAll("/", ""))));
});
let mediaUrl: string;
let browser: Browser;

beforeAll(async () => {
  if (!hasBrowser) return;
  writeFileSync(join(media, "film.mp4"), SAMPLE);
  const hls = ["-i", "film.mp4", "-c", "copy", "-f", "hls", "list.m3u8"];
  execFileSync("ffmpeg", ["-v", "error", ...hls], { cwd: media });
  mediaServer.listen(0, "127.0.0.1");
  await once(mediaServer, "listening");
  mediaUrl = `http://127.0.0.1:${(mediaServer.address() as AddressInfo).port}`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  mediaServer.close().closeAllConnections();
  rmSync(media, { recursive: true });
});

function output(Type: string, Definition: number, Url: string): JsonObject {
  const Output = { Url, Definition, Height: 360 };
  return { Type, [`${Type}Task`]: { Status: "SUCCESS", ErrCode: 0, Input: { Definition }, Output } };
}

function upload(FileId: string, Name: string, SourceContext: string): JsonObject {
  return uploadNotification({ FileId, MediaBasicInfo: { Name, SourceInfo: { SourceContext } } });
}

(hasBrowser ? describe : describe.skip).each(ENGINES)("with %s", (engine) => {
  let server: DatabaseServer;
  let player: ReturnType<typeof runExample>;
  let address: string;

  beforeAll(async () => {
    server = await startDatabase(engine);
    const url = await server.createDatabase("films");
    await createTables(url);
    const recorder = recorderFor(url, undefined, systemClock);
    for (const notification of [
      upload("101", NAME, USER),
      upload("102", "other's", "user-8"),
      upload("103", "deleted", USER),
      notificationOf("FileDeleted", {
        FileIdSet: ["103"],
        FileDeleteResultInfo: [{ FileId: "103", DeleteParts: [] }],
      }),
      procedureNotification(
        [
          output("Transcode", 100010, `${mediaUrl}/film.mp4`),
          output("AdaptiveDynamicStreaming", 10, `${mediaUrl}/list.m3u8`),
          output("Transcode", 100020, "javascript:alert(1)"),
        ],
        { FileId: "101" },
      ),
    ]) {
      const [event, report] = reported(notification);
      expect(await recorder.record(event, report, systemClock.monotonic() + 60_000)).toBeUndefined();
    }
    recorder.close();
    [player, address] = await startExample("player.mjs", { DATABASE_URL: url });
  });
  afterAll(async () => {
    player.kill();
    await server.stop();
  });

  test("a user's files are listed, and a file's outputs play, whatever is in their names", async () => {
    const page = await browser.newPage();
    const errors = watchErrors(page);
    await page.goto(`${address}/?user=${encodeURIComponent(USER)}`);
    expect(await page.textContent("h1")).toBe(`Files of ${USER}`);
    expect(await page.locator("li").allTextContents()).toEqual([NAME]);
    await page.click("li a");
    await page.waitForSelector("figure");
    expect([await page.title(), await page.textContent("h1")]).toEqual([NAME, NAME]);
    expect(await page.locator("figcaption").allTextContents()).toEqual([
      "AdaptiveDynamicStreaming 10, 360p",
      "Transcode 100010, 360p",
    ]);
    expect(await page.evaluate(PLAYED)).toEqual([true, true]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("without the database's address it says what to do, and does not show what it was given", async () => {
    const [output, code] = await failureOf("player.mjs", { DATABASE_URL: "postgres//u:secret@h" });
    expect([code, output]).toEqual([
      2,
      expect.stringMatching(/^DATABASE_URL is missing or not a URL\. .*\n$/),
    ]);
    expect(output).not.toContain("secret");
  });

  test("a file without outputs, one that was deleted, and one that is not there", async () => {
    const textOf = async (file: string) =>
      (await fetch(`${address}/?file=${encodeURIComponent(file)}`)).text();
    expect(await textOf("102")).toContain("<h1>other&#39;s</h1><p>There is nothing to play yet.");
    for (const file of ["103", "104", "' OR '1'='1"])
      expect(await textOf(file)).toContain("<h1>Not found</h1>");
    expect((await fetch(`${address}/?user=%00`)).status).toBe(engine === "mysql" ? 200 : 500);
  });
});
