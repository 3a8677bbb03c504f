import { systemClock } from "../../../lib/clock";
import { parseConfig } from "../../../lib/config/keys";
import { clientConfig } from "../../../lib/tencent-cloud/client-config";
import { type CallLimits, createVod } from "../../../lib/tencent-cloud/vod";
import {
  type ApiServer,
  fail,
  failWithStatus500,
  hangInBody,
  neverAnswer,
  REQUEST_ID,
  SUCCESS,
  startApi,
  succeed,
} from "../../helpers/api-server";
import { FIVE_FIELDS } from "../../helpers/callback";
import { FakeClock, NOW } from "../../helpers/clock";
import { FILE_ID } from "../../helpers/notifications";

const config = parseConfig(FIVE_FIELDS);
const request = { FileId: FILE_ID };

function vodAt(api: ApiServer, clock = systemClock, limits?: CallLimits) {
  return createVod(() => clientConfig(config, { CLOUD_ENDPOINT_URL: api.url }), clock, limits);
}

test("a call is signed for the real endpoint and carries the request", async () => {
  const api = await startApi(succeed);
  await expect(vodAt(api, new FakeClock()).processMedia(request, NOW + 3000)).resolves.toEqual(SUCCESS);
  expect(api.calls).toEqual([
    {
      headers: expect.objectContaining({
        host: "vod.tencentcloudapi.com",
        "x-tc-action": "ProcessMedia",
        "x-tc-version": "2018-07-17",
        authorization: expect.stringMatching(
          /^TC3-HMAC-SHA256 Credential=AKIDconfig\/\d{4}-\d\d-\d\d\/vod\/tc3_request, /,
        ),
      }),
      params: request,
    },
  ]);
});

test("a transient error is retried, a permanent one is thrown with its code", async () => {
  const api = await startApi(
    failWithStatus500,
    fail("InternalError"),
    fail("InvalidParameterValue.FileId", "no file"),
  );
  await expect(vodAt(api, new FakeClock()).processMedia(request, NOW + 3000)).rejects.toMatchObject({
    code: "InvalidParameterValue.FileId",
    message: "no file",
    requestId: REQUEST_ID,
  });
  expect(api.calls).toHaveLength(3);
});

test("with limits no try begins after one of them, and none goes on after the other", async () => {
  const clock = new FakeClock();
  const starts: number[] = [];
  const failing = await startApi((response) => {
    starts.push(clock.now() - NOW);
    fail("InternalError")(response);
  });
  const limits = { lastStartMs: NOW + 1200, endMs: NOW + 2000 };
  await expect(vodAt(failing, clock, limits).processMedia(request, NOW + 3000)).rejects.toThrow();
  expect(starts.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...starts)).toBeLessThan(1200);

  const hanging = await startApi(neverAnswer);
  const late = new FakeClock();
  late.advance(1150);
  await expect(vodAt(hanging, late, limits).processMedia(request, NOW + 3000)).rejects.toThrow(
    "no answer within 510 ms",
  );
  expect(hanging.calls).toHaveLength(1);
  late.advance(100);
  await expect(vodAt(hanging, late, limits).processMedia(request, NOW + 3000)).rejects.toThrow("no time");
  expect(hanging.calls).toHaveLength(1);
});

test.each([
  ["never comes", neverAnswer],
  ["stops in its body", hangInBody],
])(
  "an answer that %s is waited for until the deadline, then the connection is closed",
  async (_name, answer) => {
    const api = await startApi(answer);
    await expect(vodAt(api).processMedia(request, systemClock.monotonic() + 200)).rejects.toThrow();
    await api.hungUp;
  },
);

test("no timer of a call outlasts its deadline and keeps the process awake", async () => {
  const api = await startApi(hangInBody);
  const setTimer = jest.spyOn(globalThis, "setTimeout");
  try {
    await expect(vodAt(api).processMedia(request, systemClock.monotonic() + 200)).rejects.toThrow();
    await api.hungUp;
    const delays = setTimer.mock.calls.map(([, ms]) => ms ?? 0);
    expect(delays.length).toBeGreaterThan(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(200);
  } finally {
    setTimer.mockRestore();
  }
});

test("any call of the client can be made, with the same patience", async () => {
  const api = await startApi(fail("InternalError"), succeed);
  const clock = new FakeClock();
  const request = { TaskId: "task", OperationType: "Abort" };
  const answer = await vodAt(api, clock).call((client) => client.ManageTask(request), NOW + 3000);
  expect(answer.RequestId).toBe(REQUEST_ID);
  expect(api.calls.map(({ headers }) => headers["x-tc-action"])).toEqual(["ManageTask", "ManageTask"]);
  expect(clock.sleeps).toHaveLength(1);
});

test("the client's configuration is asked for at each call, credentials being temporary", async () => {
  const api = await startApi(succeed);
  const ids = ["AKIDfirst", "AKIDsecond"];
  const vod = createVod(
    () =>
      clientConfig(parseConfig({ ...FIVE_FIELDS, secret_id: ids.shift() }), { CLOUD_ENDPOINT_URL: api.url }),
    new FakeClock(),
  );
  await vod.processMedia(request, NOW + 3000);
  await vod.processMedia(request, NOW + 3000);
  expect(api.calls.map(({ headers }) => headers.authorization)).toEqual([
    expect.stringContaining("AKIDfirst"),
    expect.stringContaining("AKIDsecond"),
  ]);
});

test("what is wrong with the client's configuration is thrown, not tried again", async () => {
  const clock = new FakeClock();
  const asked = jest.fn(() => {
    throw new Error("no credentials");
  });
  await expect(createVod(asked, clock).processMedia(request, NOW + 3000)).rejects.toThrow("no credentials");
  expect(asked).toHaveBeenCalledTimes(1);
  expect(clock.sleeps).toEqual([]);
});
