import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { DIST } from "../../scripts/project";
import {
  type Answer,
  cutConnection,
  cutInBody,
  cutInChunks,
  fail,
  failWithStatus500,
  SUCCESS,
  sendNoJson,
  sendNoPacket,
  succeed,
} from "../helpers/api-server";
import { inVirtualTime } from "../helpers/clock";

const sockets: Socket[] = [];
/** What the next calls get; after that they succeed. */
const answers: Answer[] = [];
let calls = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    calls += 1;
    (answers.shift() ?? succeed)(response);
  });
}).on("connection", (socket) => sockets.push(socket));

const environment = process.env;
const print = jest.spyOn(console, "log").mockImplementation(() => {});
let post: (event: object, context: object) => Promise<{ statusCode: number; body: string }>;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  process.env = {
    ...environment,
    SECRET_ID: "AKIDexample",
    SECRET_KEY: "a-secret-key",
    CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  post = require(join(DIST, "callback", "index.js")).main_handler;
});
afterAll(() => {
  process.env = environment;
  print.mockRestore();
  server.close().closeAllConnections();
});
beforeEach(() => {
  calls = 0;
});

function upload(fileId = 1) {
  const notification = { EventType: "NewFileUpload", FileUploadEvent: { FileId: String(fileId) } };
  return inVirtualTime(post({ body: JSON.stringify(notification) }, {}), 1);
}

test("a hundred uploads take one connection, and one more where the server closed it in between", async () => {
  for (let number = 1; number <= 100; number += 1) {
    await expect(upload(number)).resolves.toMatchObject({ statusCode: 200 });
  }
  expect({ calls, connections: sockets.length }).toEqual({ calls: 100, connections: 1 });
  sockets[0]?.destroy();
  for (let number = 101; number <= 200; number += 1) {
    await expect(upload(number)).resolves.toMatchObject({ statusCode: 200 });
  }
  expect({ calls, connections: sockets.length }).toEqual({ calls: 200, connections: 2 });
});

test.each<[string, Answer]>([
  ["no answer", cutConnection],
  ["an answer cut in its body", cutInBody],
  ["an answer cut between chunks", cutInChunks],
  ["status 500", failWithStatus500],
  ["no JSON", sendNoJson],
  ["no packet of the API", sendNoPacket],
  ["InternalError", fail("InternalError")],
])("the bundle tries again after %s", async (_name, answer) => {
  // On a connection of its own: what a kept one loses is sent again at once.
  for (const socket of sockets.splice(0)) socket.destroy();
  answers.push(answer);
  await expect(upload()).resolves.toMatchObject({ statusCode: 200, body: JSON.stringify(SUCCESS) });
  expect(calls).toBe(2);
});

test("the bundle recognizes a refusal by its code", async () => {
  answers.push(fail("InvalidParameterValue.FileId", "no file"));
  const { statusCode, body } = await upload();
  expect(statusCode).toBe(400);
  expect(body).toContain("InvalidParameterValue.FileId: no file");
  expect(calls).toBe(1);
});
