import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../lib/errors";
import { putObject } from "../../../scripts/upload/put-object";

const folder = mkdtempSync(join(tmpdir(), "put-object-"));
const server = createServer((request) => request.resume());
let CLOUD_ENDPOINT_URL: string;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  CLOUD_ENDPOINT_URL = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

test.each([
  ["missing.mp4", undefined, /^the file can't be read: ENOENT/],
  ["shorter.mp4", "short", /^the file became shorter while it was read$/],
])("%s is the user's mistake, and not the network's", async (name, content, message) => {
  const file = join(folder, name);
  if (content !== undefined) writeFileSync(file, content);
  const place = { bucket: "b-1", region: "ap-chongqing", path: "/a.mp4" };
  const destination = { ...place, secretId: "AKIDtest", secretKey: "key", token: "token" };
  const error: unknown = await putObject(file, 1000, destination, { CLOUD_ENDPOINT_URL }, 0, () => {}).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
});
