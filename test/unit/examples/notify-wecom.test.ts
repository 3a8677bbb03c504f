import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { systemClock } from "../../../lib/clock";
import type { JsonObject } from "../../../lib/json";
import { publish } from "../../../lib/sinks/publisher";
import { failureOf, reported, type runExample, startExample } from "../../helpers/examples";
import { FILE_ID, notificationOf, procedureNotification, TASK_ID } from "../../helpers/notifications";
import { failedItem, succeededItem, TRANSCODE } from "../../helpers/task-results";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const KEY = "693a91f6-7b2c-4bc4-97a0-0ec2cf5a5aaa";

/** What the robot was sent, and what it answers from now on. */
const messages: string[] = [];
let answer: object = { errcode: 0, errmsg: "ok" };
const robot = createServer(async (request, response) => {
  expect([request.method, request.headers["content-type"]]).toEqual(["POST", "application/json"]);
  expect(request.url).toBe(`/cgi-bin/webhook/send?key=${KEY}`);
  const { msgtype, text: message, ...others } = JSON.parse(await text(request));
  expect([msgtype, Object.keys(message), others]).toEqual(["text", ["content"], {}]);
  messages.push(message.content);
  response.end(JSON.stringify(answer));
  robot.emit("message");
});

let receiver: ReturnType<typeof runExample>;
let url: string;
let errors = "";

beforeEach(async () => {
  messages.length = 0;
  robot.listen(0, "127.0.0.1");
  await once(robot, "listening");
  const { port } = robot.address() as AddressInfo;
  const WECOM_URL = `http://127.0.0.1:${port}/cgi-bin/webhook/send?key=${KEY}`;
  [receiver, url] = await startExample("notify-wecom.mjs", { PUBLISH_SECRET: secret, WECOM_URL });
  receiver.stderr.on("data", (data) => {
    errors += data;
  });
});
afterEach(async () => {
  receiver.kill();
  robot.close().closeAllConnections();
  await once(robot, "close");
});

const flow = (TaskId: string, items: unknown, payload: JsonObject = {}) =>
  procedureNotification(items, { TaskId, ...payload });

function send(notification: JsonObject, key = secret): Promise<unknown> {
  const [, report] = reported(notification);
  return publish(report, { url, secret: key }, systemClock, systemClock.monotonic() + 60_000);
}

test("one message is sent for each task that failed, and one for all that fail within the pause", async () => {
  for (const quiet of [
    flow("fine", [succeededItem(TRANSCODE)]),
    flow("goes on", [failedItem(TRANSCODE)], { Status: "PROCESSING" }),
    notificationOf("FileDeleted", { FileIdSet: [FILE_ID], FileDeleteResultInfo: [] }),
  ])
    expect(await send(quiet)).toBeUndefined();
  const first = once(robot, "message");
  const failed = flow(TASK_ID, [succeededItem(TRANSCODE), failedItem(TRANSCODE)]);
  expect(await send(failed)).toBeUndefined();
  await first;
  const head = (task: string) => `ProcedureStateChanged: file ${FILE_ID}, task ${task}`;
  expect(messages).toEqual([expect.stringMatching(`^${head(TASK_ID)}\nTranscode 100010 failed. [\\w.]+: `)]);

  const second = once(robot, "message");
  for (const task of [
    failed,
    flow("second", [failedItem(TRANSCODE)]),
    flow("third", [failedItem(TRANSCODE)]),
  ])
    expect(await send(task)).toBeUndefined();
  await second;
  expect(messages.slice(1)).toEqual([expect.stringMatching(`^${head("second")}\n[^]*\nand 1 more$`)]);
});

test("a long text that mentions everybody is cut and mentions nobody; a message that was refused comes again", async () => {
  answer = { errcode: 45009, errmsg: "api freq out of limit" };
  const item = {
    Type: "Transcode",
    TranscodeTask: { Status: "FAIL", ErrCode: 1, Message: `<@all>\n${"密".repeat(3000)}` },
  };
  const refused = once(robot, "message");
  await send(flow("long", [item]));
  await refused;
  answer = { errcode: 0, errmsg: "ok" };
  await once(robot, "message");
  const [message = "", again] = messages;
  expect(again).toBe(message);
  expect(message).toMatch(/ @all> 密+$/);
  expect(Buffer.byteLength(message)).toBeGreaterThan(1990);
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2048);
  expect(errors).toContain("45009 api freq out of limit");
  expect(errors).not.toContain(KEY);
});

test("an event that another secret signed is refused", async () => {
  const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  expect(await send(flow(TASK_ID, [failedItem(TRANSCODE)]), other)).toMatchObject({ kind: "retry" });
});

test("without the robot's address it says what to do, and does not show what it was given", async () => {
  const [output, code] = await failureOf("notify-wecom.mjs", { WECOM_URL: KEY });
  expect(code).toBe(2);
  expect(output).toMatch(/^WECOM_URL is missing or not a URL\. Copy .*\n$/);
  expect(output).not.toContain(KEY);
});
