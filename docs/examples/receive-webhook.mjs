// Receives published events: PUBLISH_SECRET=whsec_… node receive-webhook.mjs, with `npm install standardwebhooks`.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

/** @typedef {{ type: string, data: import("../../lib/report/event-report").EventReport }} PublishedEvent */

const webhook = new Webhook(process.env.PUBLISH_SECRET ?? "");
/** The events that were handled. A real service keeps their ids in its database. */
const seen = new Set();

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
  const outputs = event.data.results.flatMap(({ urls }) => urls);
  console.log(event.type, event.data.fileId ?? "", ...outputs);
});

server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`Listening on http://127.0.0.1:${port}`);
});
