import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { systemClock } from "../../../lib/clock";
import type { EventReport } from "../../../lib/report/event-report";
import { publish } from "../../../lib/sinks/publisher";
import { checkPublication } from "../../../scripts/build/check-sinks";

const [OLD, NEW] = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"];
const REPORT: EventReport = {
  ...{ id: "0123456789abcdef0123456789abcdef", eventType: "NewFileUpload", known: true },
  ...{ fileId: "5285890784246869930", results: [] },
};

/** Publishes to a server of the test's own. */
async function publishTo(listener: RequestListener, secret = OLD, waitMs = 60_000, path = "/hook") {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = Object(server.address());
  const url = `http://127.0.0.1:${port}${path}`;
  try {
    return await publish(REPORT, { url, secret }, systemClock, systemClock.monotonic() + waitMs);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each([
  ["one secret", OLD, [OLD]],
  ["two secrets", `${OLD} ${NEW}`, [OLD, NEW]],
])("with %s, the library of Standard Webhooks verifies each", async (_name, secret, verifiers) => {
  let received: { body: string; headers: IncomingHttpHeaders } | undefined;
  const failure = await publishTo(async (request, response) => {
    received = { body: await text(request), headers: request.headers };
    response.end();
  }, secret);
  expect(failure).toBeUndefined();
  const { body = "", headers = {} } = received ?? {};
  const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  for (const verifier of verifiers) {
    expect(new Webhook(verifier).verify(body, signed)).toEqual({
      ...{ type: "vod.NewFileUpload", timestamp: expect.stringMatching(/^\d{4}-.*Z$/), data: REPORT },
    });
  }
  expect(headers["webhook-id"]).toBe(REPORT.id);
  expect(() => new Webhook(NEW).verify(`${body} `, signed)).toThrow();
});

test.each([
  [200, undefined],
  [204, undefined],
  [302, "park"],
  [400, "park"],
  [401, "retry"],
  [404, "park"],
  [410, "park"],
  [422, "park"],
  [429, "retry"],
  [500, "retry"],
])("an answer of %d gives the outcome %s", async (status, kind) => {
  let requests = 0;
  const failure = await publishTo((_request, response) => {
    requests += 1;
    response.writeHead(status, { location: "/elsewhere" }).end("x".repeat(100_000));
  });
  expect(failure?.kind).toBe(kind);
  expect(requests).toBe(1);
  if (failure)
    expect(failure.error).toMatch(new RegExp(`127.0.0.1:\\d+ answered with the status ${status}$`));
});

test("a receiver that hangs, hangs up or is not there is retried, and named by its host only", async () => {
  const hanging = await publishTo(() => {}, OLD, 50, "/hook?token=s3cret");
  expect(hanging).toMatchObject({ kind: "retry", error: expect.stringMatching(/did not answer in time$/) });
  const cut = await publishTo((request) => request.socket.destroy(), OLD, 60_000, "/hook?token=s3cret");
  expect(cut).toMatchObject({ kind: "retry", error: expect.stringMatching(/ECONNRESET$/) });
  const url = "http://127.0.0.1:9/hook?token=s3cret";
  const absent = await publish(REPORT, { url, secret: OLD }, systemClock, systemClock.monotonic() + 60_000);
  expect(absent).toMatchObject({
    kind: "retry",
    error: expect.stringMatching(/127.0.0.1:9 .*ECONNREFUSED$/),
  });
  for (const failure of [hanging, cut, absent]) expect(failure?.error).not.toMatch(/hook|s3cret/);
});

test.each([
  ["ftp://example.com/x", OLD, /PUBLISH_URL must begin with https/],
  ["http://example.com/x", OLD, /PUBLISH_URL must begin with https/],
  ["https://example.com/x", "", /PUBLISH_URL needs PUBLISH_SECRET.*openssl rand/],
  ["https://example.com/x", "secret", /PUBLISH_SECRET must be whsec_/],
  ["https://example.com/x", `${OLD},${NEW}`, /PUBLISH_SECRET must be whsec_/],
])("%s with the secret %s is refused", (publish_url, publish_secret, message) => {
  expect(() => checkPublication({ publish_url, publish_secret })).toThrow(message);
});

test("https, loopback and two secrets are accepted, and no address means no publishing", () => {
  const accepts = (publish_url: string) => checkPublication({ publish_url, publish_secret: `${OLD} ${NEW}` });
  expect([accepts("https://example.com/x"), accepts("http://127.0.0.1:3000"), accepts("")]).toEqual([
    true,
    true,
    false,
  ]);
});
