import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import { ROOT } from "../../scripts/project";
import { Checkout } from "../helpers/checkout";
import { addressIn, DeployScenario } from "../helpers/deploy-scenario";
import { FILE_ID, procedureNotification } from "../helpers/notifications";
import { succeededItem, TRANSCODE } from "../helpers/task-results";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const checkout = new Checkout();
let stage: DeployScenario;
let receiver: ChildProcessByStdio<null, Readable, null>;
let lines: Interface;
let url: string;

beforeEach(async () => {
  stage = await DeployScenario.open(checkout);
  receiver = spawn(process.execPath, ["docs/examples/receive-webhook.mjs"], {
    cwd: ROOT,
    env: { PUBLISH_SECRET: SECRET, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  lines = createInterface({ input: receiver.stdout });
  [url] = /http:\S+/.exec(String(await once(lines, "line"))) ?? [""];
});
afterEach(async () => {
  receiver.kill();
  await stage.cloud.close();
});
afterAll(() => checkout.remove());

const post = async (address: string, notification: object) =>
  (await fetch(address, { method: "POST", body: JSON.stringify(notification) })).status;

test("what is deployed with an address sends signed events to the example's receiver until it is empty", async () => {
  const without = await stage.deploy({ PUBLISH_URL: url });
  expect(without.failure).toMatch(/^PUBLISH_URL needs PUBLISH_SECRET/);
  expect(stage.writes()).toEqual([]);
  const address = addressIn(await stage.deploy({ PUBLISH_URL: url, PUBLISH_SECRET: SECRET }));
  const finish = procedureNotification([succeededItem(TRANSCODE)]);
  const received = once(lines, "line");
  expect(await post(address, finish)).toBe(200);
  expect(String(await received)).toMatch(
    `vod.ProcedureStateChanged ${FILE_ID} https://media.example.com/vod/`,
  );

  // Kept, and the same event is the same to the receiver.
  expect(addressIn(await stage.deploy())).toBe(address);
  expect(await stage.variables()).toMatchObject({ PUBLISH_URL: url, PUBLISH_SECRET: SECRET });
  expect(await post(address, finish)).toBe(200);

  await stage.deploy({ PUBLISH_URL: "" });
  for (const name of ["callback", "retry"]) {
    expect(await stage.variables(name)).not.toHaveProperty("PUBLISH_URL");
  }
  expect(stage.output.join("\n")).not.toContain(SECRET.slice(6));
});

test("a receiver that does not know the secret makes the event wait in retry, named in its record", async () => {
  const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const address = addressIn(await stage.deploy({ PUBLISH_URL: url, PUBLISH_SECRET: other }));
  const { fileId } = await stage.cloud.upload("a.mp4", new Uint8Array(1));
  const upload = { EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } };
  expect(await post(address, upload)).toBe(202);
  expect(stage.cloud.tasksStarted().get(fileId)).toBe(1);
  const { lines: log } = await stage.logs();
  const records = log.flatMap((line) => /\{"requestId".*"leftTo":"retry".*\}/.exec(line)?.[0] ?? []);
  expect(records.map((record) => JSON.parse(record))).toEqual([
    expect.objectContaining({ fileId, outcome: "retry", pending: ["publisher"] }),
  ]);
});
