import { systemClock } from "../../../lib/clock";
import { openAccount } from "../../../scripts/cloud/account";
import { askByHttp, tryTick } from "../../../scripts/cloud/self-test";
import { readTarget } from "../../../scripts/cloud/target";
import { startApi } from "../../helpers/api-server";

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
