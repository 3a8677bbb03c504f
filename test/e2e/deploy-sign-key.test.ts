import { ApiError, type Interception } from "../../local-cloud";
import { sign } from "../../scripts/cloud/sign";
import { Checkout } from "../helpers/checkout";
import { addressIn, DeployScenario, type Outcome } from "../helpers/deploy-scenario";

const checkout = new Checkout();
let stage: DeployScenario;
/** What the function answered to the notifications that VOD sent. */
let answers: string[];
/** What becomes of a call, before VOD sends a notification at that very moment. */
let intercept: (action: string) => Interception;
/** An event that costs no call. */
const EVENT = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["5285890784246869930"] } };

beforeEach(async () => {
  answers = [];
  intercept = () => undefined;
  stage = await DeployScenario.open(checkout, {
    // VOD's own patience, so that a slow machine is no failure.
    report(line) {
      const [, answer] = /^FileDeleted (.+)$/.exec(line) ?? [];
      if (answer !== undefined && !answer.startsWith("is not sent")) answers.push(answer);
    },
    async intercept({ service, action }) {
      if (/^(Modify|Update)/.test(action) && service !== "cam") await stage.cloud.notify(EVENT);
      return intercept(action);
    },
  });
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const signKey = (env = {}) => stage.eventConfig({ signKey: true, yes: true }, env);

/** Deploys, sets VOD, and has its notifications taken. */
async function install(env = {}): Promise<string> {
  await stage.call("vod", "ModifyEventConfig", { DeleteMediaCompleteEventSwitch: "ON" });
  const address = addressIn(await stage.deploy(env));
  await stage.eventConfig({ yes: true });
  answers = [];
  return address;
}

/** VOD sends another one, and none that it ever sent was refused. */
async function expectAllTaken(): Promise<void> {
  await stage.cloud.notify(EVENT);
  expect(answers).toEqual(answers.map(() => "was sent; the answer: 200."));
}

function keysOfCalls(): unknown[] {
  return stage.calls
    .filter(({ action }) => action === "ModifyEventConfig")
    .map(({ params }) => Object(params).SignKey)
    .filter((key) => key !== undefined);
}

test("doctor hints at requests that are refused for their signature, until one is let in", async () => {
  const address = await install({ SIGN_KEY: "theKey" });
  expect(await statusOf(address, {})).toBe(403);
  expect(await statusOf(address, sign("another", Date.now()))).toBe(403);
  expect(await stage.doctor()).toEqual({
    lines: [
      "- Requests rejected for their signature in the last day, with none accepted since: 2.",
      "  If VOD sent them: ./vod-receiver event-config --yes",
      "No other problems found.",
    ],
    failure: undefined,
  });
  expect(await statusOf(address, sign("theKey", Date.now()))).toBe(200);
  expect((await stage.doctor()).lines).toEqual(["No problems found."]);
  expect(await statusOf(address, {})).toBe(403);
  await stage.deploy();
  expect((await stage.doctor()).lines).toEqual(["No problems found."]);
});

async function statusOf(address: string, signature: object): Promise<number> {
  const body = JSON.stringify({ ...EVENT, ...signature });
  return (await fetch(address, { method: "POST", body })).status;
}

function expectPrintedNowhere(key: string | undefined): void {
  expect(key).toMatch(/^[A-Za-z0-9]{1,32}$/);
  expect(stage.output.join("\n")).not.toContain(key);
}

test("without --yes a rotation is only announced, and no deployment asks for a key that VOD has", async () => {
  const address = await install();
  stage.writes();
  expect(await stage.eventConfig({ signKey: true })).toEqual({
    lines: [
      expect.stringMatching(
        /^This would set a random key at VOD and in the function\. Nothing was changed\./,
      ),
    ],
    failure: undefined,
  });
  expect(stage.writes()).toEqual([]);
  await signKey();
  expect((await stage.deploy()).lines.join("\n")).not.toContain("Set the key at VOD too");
  expect((await stage.deploy({ SIGN_KEY: "another" })).lines.join("\n")).toContain("Set the key at VOD too");
  expect(await statusOf(address, sign("another", Date.now()))).toBe(200);
});

test("a key is replaced by one at random, and every notification meanwhile is taken", async () => {
  const address = await install({ SIGN_KEY: "theOldKey" });
  expect((await signKey()).failure).toBeUndefined();
  const { SIGN_KEY = "", SIGN_KEY_NEXT, SIGN_KEY_SINCE } = await stage.variables();
  expect(SIGN_KEY).toMatch(/^[A-Za-z][A-Za-z0-9]{31}$/);
  expect(SIGN_KEY_NEXT).toBe("theOldKey");
  expect(SIGN_KEY_SINCE).toMatch(/^\d{10}$/);
  expect(keysOfCalls().at(-1)).toBe(SIGN_KEY);
  // Two changes of the function and one of VOD, each with a notification before it.
  expect(answers).toHaveLength(3);
  await expectAllTaken();
  expect(await statusOf(address, sign("theOldKey", Date.now()))).toBe(200);
  expect(await statusOf(address, {})).toBe(403);
  expectPrintedNowhere(SIGN_KEY);
});

test("the old key goes by another run, once no signature with it can be valid any more", async () => {
  const address = await install({ SIGN_KEY: "theOldKey" });
  await signKey({ SIGN_KEY: "theNewKey" });
  stage.writes();
  stage.clock.advance(10 * 60_000);
  expect((await signKey()).lines).toEqual([
    "Notifications signed with the old key may still arrive. Run this again in 1 min.",
  ]);
  expect(stage.writes()).toEqual([]);
  stage.clock.advance(61_000);
  expect((await signKey()).lines[0]).toMatch(/^The old key is removed\./);
  expect(await stage.variables()).toMatchObject({ SIGN_KEY: "theNewKey" });
  expect(Object.keys(await stage.variables())).not.toContain("SIGN_KEY_NEXT");
  expect(Object.keys(await stage.variables())).not.toContain("SIGN_KEY_SINCE");
  expect(await statusOf(address, sign("theOldKey", Date.now()))).toBe(403);
  await expectAllTaken();
});

test("a first key is set at VOD before the function asks for it", async () => {
  const address = await install();
  stage.clock.sleeps.length = 0;
  expect((await signKey({ SIGN_KEY: "theFirstKey" })).lines).toEqual([
    "VOD signs with the new key.",
    "Waiting a minute for unsigned notifications that are still on their way.",
    "The function accepts only signed notifications.",
  ]);
  expect(stage.clock.sleeps).toContain(60_000);
  expect(await stage.variables()).toMatchObject({ SIGN_KEY: "theFirstKey" });
  await expectAllTaken();
  expect(await statusOf(address, {})).toBe(403);
  expectPrintedNowhere("theFirstKey");
});

test("a deployment in the middle keeps both keys", async () => {
  await install({ SIGN_KEY: "theOldKey" });
  await signKey();
  const before = await stage.variables();
  await stage.deploy({ DEFINITIONS: "20" });
  const changes = { DEFINITIONS: "20", CODE_DIGEST: "", CONFIG_DIGEST: "" };
  expect({ ...(await stage.variables()), CODE_DIGEST: "", CONFIG_DIGEST: "" }).toEqual({
    ...before,
    ...changes,
  });
  await expectAllTaken();
});

test("a key that is set to nothing goes, in the middle of a change the old one too", async () => {
  const address = await install({ SIGN_KEY: "theOldKey" });
  await signKey({ SIGN_KEY: "theNewKey" });
  await stage.deploy({ SIGN_KEY: "" });
  expect(Object.keys(await stage.variables())).not.toContainEqual(expect.stringMatching(/^SIGN_KEY/));
  expect(await statusOf(address, {})).toBe(200);
  await expectAllTaken();
});

test("a second key that is given stays where the first is set to nothing", async () => {
  await install({ SIGN_KEY: "theOldKey" });
  await stage.deploy({ SIGN_KEY: "", SIGN_KEY_NEXT: "theNextKey" });
  const { SIGN_KEY, SIGN_KEY_NEXT } = await stage.variables();
  expect([SIGN_KEY, SIGN_KEY_NEXT]).toEqual([undefined, "theNextKey"]);
});

describe("a change that was cut off goes on with the same key:", () => {
  /** Has one call of the change fail permanently. */
  const failAt = (wanted: string, count: number): void => {
    let calls = 0;
    intercept = (action) =>
      action === wanted && ++calls === count ? new ApiError("UnauthorizedOperation", "not now") : undefined;
  };

  test.each([
    ["ModifyEventConfig", 1],
    ["UpdateFunctionConfiguration", 2],
  ])("at %s, number %i", async (action, count) => {
    await install({ SIGN_KEY: "theOldKey" });
    failAt(action, count);
    expect((await signKey()).failure).toContain("UnauthorizedOperation");
    const { SIGN_KEY, SIGN_KEY_NEXT: begun = "" } = await stage.variables();
    expect([SIGN_KEY, begun]).toEqual(["theOldKey", expect.stringMatching(/^\w{32}$/)]);
    await expectAllTaken();
    intercept = () => undefined;
    expect((await signKey({ SIGN_KEY: "aThirdKey" })).failure).toContain(
      "A rotation to another key has begun",
    );
    expect((await signKey()).failure).toBeUndefined();
    expect(await stage.variables()).toMatchObject({ SIGN_KEY: begun, SIGN_KEY_NEXT: "theOldKey" });
    expect(keysOfCalls().at(-1)).toBe(begun);
    await expectAllTaken();
    expectPrintedNowhere(begun);
  });
});

describe("nothing is changed", () => {
  const nothing = async (outcome: Outcome, expected: string) => {
    expect(outcome.failure).toContain(expected);
    expect(stage.writes()).toEqual([]);
  };

  test("where VOD sends its events elsewhere", async () => {
    await stage.deploy();
    stage.writes();
    await nothing(await signKey(), "VOD does not send its events to this address.");
  });

  test("where the key is the one that is set, or is malformed", async () => {
    await install({ SIGN_KEY: "theOldKey" });
    stage.writes();
    await nothing(await signKey({ SIGN_KEY: "theOldKey" }), "SIGN_KEY is the current key.");
    await nothing(await signKey({ SIGN_KEY: "no key" }), "SIGN_KEY must be 1 to 32 letters and digits");
  });

  test("where the configuration says what the keys are", async () => {
    await install();
    stage.writes();
    checkout.write("config.local.json", { sign_keys: ["configured"] });
    await nothing(await signKey(), "The configuration has sign_keys");
    checkout.write("config.local.json", {});
  });
});
