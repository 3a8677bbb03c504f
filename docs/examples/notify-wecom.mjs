// Sends a message to a WeCom group when a task has failed at VOD. It receives published events, so PUBLISH_URL
// names its address. `npm install standardwebhooks`, then:
//   PUBLISH_SECRET=whsec_… WECOM_URL='https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…' node notify-wecom.mjs
// WeCom's format: https://developer.work.weixin.qq.com/document/path/91770
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";

/** @typedef {import("../../lib/report/event-report").EventReport} EventReport */
/** @typedef {{ type: string, data: EventReport }} PublishedEvent */

/** A robot may send 20 messages a minute, each with at most 2048 bytes. */
const PAUSE_MS = 3000;
const MAX_BYTES = 2000;

const { PUBLISH_SECRET = "", WECOM_URL = "", PORT = "3000" } = process.env;
if (!URL.canParse(WECOM_URL)) {
  console.error(
    "WECOM_URL is missing or not a URL. Copy the robot's webhook address from the group in WeCom.",
  );
  process.exit(2);
}
const webhook = new Webhook(PUBLISH_SECRET);
/** The events that were handled. A real service keeps their ids in its database. */
const seen = new Set();
/** @type {string[]} */
let waiting = [];
let isSending = false;

const server = createServer(async (request, response) => {
  const headers = /** @type {Record<string, string>} */ (request.headers);
  let event;
  try {
    event = /** @type {PublishedEvent} */ (webhook.verify(await text(request), headers));
  } catch {
    response.writeHead(401).end("The signature is missing, wrong or expired.");
    return;
  }
  response.writeHead(204).end();
  const id = headers["webhook-id"];
  if (seen.has(id)) return;
  seen.add(id);
  const failure = describeFailure(event.data);
  if (failure === undefined) return;
  waiting.push(failure);
  if (!isSending) await sendWaiting();
});

/** @param {EventReport} report */
function describeFailure({ eventType, state, fileId, taskId, error, results }) {
  const failed = results.filter((result) => result.state === "failed");
  if (state !== "failed" && !(state === "finished" && failed.length > 0)) return undefined;
  const reason = (/** @type {typeof error} */ { code, codeExt, message } = {}) =>
    [codeExt ?? code, message].filter(Boolean).join(": ");
  const lines = [
    `${eventType}: file ${fileId ?? "unknown"}, task ${taskId ?? "unknown"}`,
    ...(error ? [reason(error)] : []),
    ...failed.map(({ kind, definition, error }) => `${kind} ${definition ?? ""} failed. ${reason(error)}`),
  ];
  // "<@userid>" would mention a user.
  const safe = lines.map((line) => line.replace(/[\p{Cc}<]/gu, " ")).join("\n");
  return Buffer.from(safe)
    .subarray(0, MAX_BYTES)
    .toString()
    .replace(/\ufffd+$/, "");
}

/** Sends what waits. What comes during the pause is counted in the next message. */
async function sendWaiting() {
  isSending = true;
  while (waiting.length > 0) {
    const sent = waiting;
    waiting = [];
    const more = sent.length > 1 ? `\nand ${sent.length - 1} more` : "";
    try {
      const response = await fetch(WECOM_URL, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ msgtype: "text", text: { content: sent[0] + more } }),
        signal: AbortSignal.timeout(10_000),
      });
      const { errcode, errmsg } = Object(await response.json());
      if (errcode !== 0) throw new Error(`${errcode} ${errmsg}`);
    } catch (error) {
      waiting = [...sent, ...waiting];
      console.error(
        "WeCom did not take a message, which is sent again:",
        JSON.stringify(String(Object(error).cause ?? error)),
      );
    }
    await sleep(PAUSE_MS);
  }
  isSending = false;
}

server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`Listening on http://127.0.0.1:${port}`);
});
