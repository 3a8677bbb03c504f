import { Checkout } from "../helpers/checkout";
import { DeployScenario } from "../helpers/deploy-scenario";
import { onTerminal } from "../helpers/terminal";

const URL = "http://203.0.113.7:8080/aTokenOfMyOwnServer";
const OTHER = "https://production.example.com/";
const OFF = { DeleteMediaCompleteEventSwitch: "OFF", PersistenceCompleteEventSwitch: "OFF" };

const checkout = new Checkout();
let stage: DeployScenario;
beforeEach(async () => {
  stage = await DeployScenario.open(checkout);
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const settings = () => stage.call("vod", "DescribeEventConfig");
const set = (changes: object) => stage.call("vod", "ModifyEventConfig", changes);

describe("without a deployed function, event-config", () => {
  test.each([
    [{ url: URL }, {}],
    [{}, { ADDRESS: URL }],
    [{ url: URL, mode: "push" }, { ADDRESS: "http://not.this.one/" }],
  ])("sets the address of one's own server: %j, %j", async (options, env) => {
    expect((await stage.eventConfig(options, env)).lines).toEqual([
      "Application: the default one (no SUBAPPID)",
      "Mode: PUSH",
      `NotificationUrl: (not set) -> ${URL}`,
      "UploadMediaCompleteEventSwitch: OFF -> ON",
      "Nothing was changed. To apply this: the same command with --yes",
    ]);
    expect(stage.writes()).toEqual([]);
    expect((await stage.eventConfig({ ...options, yes: true }, env)).lines.slice(-7)).toEqual([
      "VOD has the new settings:",
      "Mode: PUSH",
      `NotificationUrl: ${URL}`,
      "UploadMediaCompleteEventSwitch: ON",
      "DeleteMediaCompleteEventSwitch: OFF",
      "PersistenceCompleteEventSwitch: OFF",
      "Receive them: ./vod-receiver serve",
    ]);
    const upload = { UploadMediaCompleteEventSwitch: "ON" };
    expect(await settings()).toMatchObject({ Mode: "PUSH", NotificationUrl: URL, ...upload, ...OFF });
  });

  test.each([
    [{ SIGN_KEY: "aSignKey" }, []],
    [{ SIGN_KEY: "aSignKey" }, ["anotherKey"]],
    [{}, ["aSignKey", "anotherKey"]],
  ])("gives VOD the key of one's own server: %j, sign_keys %j", async (env, sign_keys) => {
    checkout.write("config.local.json", { sign_keys });
    await stage.eventConfig({ url: URL, yes: true }, env);
    checkout.write("config.local.json", {});
    const { params } = stage.calls.filter(({ action }) => action === "ModifyEventConfig").at(-1) ?? {};
    expect(params).toMatchObject({ SignKey: "aSignKey" });
  });

  test("lets VOD keep the events for pull, and goes back to the address", async () => {
    await stage.eventConfig({ url: URL, yes: true });
    const { lines } = await stage.eventConfig({ mode: "pull", yes: true }, { ADDRESS: URL });
    expect(lines.at(-1)).toBe("Process the events: ./vod-receiver pull");
    expect(await settings()).toMatchObject({ Mode: "PULL", NotificationUrl: URL });
    expect((await stage.eventConfig({ mode: "push", yes: true })).failure).toContain("the reliable callback");
    await stage.eventConfig({ mode: "push", yes: true, replace: true });
    expect(await settings()).toMatchObject({ Mode: "PUSH", NotificationUrl: URL });
  });

  test("switches on all events with --all, and the events off with --clear", async () => {
    await stage.eventConfig({ url: URL, yes: true, all: true });
    expect(await settings()).toMatchObject({
      DeleteMediaCompleteEventSwitch: "ON",
      PersistenceCompleteEventSwitch: "ON",
    });
    const { lines } = await stage.eventConfig({ clear: true, yes: true }, { ADDRESS: URL });
    expect(lines.at(-1)).toBe(
      "VOD sends its events nowhere. To receive them again: ./vod-receiver event-config",
    );
    const cleared = { Mode: "PUSH", NotificationUrl: "", UploadMediaCompleteEventSwitch: "OFF", ...OFF };
    expect(await settings()).toMatchObject(cleared);
  });

  test.each([
    ["yes", URL, "Receive them: ./vod-receiver serve"],
    ["no", "", "Nothing was changed. To apply this: the same command with --yes"],
    ["", "", "Nothing was changed. To apply this: the same command with --yes"],
  ])("prompts on a terminal, and goes by the answer %j", async (answer, address, line) => {
    const { result, questions } = await onTerminal([answer], () => stage.eventConfig({ url: URL }));
    expect(questions).toEqual(["Apply this? (yes/no) "]);
    expect(result.lines.at(-1)).toBe(line);
    expect(await settings()).toMatchObject({ NotificationUrl: address });
  });

  test("lets no answer to a prompt replace another service's address", async () => {
    await set({ NotificationUrl: OTHER });
    const { result, questions } = await onTerminal([], () => stage.eventConfig({ url: URL }));
    expect({ questions, last: result.lines.at(-1) }).toEqual({
      questions: [],
      last: "Nothing was changed. To apply this: the same command with --yes --replace",
    });
    await onTerminal(["yes"], () => stage.eventConfig({ url: URL, replace: true }));
    expect(await settings()).toMatchObject({ NotificationUrl: URL });
  });

  test("reports what VOD did not take", async () => {
    await stage.cloud.close();
    let isSet = false;
    const intercept = async ({ action }: { readonly action: string }) => {
      if (action === "DescribeEventConfig" && isSet) await set({ UploadMediaCompleteEventSwitch: "OFF" });
      isSet ||= action === "ModifyEventConfig";
      return undefined;
    };
    stage = await DeployScenario.open(checkout, { intercept });
    expect((await stage.eventConfig({ url: URL, yes: true })).failure).toBe(
      "VOD did not take UploadMediaCompleteEventSwitch. Set that in the VOD console, under Event Notification.",
    );
  });

  test.each([[{ url: URL }], [{ mode: "pull" }], [{ clear: true }]])(
    "leaves another service its events, except with --replace: %j",
    async (options) => {
      await set({ NotificationUrl: OTHER });
      stage.writes();
      expect((await stage.eventConfig({ ...options, yes: true })).failure).toContain(
        "VOD is already set to another address. A production service may depend on it",
      );
      expect(stage.writes()).toEqual([]);
      expect((await stage.eventConfig({ ...options, yes: true, replace: true })).failure).toBeUndefined();
    },
  );

  test.each([
    [{ mode: "both" }, /^--mode must be "push" or "pull"/],
    [{ mode: "push", yes: true }, /^VOD has no address to send events to/],
  ])("refuses what can't be meant, and changes nothing: %j", async (options, message) => {
    expect((await stage.eventConfig(options)).failure).toMatch(message);
    expect(stage.writes()).toEqual([]);
  });
});

describe("remove", () => {
  test("clears VOD's settings if they name what is removed", async () => {
    await stage.deploy();
    await stage.eventConfig({ yes: true });
    expect((await stage.remove()).lines).toContain(
      "VOD's callback settings are cleared: it sends its events nowhere.",
    );
    expect(await settings()).toMatchObject({ NotificationUrl: "", UploadMediaCompleteEventSwitch: "OFF" });
  });

  test.each([
    ["PUSH", ["yes", "yes"], ""],
    ["PUSH", ["yes", "no"], expect.stringMatching(/^http/)],
    ["PULL", ["yes", "yes"], ""],
  ])("prompts whether to clear them too, with %s and %j", async (Mode, answers, NotificationUrl) => {
    await stage.deploy();
    await stage.deploy({ MODE: "reliable" });
    await stage.eventConfig({ yes: true }, { MODE: "normal" });
    await set({ Mode });
    const { questions } = await onTerminal(answers, () => stage.remove({}, { yes: false }));
    const where = Mode === "PULL" ? "keeps its events in its queue" : "sends its events to this address";
    expect(questions.slice(1)).toEqual([`VOD ${where}. Clear its callback settings too? (yes/no) `]);
    expect(await settings()).toMatchObject({ Mode: "PUSH", NotificationUrl });
    expect((await stage.info()).lines.join()).toContain("Nothing is deployed");
  });

  test("leaves the settings of another service, and the queue", async () => {
    await stage.deploy();
    await set({ NotificationUrl: OTHER });
    await stage.remove();
    expect(await settings()).toMatchObject({ NotificationUrl: OTHER });
    await stage.deploy({ MODE: "reliable" });
    await set({ Mode: "PULL" });
    expect((await stage.remove()).lines).toContain(
      "VOD keeps its events in its queue. To change that: ./vod-receiver event-config --clear --yes --replace",
    );
    expect(await settings()).toMatchObject({ Mode: "PULL" });
  });

  test("removes everything also if VOD's settings can't be read", async () => {
    await stage.deploy();
    stage.cloud.faults.replace({
      calls: [{ action: "DescribeEventConfig", error: "UnauthorizedOperation" }],
    });
    const { lines, failure } = await stage.remove();
    expect(failure).toBeUndefined();
    expect(lines).toContainEqual(
      expect.stringMatching(/^VOD's callback settings were not changed\. Describe/),
    );
    expect(lines).toContain("Removed the namespace vod_demo.");
  });
});
