import { systemClock } from "../../lib/clock";
import { readTarget } from "../../scripts/cloud/target";
import { openReplayContext } from "../../scripts/replay/replay-context";
import { Checkout } from "../helpers/checkout";
import { addressIn, answers, DeployScenario } from "../helpers/deploy-scenario";

const checkout = new Checkout();
let stage: DeployScenario;
/** The address of the installation that nobody names. */
let production: string;
beforeEach(async () => {
  stage = await DeployScenario.open(checkout);
  production = addressIn(await stage.deploy({ SUBAPPID: "1500000001", DEFINITIONS: "20" }));
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const STAGING = { FUNCTION: "staging" };

async function functionNames(): Promise<string[]> {
  const { Functions } = await stage.call("scf", "ListFunctions", { Namespace: "vod_demo" });
  return Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName).sort();
}

describe("of two installations in one namespace", () => {
  test("remove takes the one that FUNCTION names, and says which functions stay", async () => {
    await stage.deploy(STAGING);
    await stage.deploy({ ...STAGING, MODE: "reliable" });
    expect((await stage.remove(STAGING)).lines).toEqual([
      "Removed the function vod_demo/staging.",
      "Removed the function vod_demo/staging-reliable.",
      "Removed the function vod_demo/staging-retry.",
      "Not removed, because they belong to other installations than FUNCTION=staging: callback, retry.",
      "Removed the role of the functions.",
    ]);
    expect(await functionNames()).toEqual(["callback", "retry"]);
    expect(await answers(production)).toBe(true);
    expect((await stage.remove()).lines).toContain("Removed the namespace vod_demo.");
  });

  test("remove of one that is not there touches no other", async () => {
    stage.writes();
    expect((await stage.remove(STAGING)).lines).toEqual([
      "Nothing is deployed with FUNCTION=staging in the namespace vod_demo of ap-guangzhou.",
      "Not removed, because they belong to other installations than FUNCTION=staging: callback, retry.",
    ]);
    expect(stage.writes()).toEqual([]);
  });

  test("info prints the one that FUNCTION names", async () => {
    const address = addressIn(await stage.deploy(STAGING));
    const named = (await stage.info(STAGING)).lines.filter((line) => line.startsWith("vod_demo/"));
    expect(named).toEqual(["vod_demo/staging-retry", "vod_demo/staging"]);
    expect((await stage.info(STAGING)).lines.at(-1)).toBe(`  Service address: ${address}`);
    expect((await stage.info()).lines.at(-1)).toBe(`  Service address: ${production}`);
  });

  test("logs prints the lines of the one that FUNCTION names", async () => {
    await stage.deploy(STAGING);
    let lines = (await stage.logs(STAGING)).lines;
    while (!lines.some((line) => line.includes("Self-test"))) lines = (await stage.logs(STAGING)).lines;
    expect(lines.filter((line) => / (callback|retry) /.test(line))).toEqual([]);
  });

  test("event-config goes to the application that its function was deployed for", async () => {
    checkout.write("config.local.json", { subappid: 1500000001 });
    await stage.deploy({ ...STAGING, SUBAPPID: "1500000002" });
    expect((await stage.eventConfig({}, STAGING)).lines[0]).toBe("Application: 1500000002");
    expect((await stage.eventConfig()).lines[0]).toBe("Application: 1500000001");
    checkout.write("config.local.json", {});
  });

  test("replay and reconcile read the log of the one that FUNCTION names, and do as it does", async () => {
    await stage.deploy({ ...STAGING, SUBAPPID: "1500000002", DEFINITIONS: "30,40" });
    const contextOf = async (changes: object) => {
      const { functions, config } = await openReplayContext(
        readTarget({ ...stage.env, ...changes }),
        systemClock,
      );
      const names = functions.map(({ name }) => name.name);
      return { names, subAppId: config.subAppId, definitions: config.work?.definitions };
    };
    expect(await contextOf({})).toEqual({
      names: ["callback", "retry"],
      subAppId: 1500000001,
      definitions: [20],
    });
    const staging = { names: ["staging", "staging-retry"], subAppId: 1500000002, definitions: [30, 40] };
    expect(await contextOf(STAGING)).toEqual(staging);
    expect(await contextOf({ ...STAGING, DEFINITIONS: "50" })).toEqual({ ...staging, definitions: [50] });
  });
});

test("where callback and reliable were deployed for different applications, nothing is guessed", async () => {
  await stage.deploy({ MODE: "reliable", SUBAPPID: "1500000002", DEFINITIONS: "20" });
  stage.writes();
  const failure =
    "The functions were deployed with different values of SUBAPPID (callback: 1500000001, reliable: 1500000002). Set SUBAPPID to the right one and run this again.";
  const toReliable = { MODE: "reliable" };
  expect((await stage.eventConfig({ yes: true }, toReliable)).failure).toBe(failure);
  expect((await stage.doctor()).failure).toBe(failure);
  expect(stage.writes()).toEqual([]);
  const meant = await stage.eventConfig({}, { ...toReliable, SUBAPPID: "1500000002" });
  expect(meant.lines).toContain("Application: 1500000002");
});

test.each([
  ["is not JSON", "{"],
  ["has an unknown key", { colour: "red" }],
])("info and logs work while config.local.json %s", async (_what, content) => {
  checkout.write("config.local.json", content);
  try {
    expect((await stage.info()).lines.at(-1)).toBe(`  Service address: ${production}`);
    expect((await stage.logs()).failure).toBeUndefined();
  } finally {
    checkout.write("config.local.json", {});
  }
});
