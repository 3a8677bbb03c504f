import { ApiError, type LocalCloudOptions } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, DeployScenario, ROLE, runCommand } from "../helpers/deploy-scenario";
import { zipFile } from "../helpers/test-cloud";

const checkout = new Checkout();
let stage: DeployScenario;
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

async function open(options: LocalCloudOptions = {}): Promise<DeployScenario> {
  stage = await DeployScenario.open(checkout, options);
  return stage;
}

const WARNING =
  "VOD is already set to another address. A production service may depend on it and would get no more events. " +
  "If you are sure, run: ./vod-receiver event-config --yes --replace";
const ELSEWHERE = "https://production.example.com/";
const setElsewhere = () => stage.call("vod", "ModifyEventConfig", { NotificationUrl: ELSEWHERE });
const settings = () => stage.call("vod", "DescribeEventConfig");

describe("event-config", () => {
  test("shows what is set and what would be, and changes nothing", async () => {
    const { deploy, eventConfig } = await open();
    const address = addressIn(await deploy());
    stage.writes();
    expect(await eventConfig()).toEqual({
      lines: [
        "Application: the default one (no SUBAPPID)",
        "Mode: PUSH",
        `NotificationUrl: (not set) -> ${address}`,
        "UploadMediaCompleteEventSwitch: OFF -> ON",
        "Nothing was changed. To apply this: ./vod-receiver event-config --yes",
      ],
      failure: undefined,
    });
    expect(stage.writes()).toEqual([]);
  });

  test("sets it with --yes, and then has nothing to set", async () => {
    const { deploy, eventConfig } = await open();
    const address = addressIn(await deploy());
    stage.writes();
    expect((await eventConfig({ yes: true })).lines.slice(-7)).toEqual([
      "VOD has the new settings:",
      "Mode: PUSH",
      `NotificationUrl: ${address}`,
      "UploadMediaCompleteEventSwitch: ON",
      "DeleteMediaCompleteEventSwitch: OFF",
      "PersistenceCompleteEventSwitch: OFF",
      "Next, upload a video: ./vod-receiver upload FILE --wait (or in the VOD console).",
    ]);
    expect(stage.writes()).toEqual(["vod:ModifyEventConfig"]);
    expect(await settings()).toMatchObject({
      Mode: "PUSH",
      NotificationUrl: address,
      UploadMediaCompleteEventSwitch: "ON",
    });
    expect((await eventConfig({ yes: true })).lines).toContain("VOD already has these settings.");
    expect(stage.writes()).toEqual([]);
  });

  test("warns of another address, and replaces it with --replace only", async () => {
    const { deploy, eventConfig } = await open();
    const address = addressIn(await deploy());
    await setElsewhere();
    stage.writes();
    const shown = await eventConfig();
    expect(shown.lines).toContain(`NotificationUrl: ${ELSEWHERE} -> ${address}`);
    expect(shown.lines.slice(-2)).toEqual([
      WARNING,
      "Nothing was changed. To apply this: ./vod-receiver event-config --yes --replace",
    ]);
    expect(shown.failure).toBeUndefined();
    expect((await eventConfig({ yes: true })).failure).toBe(WARNING);
    expect(stage.writes()).toEqual([]);
    expect((await eventConfig({ replace: true })).lines.at(-1)).toMatch(/^Nothing was changed\./);
    expect(stage.writes()).toEqual([]);
    expect((await eventConfig({ yes: true, replace: true })).lines).toContain("VOD has the new settings:");
    expect(await settings()).toMatchObject({ NotificationUrl: address });
  });

  test("gives VOD the function's sign key, so that the signed notifications are taken", async () => {
    const { deploy, eventConfig } = await open();
    await deploy({ SIGN_KEY: "aSignKey" });
    expect((await eventConfig({ yes: true })).lines).toContain(
      "SignKey: (VOD does not report it) -> the receiver's",
    );
    expect(stage.calls.at(-2)).toMatchObject({
      action: "ModifyEventConfig",
      params: { SignKey: "aSignKey" },
      error: null,
    });
  });

  test("goes to the application that SUBAPPID names", async () => {
    const { deploy, eventConfig } = await open({ subAppIdNeeded: () => true });
    await deploy({ SUBAPPID: "1500000000" });
    expect((await eventConfig({ yes: true }, { SUBAPPID: "1500000000" })).failure).toBeUndefined();
    expect(stage.calls.at(-1)?.params).toMatchObject({ SubAppId: 1500000000 });
  });

  test("without a function says what to do", async () => {
    const { eventConfig } = await open();
    expect((await eventConfig({ yes: true })).failure).toBe(
      "vod_demo/callback is not deployed or has no address. Deploy it: bash installer.sh; or set the address of a " +
        "server of your own: ./vod-receiver event-config --url …",
    );
  });

  test("of an account without VOD says where to activate it", async () => {
    const { deploy, eventConfig } = await open({ activated: (service) => service !== "vod" });
    await deploy();
    expect((await eventConfig()).failure).toContain(
      "VOD is not activated. Activate it at https://console.cloud.tencent.com/vod, then run this again.",
    );
  });
});

