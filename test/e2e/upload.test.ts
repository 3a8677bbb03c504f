import { truncateSync, writeFileSync } from "node:fs";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { SAMPLE } from "../helpers/test-cloud";

const checkout = new Checkout();
const film = checkout.path("My film (1) 电影.mp4");
let stage: DeployScenario;
beforeAll(async () => {
  writeFileSync(film, SAMPLE);
  stage = await DeployScenario.open(checkout);
  await stage.deploy();
  await stage.eventConfig({ yes: true });
});
afterAll(async () => {
  await stage.cloud.close();
  checkout.remove();
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(checkout, args, { ...stage.env, ...env });

test("a file is uploaded whole and processed, and its outputs are printed", async () => {
  const { code, output } = await run(["upload", film, "--wait"]);
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(
      /^FileId: \d+\nUrl: http\S+\nTranscode 100010: http\S+\nTranscode 100020: http\S+\n$/,
    ),
  });
  const [, url = ""] = /^Url: (\S+)$/m.exec(output) ?? [];
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(SAMPLE)).toBe(true);
  const [, fileId = ""] = /^FileId: (\d+)$/m.exec(output) ?? [];
  const { MediaInfoSet } = await stage.call("vod", "DescribeMediaInfos", { FileIds: [fileId] });
  expect(MediaInfoSet[0].BasicInfo).toMatchObject({ Name: "My film (1) 电影", Type: "mp4" });
});

test("the log of one file has its lines, and those of its requests that do not name it", async () => {
  const [first = "", second = ""] = await Promise.all(
    [0, 1].map(async () => /\d{10,}/.exec((await run(["upload", film, "--wait"])).output)?.[0]),
  );
  const { lines } = await stage.logs({}, { file: first });
  const texts = lines.join("\n");
  expect(texts).toContain(`FileId: ${first}, Definition: 100010`);
  expect(texts).toMatch(/ \{"TaskId":"[\w-]+","RequestId":/);
  expect(texts).toMatch(/START RequestId/);
  expect(texts).not.toContain(second);
  expect(texts).not.toContain("Self-test");
  const events = (await stage.logs({}, { file: first, events: true })).lines.join("\n");
  expect(events).toContain(`FileId: ${first}, Definition: 100010`);
  expect(events).not.toMatch(/START|END|Report/);
  const all = (await stage.logs({}, { events: true })).lines.join("\n");
  expect(all).toContain(second);
  expect(all).not.toMatch(/RequestId:\S+ Duration|START RequestId/);
});

test.each([
  ["none.mp4", "", /none\.mp4 is not a file\. Pass the path of a video\.$/m],
  ["folder", "", /folder is not a file/],
  ["empty.mp4", "", /empty\.mp4 is empty/],
  ["film", "x", /film has no extension\. VOD needs one/],
  ["notes.txt", "x", /^ApplyUpload failed with InvalidParameterValue\.MediaType/m],
])("%s is refused with what is wrong", async (name, content, message) => {
  if (content !== "" || name === "empty.mp4") writeFileSync(checkout.path(name), content);
  const { code, output } = await run(["upload", name === "folder" ? checkout.folder : checkout.path(name)]);
  expect(code).toBe(1);
  expect(output).toMatch(name === "folder" ? /is not a file/ : message);
});

test("a file that one request can't store is refused before anything is sent", async () => {
  writeFileSync(checkout.path("large.mp4"), "");
  truncateSync(checkout.path("large.mp4"), 5 * 1024 ** 3 + 1);
  stage.calls.splice(0);
  const { code, output } = await run(["upload", checkout.path("large.mp4")]);
  expect({ code, calls: stage.calls }).toEqual({ code: 1, calls: [] });
  expect(output).toContain("Upload it in the VOD console, or with Tencent's upload SDK.");
});

test("an event goes to the deployed function signed, also after a random key", async () => {
  await stage.deploy({ SIGN_KEY: "aKeyThatNobodyKnows" });
  const { lines } = await stage.info();
  const [, address = ""] = /Service address: (\S+)/.exec(lines.join("\n")) ?? [];
  const sent = await run(["trigger", "ProcedureStateChanged", "--to", address]);
  expect(sent).toEqual({ code: 0, output: expect.stringMatching(/^200 /m) });
});
