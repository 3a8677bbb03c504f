import { ApiError, type Interception } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, LINES } from "../helpers/deploy-scenario";

const checkout = new Checkout();
afterAll(() => checkout.remove());

/** A cloud that refuses one call of each deployment that is given one. */
async function open() {
  let refused: { action: string; error: ApiError } | undefined;
  const intercept = (call: { action: string }): Interception =>
    call.action === refused?.action ? refused.error : undefined;
  const stage = await DeployScenario.open(checkout, { intercept });
  stage.clock.isPassing = true;
  const deploy = (action: string, code: string) => {
    refused = { action, error: new ApiError(code, "No.") };
    return stage.deploy({ MODE: "reliable" }).finally(() => {
      refused = undefined;
    });
  };
  return { stage, deploy };
}

// The calls that change something at a first deployment; a code that no list has an advice for.
test.each([
  ...["CreateRole", "CreatePolicy", "AttachRolePolicy", "CreateNamespace", "CreateFunction", "CreateTrigger"],
])("a refused %s says what to do, and the next deployment goes on from there", async (action) => {
  const { stage, deploy } = await open();
  const { failure } = await deploy(action, "FailedOperation.Unheard");
  expect(failure).toMatch(
    new RegExp(`^${action} failed with FailedOperation\\.Unheard: No\\.\\nRun this again: it goes on`),
  );
  const { lines, failure: none } = await stage.deploy({ MODE: "reliable" });
  expect(none).toBeUndefined();
  expect(lines).toContain(LINES[3]);
  await stage.cloud.close();
});

test("a trigger that is said to be in use, and is not there, is no success", async () => {
  const { stage, deploy } = await open();
  const { failure } = await deploy("CreateTrigger", "ResourceInUse.Trigger");
  expect(failure).toMatch(/^CreateTrigger failed with ResourceInUse\.Trigger/);
  expect((await stage.deploy({ MODE: "reliable" })).failure).toBeUndefined();
  await stage.cloud.close();
});