describe("doctor", () => {
  const bad = (...lines: string[]) => ({
    lines: [...lines, `Problems to fix: ${lines.length / 2}.`],
    failure: "exit code 1",
  });
  const SET = "  Run: ./vod-receiver event-config --yes";

  test("finds nothing where all is well", async () => {
    const { deploy, eventConfig, doctor } = await open();
    await deploy();
    await eventConfig({ yes: true });
    expect(await doctor()).toEqual({ lines: ["No problems found."], failure: undefined });
  });

  test("finds invocations that found no instance, and those that failed", async () => {
    const { deploy, eventConfig, doctor, cloud } = await open();
    const address = addressIn(await deploy());
    await eventConfig({ yes: true });
    cloud.faults.replace({ instances: [{ function: "callback", afterMs: 0 }] });
    // A request may end before its instance is killed.
    while ((await fetch(address, { method: "POST", body: "{}" })).status === 400);
    cloud.faults.replace({});
    cloud.functions.limit("vod_demo", "callback", 0);
    const statuses = await Promise.all([1, 2].map(async () => (await fetch(address)).status));
    const { lines, failure } = await doctor();
    expect({ statuses, failure }).toEqual({ statuses: [432, 432], failure: "exit code 1" });
    expect(lines).toEqual(
      expect.arrayContaining([
        "- Invocations of callback that found no free instance in the last day (432): 2.",
        expect.stringMatching(/reconcile --since 1d.*CONCURRENCY=<instances> bash installer\.sh$/),
        "- Invocations of callback that failed in the last day: 1.",
      ]),
    );
  });

  test.each([
    [
      "lacks the permission",
      new ApiError("UnauthorizedOperation", "no"),
      /lack the permission monitor:GetMonitorData\.$/,
    ],
    [
      "gets another refusal",
      new ApiError("FailedOperation.DivisionByZero", "odd"),
      /FailedOperation\.DivisionByZero: odd/,
    ],
  ])("says so if its key %s when it counts invocations, and checks the rest", async (_why, error, note) => {
    const intercept = ({ action }: { action: string }) => (action === "GetMonitorData" ? error : undefined);
    const { deploy, eventConfig, doctor } = await open({ intercept });
    await deploy();
    await eventConfig({ yes: true });
    expect(await doctor()).toEqual({
      lines: [expect.stringMatching(note), "No problems found."],
      failure: undefined,
    });
  });

  test("finds that nothing is deployed, and that the upload switch is off", async () => {
    const { doctor } = await open();
    expect(await doctor()).toEqual(
      bad(
        ...["- Neither callback nor reliable is deployed.", "  Deploy one: bash installer.sh"],
        ...["- Upload events are switched off in VOD (UploadMediaCompleteEventSwitch is OFF).", SET],
      ),
    );
  });

  test("finds that VOD has no address, or another one", async () => {
    const { deploy, doctor } = await open();
    await deploy();
    await stage.call("vod", "ModifyEventConfig", { UploadMediaCompleteEventSwitch: "ON" });
    expect(await doctor()).toEqual(bad("- VOD has no address to send its events to.", SET));
    await setElsewhere();
    expect(await doctor()).toEqual(bad("- VOD sends its events to another address.", `${SET} --replace`));
  });

  test("finds a missing SubAppId", async () => {
    const { deploy, doctor } = await open({ subAppIdNeeded: () => true });
    await deploy();
    expect(await doctor()).toEqual(
      bad(
        "- VOD rejects calls without a SubAppId (InvalidParameterValue.SubAppId).",
        "  Accounts created since 2023-12-25 need one. Copy it from the VOD console and deploy with SUBAPPID=…",
      ),
    );
  });

  test("finds a service that is not activated", async () => {
    let missing = "vod";
    const { deploy, doctor } = await open({ activated: (service) => service !== missing });
    await deploy();
    const expected = (code: string, name: string, service: string) =>
      bad(
        expect.stringMatching(new RegExp(`^- \\w+ failed with ${code}: `)),
        expect.stringContaining(
          `${name} is not activated. Activate it at https://console.cloud.tencent.com/${service}`,
        ),
      );
    expect(await doctor()).toEqual(expected("FailedOperation.InvalidVodUser", "VOD", "vod"));
    missing = "scf";
    expect(await doctor()).toEqual(expected("FailedOperation.UnOpenedService", "SCF", "scf"));
  });

  test("finds wrong keys, keys without permission and a wrong clock", async () => {
    const now = { ahead: 0 };
    let denied = "";
    const { deploy, doctor } = await open({
      now: () => Date.now() + now.ahead,
      deny: (service) => service === denied,
    });
    await deploy();
    const remedyOf = async (env = {}) => {
      const { lines, failure } = await doctor(env);
      expect(failure).toBe("exit code 1");
      expect(lines).toHaveLength(3);
      return lines[1];
    };
    expect(await remedyOf({ SECRET_KEY: "wrong" })).toContain("SECRET_ID or SECRET_KEY is wrong.");
    denied = "scf";
    expect(await remedyOf()).toContain("Grant their CAM user docs/examples/deploying-key-policy.json");
    denied = "vod";
    expect(await remedyOf()).toContain("QcloudVODFullAccess");
    now.ahead = 3_600_000;
    expect(await remedyOf()).toContain("This machine's clock is wrong by more than five minutes.");
  });

  test("finds a log that is not delivered, credentials that are missing, and no address", async () => {
    let creating = false;
    const one = await open({
      failChange: () => (creating ? { ErrorCode: "InternalError", ErrorMessage: "full" } : undefined),
    });
    await one.deploy();
    await one.eventConfig({ yes: true });
    const address = { Namespace: "vod_demo", FunctionName: "callback" };
    const { Triggers } = await one.call("scf", "ListTriggers", address);
    const [{ TriggerName, Type, Qualifier }] = Triggers;
    await one.call("scf", "DeleteTrigger", { ...address, TriggerName, Type, Qualifier });
    await one.call("scf", "DeleteFunction", address);
    await one.call("scf", "CreateFunction", {
      ...address,
      Runtime: "Nodejs20.19",
      Handler: "index.main_handler",
      Code: { ZipFile: zipFile("") },
      Environment: { Variables: [{ Key: "VOD_RECEIVER", Value: "1" }] },
    });
    while ((await one.function()).Status !== "Active");
    const { lines } = await one.doctor();
    const again = "  Deploy again: bash installer.sh";
    expect(lines).toEqual(
      bad(
        ...["- The function callback has neither a role nor keys, so it can't start a transcode.", again],
        "- The log of the function callback is not delivered to CLS.",
        "  Enable log delivery in the function's configuration in the SCF console.",
        "- Anyone who finds the address of the function callback can send it notifications: it has neither a path token nor a sign key.",
        `${again}; then: ./vod-receiver event-config --yes --replace`,
        ...["- The function callback has no address.", again],
        "- The function callback has no function to hand over to what it can't finish in time.",
        again,
      ).lines,
    );
    creating = true;
    await one.call("scf", "UpdateFunctionConfiguration", { ...address, MemorySize: 256 });
    while ((await one.function()).Status === "Updating");
    expect((await one.doctor()).lines[0]).toBe("- The function callback is UpdateFailed.");
  });

  test("finds that VOD keeps its events in a queue that nothing of ours works through", async () => {
    const { deploy, doctor, eventConfig } = await open();
    await deploy();
    await stage.call("vod", "ModifyEventConfig", { Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
    const { lines, failure } = await doctor();
    expect(lines).toEqual([
      "Events in VOD's queue about three minutes ago: 0.",
      "- VOD keeps its events in a queue (reliable callback), but no deployed function processes it.",
      "  Deploy reliable: MODE=reliable bash installer.sh; or let VOD send them: MODE=normal ./vod-receiver event-config --yes --replace",
      "Problems to fix: 1.",
    ]);
    expect(failure).toBe("exit code 1");
    expect((await eventConfig({ yes: true })).failure).toBe(
      WARNING.replace("another address", "the reliable callback"),
    );
  });

  test("an action that fails for an unknown reason is reported with its code", async () => {
    const { doctor } = await open({
      intercept: ({ action }) =>
        action === "DescribeEventConfig" ? new ApiError("FailedOperation.Strange", "strange") : undefined,
    });
    expect((await doctor()).lines).toContain(
      "- DescribeEventConfig failed with FailedOperation.Strange: strange",
    );
  });

  test("ends the command line with 1, and with 0 where all is well", async () => {
    const { deploy, eventConfig, env } = await open();
    expect(await runCommand(checkout, ["doctor"], env)).toMatchObject({
      code: 1,
      output: expect.stringContaining("Problems to fix: 2."),
    });
    await deploy();
    await eventConfig({ yes: true });
    expect(await runCommand(checkout, ["doctor"], env)).toEqual({ code: 0, output: "No problems found.\n" });
  });
});

describe("what later commands know of a deployment", () => {
  test("the application that it was deployed for is asked and set, without being named again", async () => {
    const { deploy, eventConfig } = await open({ subAppIdNeeded: () => true });
    await deploy({ SUBAPPID: "1500000001" });
    const { lines } = await eventConfig({ yes: true });
    expect(lines).toEqual(expect.arrayContaining(["Application: 1500000001", "VOD has the new settings:"]));
    expect(stage.calls.at(-2)).toMatchObject({
      action: "ModifyEventConfig",
      params: { SubAppId: 1500000001 },
      error: null,
    });
  });

  test("a sign key stays until the variable is set to nothing; only the deployment that sets it prints the notice", async () => {
    const { deploy } = await open();
    const notice = expect.stringMatching(/^The function now rejects unsigned notifications\./);
    expect((await deploy({ SIGN_KEY: "aSignKey" })).lines).toContainEqual(notice);
    expect((await deploy()).lines).not.toContainEqual(notice);
    expect(await stage.variables()).toHaveProperty("SIGN_KEY", "aSignKey");
    expect((await deploy({ SIGN_KEY: "" })).lines).not.toContainEqual(notice);
    expect(await stage.variables()).not.toHaveProperty("SIGN_KEY");
  });

  test("a function of others is not ours", async () => {
    const { eventConfig } = await open();
    await stage.call("scf", "CreateFunction", {
      FunctionName: "callback",
      Runtime: "Nodejs18.15",
      Handler: "index.main_handler",
      Code: { ZipFile: zipFile("") },
    });
    const { failure } = await eventConfig({ yes: true }, { NAMESPACE: "default" });
    expect(failure).toContain("default/callback is not deployed or has no address");
  });

  test("a role that is gone is found", async () => {
    const { deploy, eventConfig } = await open();
    await deploy();
    await eventConfig({ yes: true });
    const RoleName = ROLE;
    const { List } = await stage.call("cam", "ListAttachedRolePolicies", { RoleName, Page: 1, Rp: 10 });
    await stage.call("cam", "DetachRolePolicy", { PolicyId: List[0].PolicyId, DetachRoleName: RoleName });
    await stage.call("cam", "DeleteRole", { RoleName });
    expect((await stage.doctor()).lines).toContainEqual(
      `- The role ${RoleName} of the function callback does not exist.`,
    );
  });
});

test("a MODE that there is not is refused before anything is made", async () => {
  const { deploy, eventConfig } = await open();
  const refusal = 'MODE must be "normal" or "reliable" (got "pull").';
  expect((await deploy({ MODE: "pull" })).failure).toBe(refusal);
  expect((await eventConfig({}, { MODE: "pull" })).failure).toBe(refusal);
  expect(stage.calls).toEqual([]);
});
