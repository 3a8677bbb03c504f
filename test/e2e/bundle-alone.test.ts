import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { types } from "node:util";
import { requestValidator } from "../../local-cloud/api/schemas";
import { verifySignature } from "../../local-cloud/api/signature";
import { findNodeRuntime } from "../../local-cloud/scf/runtime/node-runtime";
import { DIST, functionNames } from "../../scripts/project";
import { run } from "../helpers/test-cloud";

const credential = { secretId: "AKIDexample", secretKey: "a-secret-key" };
const FILE_ID = "5285890784273533167";
const folder = mkdtempSync(join(tmpdir(), "bundle-alone-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the bundle alone, with an original five-field config.json, makes a correctly signed ProcessMedia", async () => {
  const calls: { host: string | undefined; action: unknown; params: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { headers } = request;
    verifySignature({ method: "POST", path: "/", query: "", headers, body }, () => credential, Date.now());
    calls.push({ host: headers.host, action: headers["x-tc-action"], params: JSON.parse(body.toString()) });
    response.end(JSON.stringify({ Response: { TaskId: "task", RequestId: "request" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  cpSync(join(DIST, "callback"), folder, { recursive: true });
  const config = {
    secret_id: credential.secretId,
    secret_key: credential.secretKey,
    region: "ap-chongqing",
    definitions: [100010, 100020],
    subappid: "1500000001",
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const body = JSON.stringify({ EventType: "NewFileUpload", FileUploadEvent: { FileId: FILE_ID } });
  const program = `require("./index.js").main_handler(${JSON.stringify({ body })}, {})
    .then((answer) => console.log(JSON.stringify(answer)), console.log).then(() => process.exit())`;

  const { stdout } = await run(findNodeRuntime().executable, ["-e", program], {
    cwd: folder,
    env: { CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}` },
  });
  server.close();

  expect(calls).toEqual([
    {
      host: "vod.tencentcloudapi.com",
      action: "ProcessMedia",
      params: {
        FileId: FILE_ID,
        MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }, { Definition: 100020 }] },
        SessionId: expect.stringMatching(new RegExp(`^${FILE_ID}-[0-9a-f]{12}-0$`)),
        SubAppId: 1500000001,
      },
    },
  ]);
  requestValidator("vod", "ProcessMedia")(calls[0]?.params);
  const answer: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(answer).toMatchObject({ statusCode: 200, body: '{"TaskId":"task","RequestId":"request"}' });
});

test.each(functionNames())(
  "the built handler of %s is async, as SCF takes no promise of another one",
  (name) => {
    const { main_handler } = require(join(DIST, name, "index.js"));
    expect(types.isAsyncFunction(main_handler)).toBe(true);
  },
);
