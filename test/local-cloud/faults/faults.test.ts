import type { Interception } from "../../../local-cloud";
import type { FaultRules } from "../../../local-cloud/faults/fault-rules";
import { Faults } from "../../../local-cloud/faults/faults";
import { FakeClock } from "../../helpers/clock";

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

function faultsOf(rules: FaultRules): Faults {
  const faults = new Faults({ now: clock.now, schedule: clock.schedule });
  faults.replace(rules);
  return faults;
}

const nameOf = (fate: Interception) => (typeof fate === "object" ? fate.code : (fate ?? "performed"));

/** What becomes of so many calls of an action. */
async function fates(faults: Faults, count: number, action = "ProcessMedia", params: object = {}) {
  const names: string[] = [];
  for (let call = 0; call < count; call++) {
    names.push(nameOf(await faults.intercept({ service: "vod", action, params, secretId: "AKID" })));
  }
  return names;
}

test("no rules, no faults", async () => {
  expect(new Set(await fates(faultsOf({}), 100))).toEqual(new Set(["performed"]));
});

test("a share of the calls of one action fails, in the ways that the rules name", async () => {
  const share = 0.2;
  const faults = faultsOf({
    calls: [
      { service: "vod", action: "ProcessMedia", share, error: "InternalError", message: "Busy." },
      { action: "ProcessMedia", share, cut: "before" },
      { action: "ProcessMedia", share, cut: "after" },
      { service: "scf", error: "InternalError" },
    ],
  });
  const names = await fates(faults, 1000);
  const counts = ["InternalError", "cut before", "cut after"].map(
    (name) => names.filter((one) => one === name).length,
  );
  // The first rule that hits counts: 0.2, 0.2 · 0.8 and 0.2 · 0.8².
  for (const [index, expected] of [200, 160, 128].entries()) {
    expect(Math.abs((counts[index] ?? 0) - expected)).toBeLessThan(50);
  }
  expect(faults.failedCalls).toBe(counts.reduce((sum, count) => sum + count, 0));
  expect(new Set(await fates(faults, 100, "PullEvents"))).toEqual(new Set(["performed"]));
});

test("the same seed hits the same calls, whatever other actions are called in between; another hits others", async () => {
  const rules = (seed: number): FaultRules => ({
    seed,
    calls: [
      { share: 0.1, cut: "before" },
      { share: 0.1, error: "InternalError" },
    ],
  });
  const faults = faultsOf(rules(7));
  const alone = await fates(faults, 200);
  faults.replace(rules(7));
  const mixed: string[] = [];
  for (let call = 0; call < 200; call++) {
    await fates(faults, call % 3, "PullEvents");
    mixed.push(...(await fates(faults, 1)));
  }
  expect(mixed).toEqual(alone);
  faults.replace(rules(8));
  expect(await fates(faults, 200)).not.toEqual(alone);
});

test("a value that is hit stays so for a while, and the others never are", async () => {
  const faults = faultsOf({
    calls: [{ action: "ProcessMedia", by: "FileId", share: 0.5, lastsMs: 1000, cut: "before" }],
  });
  const ids = Array.from({ length: 50 }, (_, index) => ({ FileId: String(index) }));
  const round = () =>
    Promise.all(ids.map(async (params) => (await fates(faults, 1, "ProcessMedia", params))[0]));
  const first = await round();
  expect(new Set(first)).toEqual(new Set(["cut before", "performed"]));
  clock.advance(999);
  expect(await round()).toEqual(first);
  clock.advance(1);
  expect(new Set(await round())).toEqual(new Set(["performed"]));
});

test("calls of an action beyond so many in a second are throttled", async () => {
  const faults = faultsOf({ calls: [{ service: "vod", maxPerSecond: 3 }] });
  clock.advance(1000 - (clock.now() % 1000));
  const refused = ["performed", "performed", "performed", "RequestLimitExceeded"];
  expect(await fates(faults, 4)).toEqual(refused);
  expect(await fates(faults, 4, "PullEvents")).toEqual(refused);
  clock.advance(1000);
  expect(await fates(faults, 4)).toEqual(refused);
});

test("latencies add up, and a failure comes after them", async () => {
  const faults = faultsOf({
    calls: [{ latencyMs: 100 }, { error: "InternalError" }, { latencyMs: [50, 60] }],
  });
  let result: string[] | undefined;
  const call = fates(faults, 1).then((names) => {
    result = names;
  });
  clock.advance(149);
  await Promise.resolve();
  expect(result).toBeUndefined();
  clock.advance(11);
  await call;
  expect(result).toEqual(["InternalError"]);
});

test("the instances of a share of a function's requests are killed, unless the request has ended", () => {
  const faults = faultsOf({ instances: [{ function: "callback", share: 0.3, afterMs: [0, 100] }] });
  let killed = 0;
  const begin = (name: string) => faults.disturb({ namespace: "default", name }, () => killed++);
  const settles = Array.from({ length: 200 }, () => begin("callback"));
  for (let request = 0; request < 200; request++) begin("retry");
  clock.advance(50);
  const soon = killed;
  expect(soon).toBeGreaterThan(10);
  for (const settle of settles.slice(0, 100)) settle();
  clock.advance(50);
  expect(killed).toBeGreaterThan(soon);
  expect(killed).toBeLessThan(80);
});
