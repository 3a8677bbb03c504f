import { type LocalCloud, startLocalCloud } from "../../local-cloud";
import { ApiError } from "../../local-cloud/api/error";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";

const checkout = new Checkout();
let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ pullHoldMs: 0 });
});
afterAll(async () => {
  await cloud.close();
  checkout.remove();
});

const run = (args: readonly string[], env: Record<string, string>) =>
  runCommand(checkout, args, { CLOUD_ENDPOINT_URL: cloud.endpointUrl, ...env });

test("temporary keys work for every kind of command, and a wrong token is reported as one", async () => {
  const { secretId, secretKey, token } = cloud.assumeRole();
  const keys = { SECRET_ID: secretId, SECRET_KEY: secretKey };
  for (const args of [["info"], ["pull", "--once"]])
    expect(await run(args, { ...keys, SECRET_TOKEN: token })).toMatchObject({ code: 0 });
  const { code, output } = await run(["info"], { ...keys, SECRET_TOKEN: `${token}x` });
  expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining("AuthFailure.TokenFailure") });
  expect(output).toContain("SECRET_TOKEN is wrong, missing or expired");
  expect(output).not.toContain(token);
});

test("the SDK's own variables serve if neither SECRET_ID nor SECRET_KEY is set", async () => {
  const { secretId, secretKey, token } = cloud.assumeRole();
  const theirs = {
    TENCENTCLOUD_SECRET_ID: secretId,
    TENCENTCLOUD_SECRET_KEY: secretKey,
    TENCENTCLOUD_SESSION_TOKEN: token,
  };
  for (const args of [["info"], ["pull", "--once"]])
    expect(await run(args, theirs)).toMatchObject({ code: 0 });
  const { output } = await run(["info"], { ...theirs, SECRET_ID: "AKIDofAnotherAccount" });
  expect(output).toContain("SECRET_KEY is not set");
});

test("temporary keys are not put into functions", async () => {
  const stage = await DeployScenario.open(checkout, {
    intercept: async ({ service }) =>
      service === "cam" ? new ApiError("UnauthorizedOperation", "You may not.") : undefined,
  });
  const { secretId, secretKey, token } = stage.cloud.assumeRole();
  const keys = { SECRET_ID: secretId, SECRET_KEY: secretKey, SECRET_TOKEN: token };
  const { failure } = await stage.deploy({ KEYS: "environment", ...keys });
  expect(failure).toMatch(/your keys are temporary \(SECRET_TOKEN\).*Nothing was deployed/);
  expect(stage.writes()).toEqual([]);
  await stage.cloud.close();
});
