import { systemClock } from "../../../lib/clock";
import { openAccount } from "../../../scripts/cloud/account";
import { askByHttp, findSelfTestFailure, tryTick } from "../../../scripts/cloud/self-test";
import { sign } from "../../../scripts/cloud/sign";
import { readTarget } from "../../../scripts/cloud/target";
import { startApi } from "../../helpers/api-server";
import { openCallback } from "../../helpers/callback";
import { FakeClock, NOW } from "../../helpers/clock";
import { functionUrlEvent } from "../../helpers/gateway-events";

test.each([
  ["did its work", { pulled: 7, done: 7 }, { pulled: 7 }],
  ["says what is wrong", { pulled: 0, error: "You may not." }, { failure: "You may not." }],
  ["did not end in time", { errorCode: -1, errorMessage: "timed out" }, { failure: "timed out" }],
  ["answers something else", {}, { failure: "the function returned no result" }],
  ["answers nothing", null, { failure: "null" }],
])("a tick that %s", async (_what, answer, result) => {
  const { url } = await startApi((response) => {
    const Result = { RetMsg: JSON.stringify(answer), InvokeResult: 0 };
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ Response: { Result, RequestId: "r" } }));
  });
  const env = { SECRET_ID: "id", SECRET_KEY: "key", CLOUD_ENDPOINT_URL: url };
  const account = openAccount(readTarget(env), () => {});
  await expect(tryTick(account, { namespace: "vod_demo", name: "reliable" })).resolves.toEqual(result);
});

test("a question that is signed does not follow a redirect", async () => {
  let isReached = false;
  const other = await startApi((response) => {
    isReached = true;
    response.end("{}");
  });
  const { url } = await startApi((response) => response.writeHead(307, { Location: other.url }).end());
  await expect(askByHttp(url, "aSignKey", systemClock)({ EventType: "E", Nonce: 1 })).rejects.toThrow(
    /redirect/,
  );
  expect(isReached).toBe(false);
});

test.each([-299, -61, 0, 61, 299])(
  "the function accepts a test that is signed by a clock %d s ahead",
  async (ahead) => {
    const { handle } = openCallback({ env: { SIGN_KEY: "theKey" } });
    const signature = sign("theKey", NOW + ahead * 1000);
    const test = { EventType: "InstallerSelfTest", Nonce: 1, ...signature };
    expect(await handle(functionUrlEvent(test))).toMatchObject({ statusCode: 200 });
  },
);

test.each([
  [403, "T is past.", /^403 T is past\. This machine's clock says 2026-.*Z; set it if that is wrong\.$/],
  [404, "Not found.", /^404 Not found\.$/],
  [500, "a text of the platform", /^500$/],
  [200, '{"Nonce":1}', /^an answer to something else$/],
])("a test that is answered with %d reports so", async (status, body, failure) => {
  const { url } = await startApi((response) => response.writeHead(status).end(body));
  const clock = new FakeClock();
  expect(await findSelfTestFailure(askByHttp(url, "theKey", clock), "digest", clock)).toMatch(failure);
  expect(clock.sleeps).toHaveLength(9);
});
