import { FakeClock } from "../../helpers/clock";
import { CALLBACK, callerOf, codeOf, NAME, NAMESPACE, TestCloud } from "../../helpers/test-cloud";

const SOURCE = `exports.main_handler = async ({ fail, hang }) => {
  if (fail) throw new Error("no");
  if (hang) await new Promise(() => setInterval(() => {}, 1000));
  return "done";
};`;

let stage: TestCloud;
let clock: FakeClock;
let monitor: ReturnType<typeof callerOf>;
beforeAll(async () => {
  clock = new FakeClock(Date.now());
  stage = await TestCloud.open({ now: clock.now, rateLimits: false }, clock);
  monitor = callerOf(stage.cloud, "monitor");
  await stage.deploy(SOURCE, { Timeout: 3 });
  await stage.invoke();
  await stage.invoke();
  await stage.invoke({ fail: true });
  await stage.invoke({ hang: true });
  await stage.scf.PutReservedConcurrencyConfig({ ...CALLBACK, ReservedConcurrencyMem: 0 });
  await stage.invoke();
  await stage.scf.PutReservedConcurrencyConfig({ ...CALLBACK, ReservedConcurrencyMem: 1280 });
  // The next figures are of another minute.
  clock.advance(120_000);
  await Promise.all([stage.invoke(), stage.invoke({ fail: true })]);
});
afterAll(() => stage.cloud.close());

const dimension = (Name: string, Value: string) => ({ Name, Value });
const FUNCTION = [dimension("namespace", NAMESPACE), dimension("functionName", NAME)];
const ask = (MetricName: string, changes: object = {}) =>
  monitor("GetMonitorData", {
    ...{ Namespace: "QCE/SCF_V2", MetricName, Period: 60, Instances: [{ Dimensions: FUNCTION }] },
    ...{ StartTime: new Date(clock.startMs).toISOString(), ...changes },
  });

test.each([
  ["Invocation", [5, 2]],
  ["Error", [2, 1]],
  ["Throttle", [1, 0]],
  ["Http2xx", [2, 1]],
  ["Http432", [1, 0]],
  ["Http433", [1, 0]],
  ["Http434", [0, 0]],
  ["ConcurrentExecutions", [1, 2]],
])("%s has the function's figures by the minute", async (metric, values) => {
  const minute = Math.floor(clock.startMs / 60_000) * 60;
  const { Period, MetricName, DataPoints, Msg } = await ask(metric);
  expect({ Period, MetricName, Msg }).toEqual({ Period: 60, MetricName: metric, Msg: "" });
  const Timestamps = [minute, minute + 120];
  expect(DataPoints).toEqual([{ Dimensions: FUNCTION, Timestamps, Values: values }]);
});

test("Duration is the average of the requests that ran", async () => {
  const [{ Values }] = (await ask("Duration")).DataPoints;
  // One of four ran into its time limit of three seconds.
  expect(Values[0]).toBeGreaterThanOrEqual(750);
  expect(Values[0]).toBeLessThan(Values.length * 60_000);
});

test("figures are summed over the period that is asked for, and only within the times", async () => {
  const valuesOf = async (changes: object) => (await ask("Invocation", changes)).DataPoints[0].Values;
  const ofDays: number[] = await valuesOf({ Period: 86_400 });
  // Two days if the test runs at midnight.
  expect(ofDays.reduce((sum, value) => sum + value)).toBe(7);
  expect(await valuesOf({ EndTime: new Date(clock.startMs).toISOString() })).toEqual([5]);
  expect(await ask("Invocation", { StartTime: undefined, Period: undefined })).toMatchObject({
    Period: 300,
    StartTime: expect.stringMatching(/T00:00:00\+08:00$/),
  });
});

test.each([
  [[2], [...FUNCTION, dimension("version", "$latest")]],
  [[2], [...FUNCTION, dimension("alias", "$DEFAULT")]],
  [[], [...FUNCTION, dimension("version", "1")]],
  [[], [dimension("functionName", NAME)]],
])("%j is what the dimensions lead to: %j", async (values, Dimensions) => {
  const changes = { StartTime: new Date(clock.startMs + 60_000).toISOString() };
  expect((await ask("Invocation", { ...changes, Instances: [{ Dimensions }] })).DataPoints).toMatchObject([
    { Values: values },
  ]);
});

test.each([
  ["InvalidParameterValue", { Namespace: "QCE/CVM" }],
  ["InvalidParameterValue", { MetricName: "CPUUsage" }],
  ["InvalidParameterValue", { Period: 10 }],
  ["InvalidParameterValue", { StartTime: "yesterday" }],
  ["InvalidParameterValue", { StartTime: "2018-09-22T19:51:23+08:00" }],
  ["InvalidParameterValue", { EndTime: "2018-09-22T19:51:23+08:00" }],
  ["InvalidParameterValue", { Instances: [{ Dimensions: [dimension("namespace", NAMESPACE)] }] }],
  ["InvalidParameterValue", { Instances: [{ Dimensions: [...FUNCTION, dimension("appid", "1")] }] }],
  ["InvalidParameterValue", { Instances: Array(51).fill({ Dimensions: FUNCTION }) }],
  ["MissingParameter", { Instances: [{}] }],
  ["UnsupportedOperation", { SpecifyStatistics: 1 }],
])("a request is refused with %s, case %#", async (code, changes) => {
  expect(await codeOf(ask("Invocation", changes))).toBe(code);
});
