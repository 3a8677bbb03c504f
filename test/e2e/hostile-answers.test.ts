import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { text } from "node:stream/consumers";
import { SubTaskError } from "../../local-cloud/vod/sub-task";
import { instantTranscoder } from "../../local-cloud/vod/transcode";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { SAMPLE } from "../helpers/test-cloud";

const checkout = new Checkout();
const film = checkout.path("film.mp4");
writeFileSync(film, SAMPLE);
afterAll(() => checkout.remove());

const PLACE = {
  ...{ StorageBucket: "bucket-1", StorageRegion: "ap-chongqing", MediaStoragePath: "/a/b.mp4" },
  TempCertificate: { SecretId: "AKIDmarked", SecretKey: "marked", Token: "marked" },
  VodSessionKey: "session",
};
const DONE = { FileId: "5285890784273533167", MediaUrl: "http://example.com/\u001b[31m" };

/** A cloud that answers as a test wants: the API by action, and what is stored by the tries so far. */
async function run(
  answers: Readonly<Record<string, object>>,
  store: (response: ServerResponse, tries: number) => void = (response) => response.end(),
  args: readonly string[] = ["upload", film],
  variables: Record<string, string> = {},
) {
  let stored = 0;
  const server = createServer(async (request, response) => {
    if (request.method === "PUT") {
      request.resume();
      return store(response, ++stored);
    }
    await text(request);
    const missing = { Error: { Code: "ResourceNotFound.Function", Message: "" } };
    const answer = answers[String(request.headers["x-tc-action"])] ?? missing;
    response.end(JSON.stringify({ Response: { RequestId: "r", ...answer } }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port }: AddressInfo = Object(server.address());
  try {
    const env = {
      CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      SECRET_ID: "AKIDx",
      SECRET_KEY: "secret",
      ...variables,
    };
    return { ...(await runCommand(checkout, args, env)), stored };
  } finally {
    server.close().closeAllConnections();
  }
}

test("a cut connection to the storage is tried again, and no answer reaches the terminal as it is", async () => {
  const { code, output, stored } = await run({ ApplyUpload: PLACE, CommitUpload: DONE }, (response, tries) =>
    tries === 1 ? response.destroy() : response.end(),
  );
  expect({ code, stored }).toEqual({ code: 0, stored: 2 });
  expect(output).toMatch(/film\.mp4: .*; retrying\.$/m);
  expect(output).toContain("Url: http://example.com/\\u001b[31m\n");
});

test("of an answer without end no more is read than names the error", async () => {
  const { code, output, stored } = await run({ ApplyUpload: PLACE }, (response) => {
    response.writeHead(403);
    const fill = () => {
      while (response.write("<Code>AccessDenied</Code>".repeat(1000)));
    };
    response.on("drain", fill);
    fill();
  });
  expect({ code, stored }).toEqual({ code: 1, stored: 1 });
  expect(output).toContain("film.mp4 was not uploaded: the storage answered 403 AccessDenied.");
});

test.each([
  ["no place", {}],
  ["a path that is a number", { ...PLACE, MediaStoragePath: 1 }],
  ["a region that leads to another host", { ...PLACE, StorageRegion: "x@example.com/" }],
  ["a bucket that is a list", { ...PLACE, StorageBucket: ["bucket-1"] }],
  ["keys that are no texts", { ...PLACE, TempCertificate: { ...PLACE.TempCertificate, Token: {} } }],
  ["keys that are a text", { ...PLACE, TempCertificate: "AKIDmarked" }],
])("a place for the file with %s is refused, and nothing is stored", async (_case, ApplyUpload) => {
  const { code, output, stored } = await run({ ApplyUpload, CommitUpload: DONE });
  expect({ code, stored }).toEqual({ code: 1, stored: 0 });
  expect(output).toMatch(
    /^VOD's answer to ApplyUpload has no place or no keys for the file\. Run this again\.$/m,
  );
  expect(output).not.toContain("marked");
});

test.each([{}, { FileId: 1 }, { FileId: "" }])(
  "%j instead of a file's id is not taken for one",
  async (CommitUpload) => {
    const { code, output } = await run({ ApplyUpload: PLACE, CommitUpload });
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining("has no FileId. Look for the file"),
    });
  },
);

test("waiting ends with the error when a task has failed that could be tried again", async () => {
  const transcoder = {
    ...instantTranscoder,
    transcode: async () => {
      throw new SubTaskError("InternalError", "The machine went away.");
    },
  };
  const stage = await DeployScenario.open(checkout, { transcoder });
  try {
    await stage.deploy();
    await stage.eventConfig({ yes: true });
    const { code, output } = await runCommand(checkout, ["upload", film, "--wait"], stage.env);
    const [, fileId] = /^FileId: (\d+)$/m.exec(output) ?? [];
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/^Transcode 100010 failed: .*The machine went away\.$/m),
    });
    expect(output).toContain(`To start it again: ./vod-receiver replay --again ${fileId}\n`);
  } finally {
    await stage.cloud.close();
  }
});

test.each<[args: string, answers: Record<string, object>]>([
  ["status 1", { DescribeMediaInfos: { MediaInfoSet: [null] } }],
  [
    "status 1",
    {
      DescribeMediaInfos: { MediaInfoSet: [{ FileId: "1" }] },
      DescribeTasks: { TaskSet: [{ TaskType: "Procedure", SessionId: 1 }] },
    },
  ],
  ["event-config --url http://example.com/x --yes", { DescribeEventConfig: { NotificationUrl: {} } }],
])("%s says so of an answer of another form", async (args, answers) => {
  const { code, output } = await run(answers, undefined, args.split(" "));
  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringMatching(/^An answer of Tencent Cloud has an unexpected form, .*Run this again\./m),
  });
  expect(output).not.toMatch(/^ +at /m);
});

test("status does not wait for a PostgreSQL pooler that has no connection to give", async () => {
  const pooler = createTcpServer((socket) => {
    socket.on("error", () => {});
    // AuthenticationOk and ReadyForQuery, and nothing to any query.
    socket.once("data", () => socket.write(Buffer.from("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", "latin1")));
  });
  await once(pooler.listen(0, "127.0.0.1"), "listening");
  const { port }: AddressInfo = Object(pooler.address());
  const answers = {
    DescribeMediaInfos: { MediaInfoSet: [{ FileId: "1" }] },
    DescribeTasks: { TaskSet: [] },
  };
  const RECORD_URL = `postgres://u:marked@127.0.0.1:${port}/x`;
  const { code, output } = await run(answers, undefined, ["status", "1"], { RECORD_URL });
  pooler.close();
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining("it can't be read from this machine (no answer within 10 seconds)"),
  });
  expect(output).not.toContain("marked");
});
