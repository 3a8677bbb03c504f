import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isForbidden } from "../../lib/tencent-cloud/errors";
import { ROOT } from "../../scripts/project";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { post, SAMPLE, uploadOf } from "../helpers/test-cloud";

const checkout = new Checkout();
let stage: DeployScenario;
afterAll(async () => {
  await stage?.cloud.close();
  checkout.remove();
});

const policy: { statement: { action: string[] }[] } = JSON.parse(
  readFileSync(join(ROOT, "docs/examples/deploying-key-policy.json"), "utf8"),
);
/** SCF asks for the first when a function gets a role. The others restore what was changed in the console. */
const NOT_CALLED = ["cam:PassRole", "scf:UpdateFunctionEventInvokeConfig", "scf:UpdateTrigger"];

test("a key with the documented policy may do what every command does, and the policy grants no more", async () => {
  const allowed = policy.statement.flatMap(({ action }) => action.map((one) => one.replace("name/", "")));
  // What the API calls Invoke, CAM calls InvokeFunction.
  const named = (service: string, action: string) =>
    `${service}:${action.replace(/^Invoke$/, "InvokeFunction")}`;
  stage = await DeployScenario.open(checkout, {
    deny: (service, action) => !allowed.includes(named(service, action)),
    pullHoldMs: 0,
  });
  const changed = { DEFINITIONS: "100010" };
  const run = async (...args: string[]) =>
    (await runCommand(checkout, args, { ...stage.env, ...changed })).output;
  const done = { failure: undefined };

  const { lines } = await stage.deploy();
  const address = /^Service address: (\S+)$/.exec(lines.at(-1) ?? "")?.[1] ?? "";
  expect(await stage.eventConfig({ yes: true })).toMatchObject(done);
  const { fileId } = await stage.cloud.upload("a.mp4", SAMPLE);
  expect(await post(address, uploadOf(fileId))).toMatchObject({ status: 200 });
  expect(await stage.deploy({ ...changed, SIGN_KEY: "aKey" })).toMatchObject(done);
  expect(await stage.deploy({ ...changed, MODE: "reliable" })).toMatchObject(done);
  for (const command of [stage.info, stage.logs, stage.doctor])
    expect(await command(changed)).toMatchObject(done);
  writeFileSync(checkout.path("a.mp4"), SAMPLE);
  for (const args of [
    ["upload", checkout.path("a.mp4")],
    ["status", fileId],
    ["reconcile", "--since", "1h", "--yes"],
    ["replay", "--yes"],
    ["replay", "--again", fileId, "--yes"],
  ])
    await run(...args);
  expect(await stage.remove()).toMatchObject(done);

  const refused = stage.calls.filter(
    ({ error }) => error && isForbidden(Object.assign(new Error(), { code: error })),
  );
  expect(refused).toEqual([]);
  const used = new Set(stage.calls.map(({ service, action }) => named(service, action)));
  expect(allowed.filter((action) => !used.has(action) && !NOT_CALLED.includes(action))).toEqual([]);
});
