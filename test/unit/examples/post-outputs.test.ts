import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { postOutputs } from "../../../docs/examples/post-outputs";
import { systemClock } from "../../../lib/clock";
import { dispatch } from "../../../lib/dispatch";
import { parseEvent } from "../../../lib/event/event";
import type { JsonObject } from "../../../lib/json";
import { useVirtualTime } from "../../helpers/clock";
import { handlerContext, noCalls } from "../../helpers/handler-context";
import { FILE_ID, notificationOf, procedureNotification, TASK_ID } from "../../helpers/notifications";
import { failedItem, succeededItem, TRANSCODE } from "../../helpers/task-results";

useVirtualTime();

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close().closeAllConnections();
});

/** A web service that answers with a status, or never. */
async function startService(status: number | "never") {
  const posts: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    posts.push({ headers: request.headers, body: JSON.parse(await text(request)) });
    if (status === "never") await jest.advanceTimersByTimeAsync(60_000);
    else response.writeHead(status).end("{}");
  }).listen(0, "127.0.0.1");
  running.push(server);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { address: `http://127.0.0.1:${address.port}/outputs`, posts };
}

const FINISHED = procedureNotification([succeededItem(TRANSCODE), failedItem(TRANSCODE)]);

async function handle(notification: JsonObject, address: string, leftMs = 60_000) {
  const { context, lines } = handlerContext(noCalls);
  const deadlineMs = systemClock.monotonic() + leftMs;
  const real = { ...context, clock: systemClock, deadlineMs };
  return { outcome: await dispatch(parseEvent(notification), real, postOutputs(address)), lines };
}

test("the outputs of a finished task flow are posted under its TaskId", async () => {
  const { address, posts } = await startService(200);
  const { outcome, lines } = await handle(FINISHED, address);
  expect(outcome).toEqual({ kind: "done" });
  expect(posts).toEqual([
    {
      headers: expect.objectContaining({ "content-type": "application/json", "idempotency-key": TASK_ID }),
      body: { taskId: TASK_ID, fileId: FILE_ID, urls: [TRANSCODE.output["Url"]] },
    },
  ]);
  expect(lines.at(-1)).toBe(`Outputs posted. TaskId: ${TASK_ID}, Count: 1`);
});

test.each([
  procedureNotification([failedItem(TRANSCODE)]),
  procedureNotification(null),
  procedureNotification([succeededItem(TRANSCODE)], { Status: "PROCESSING" }),
  procedureNotification([succeededItem(TRANSCODE)], { TaskId: null }),
  notificationOf("ComposeMediaComplete", {}),
  { EventType: "SomethingNew" },
])("nothing is posted where there is nothing to post", async (notification) => {
  const { address, posts } = await startService(200);
  expect((await handle(notification, address)).outcome).toEqual({ kind: "done" });
  expect(posts).toEqual([]);
});

test.each([500, 503, 429])("the event is tried again after %d", async (status) => {
  const { address } = await startService(status);
  const { outcome } = await handle(FINISHED, address);
  expect(outcome).toMatchObject({ kind: "retry", error: expect.stringContaining(String(status)) });
});

test.each([400, 404, 410, 422])("the event is parked after %d", async (status) => {
  const { address } = await startService(status);
  const { outcome } = await handle(FINISHED, address);
  expect(outcome).toMatchObject({ kind: "park", error: expect.stringContaining(String(status)) });
});

test("a service that never answers is left at the deadline", async () => {
  const { address } = await startService("never");
  const { outcome } = await handle(FINISHED, address, 200);
  expect(outcome.kind).toBe("retry");
});
