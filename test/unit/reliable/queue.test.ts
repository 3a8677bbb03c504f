import type { ServerResponse } from "node:http";
import { parseConfig } from "../../../lib/config/keys";
import { createQueue } from "../../../lib/reliable/queue";
import { createRateLimiter } from "../../../lib/reliable/rate-limiter";
import { clientConfig } from "../../../lib/tencent-cloud/client-config";
import { createVod } from "../../../lib/tencent-cloud/vod";
import { type Answer, type ApiServer, fail, failWithStatus500, startApi } from "../../helpers/api-server";
import { FIVE_FIELDS } from "../../helpers/callback";
import { FakeClock, NOW } from "../../helpers/clock";

const unlimited = () => createRateLimiter(Number.POSITIVE_INFINITY, new FakeClock());

function queueAt(api: ApiServer, subAppId?: number) {
  const ask = () => clientConfig(parseConfig(FIVE_FIELDS), { CLOUD_ENDPOINT_URL: api.url });
  const [pulling, confirming] = [unlimited(), unlimited()];
  const vod = createVod(ask, new FakeClock());
  return createQueue({ vod, clientConfig: ask, subAppId, pulling, confirming });
}

const answer =
  (packet: object): Answer =>
  (response: ServerResponse) =>
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ Response: { ...packet, RequestId: "r" } }));

const SOON = NOW + 60_000;
const HANDLES = ["a", "b", "c", "d", "e"];

test("a pull brings the events as they are", async () => {
  const events = [{ EventHandle: "h", EventType: "NewFileUpload", Unknown: { member: 1 } }];
  const api = await startApi(answer({ EventSet: events }));
  await expect(queueAt(api).pull()).resolves.toEqual(events);
  expect(api.calls[0]?.headers["x-tc-action"]).toBe("PullEvents");
});

test.each([
  ["null", answer({ EventSet: null })],
  ["an empty list", answer({ EventSet: [] })],
  ["nothing", answer({})],
  ["ResourceNotFound", fail("ResourceNotFound")],
])("%s means that nothing is there", async (_what, nothing) => {
  await expect(queueAt(await startApi(nothing)).pull()).resolves.toEqual([]);
});

test("a pull that fails is not tried again by itself", async () => {
  const api = await startApi(failWithStatus500);
  await expect(queueAt(api).pull()).rejects.toThrow();
  expect(api.calls).toHaveLength(1);
});

test("an application's own queue is asked for", async () => {
  const api = await startApi(answer({}));
  const queue = queueAt(api, 1500000001);
  await queue.pull();
  await queue.confirm(["a"], SOON);
  expect(api.calls.map(({ params }) => params)).toEqual([
    { SubAppId: 1500000001 },
    { EventHandles: ["a"], SubAppId: 1500000001 },
  ]);
});

test("handles are confirmed in one call, which is repeated after a transient error", async () => {
  const api = await startApi(failWithStatus500, answer({}));
  await expect(queueAt(api).confirm(HANDLES, SOON)).resolves.toEqual({ refused: [], reason: "" });
  expect(api.calls.map(({ params }) => params)).toEqual([
    { EventHandles: HANDLES },
    { EventHandles: HANDLES },
  ]);
});

test("one stale handle does not take the others with it", async () => {
  const confirmed = new Set<string>();
  const api: ApiServer = await startApi((response) => {
    const { EventHandles }: { EventHandles: string[] } = Object(api.calls.at(-1)?.params);
    if (EventHandles.includes("d")) return fail("InvalidParameterValue", "stale")(response);
    for (const handle of EventHandles) confirmed.add(handle);
    answer({})(response);
  });
  await expect(queueAt(api).confirm(HANDLES, SOON)).resolves.toEqual({
    refused: ["d"],
    reason: "InvalidParameterValue stale",
  });
  expect([...confirmed]).toEqual(["a", "b", "c", "e"]);
});

test("where the time is over confirming ends, and says so", async () => {
  const api = await startApi(failWithStatus500);
  const { refused, reason } = await queueAt(api).confirm(HANDLES, NOW + 300);
  expect(refused).toEqual(HANDLES);
  expect(reason).not.toBe("");
});

test.each(["UnauthorizedOperation", "AuthFailure.SignatureFailure", "InvalidParameterValue.SubAppId"])(
  "%s, which no handle causes, is an error after one call",
  async (code) => {
    const api = await startApi(fail(code));
    await expect(queueAt(api).confirm(HANDLES, SOON)).rejects.toMatchObject({ name: "ConfirmError", code });
    expect(api.calls).toHaveLength(1);
  },
);
