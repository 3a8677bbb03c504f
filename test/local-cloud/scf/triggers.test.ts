import { FakeClock } from "../../helpers/clock";
import { CALLBACK, codeOf, TestCloud, zipFile } from "../../helpers/test-cloud";

const ANSWER = "exports.main_handler = async (event) => ({ statusCode: 200, body: event.path });";
const URL_TRIGGER = { ...CALLBACK, TriggerName: "url", Type: "http", Qualifier: "$DEFAULT" };
const OPEN = { AuthType: "NONE", NetConfig: { EnableIntranet: false, EnableExtranet: true } };
const TIMER = { ...CALLBACK, TriggerName: "every-minute", Type: "timer" };

let clock: FakeClock;
let stage: TestCloud;
beforeEach(async () => {
  clock = new FakeClock(Date.now());
  stage = await TestCloud.open({ now: clock.now }, clock);
  await stage.deploy(ANSWER);
});
afterEach(() => stage.cloud.close());

const createUrl = (description: object = OPEN, Enable = "OPEN") =>
  stage.scf.CreateTrigger({ ...URL_TRIGGER, Enable, TriggerDesc: JSON.stringify(description) });

/** What ListTriggers says of the one trigger's TriggerDesc. */
async function description(): Promise<{ AuthType: string; NetConfig: { ExtranetUrl: string } }> {
  const { Triggers = [] } = await stage.scf.ListTriggers(CALLBACK);
  expect(Triggers).toHaveLength(1);
  return JSON.parse(Triggers[0]?.TriggerDesc ?? "");
}

const urlOf = async () => (await description()).NetConfig.ExtranetUrl;

describe("a function URL", () => {
  test("has the same form in CreateTrigger, ListTriggers and GetFunction, and answers", async () => {
    const { TriggerInfo } = await createUrl();
    expect(TriggerInfo).toMatchObject({
      TriggerName: "url",
      Type: "http",
      Qualifier: "$DEFAULT",
      Enable: 1,
      AvailableStatus: "Available",
      BindStatus: "on",
    });
    const { TotalCount, Triggers } = await stage.scf.ListTriggers(CALLBACK);
    expect([TotalCount, Triggers]).toEqual([1, [TriggerInfo]]);
    expect((await stage.scf.GetFunction(CALLBACK)).Triggers).toEqual([TriggerInfo]);
    expect(JSON.parse(TriggerInfo?.TriggerDesc ?? "")).toEqual({
      AuthType: "NONE",
      NetConfig: {
        EnableIntranet: false,
        IntranetUrl: "",
        IntranetHTTPUrl: "",
        ExtranetUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        ExtranetHTTPUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        WssIntranetUrl: "",
        WsIntranetUrl: "",
        WssExtranetUrl: "",
        WsExtranetUrl: "",
        EnableExtranet: true,
      },
    });
    const response = await fetch(`${await urlOf()}/some/path`, { method: "POST", body: "{}" });
    expect([response.status, await response.text()]).toEqual([200, "/some/path"]);
  });

  test("stays the same through updates of the code and switches, until the trigger is deleted", async () => {
    await createUrl();
    const url = await urlOf();
    await stage.scf.UpdateFunctionCode({
      ...CALLBACK,
      ZipFile: zipFile(ANSWER.replace("event.path", "'new'")),
    });
    await stage.settled();
    expect(await (await fetch(url)).text()).toBe("new");
    const closed = { AuthType: "NONE", NetConfig: { EnableExtranet: false } };
    await stage.scf.UpdateTrigger({ ...URL_TRIGGER, TriggerDesc: JSON.stringify(closed) });
    expect(await urlOf()).toBe("");
    expect((await fetch(url)).status).toBe(404);
    await stage.scf.UpdateTrigger({ ...URL_TRIGGER, TriggerDesc: JSON.stringify(OPEN) });
    expect(await urlOf()).toBe(url);
    await stage.scf.DeleteTrigger(URL_TRIGGER);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect((await stage.scf.ListTriggers(CALLBACK)).TotalCount).toBe(0);
  });

  test("is not on the public network by default", async () => {
    await createUrl({ AuthType: "NONE" });
    expect(await description()).toMatchObject({ NetConfig: { EnableExtranet: false, ExtranetUrl: "" } });
  });

  test("refuses requests that are not signed, where it is for CAM", async () => {
    await createUrl({ ...OPEN, AuthType: "CAM" });
    expect((await fetch(await urlOf())).status).toBe(401);
  });

  test("answers nothing while it is closed, which is the default", async () => {
    const { TriggerInfo } = await stage.scf.CreateTrigger({
      ...URL_TRIGGER,
      TriggerDesc: JSON.stringify(OPEN),
    });
    expect(TriggerInfo?.Enable).toBe(0);
    expect((await fetch(await urlOf())).status).toBe(403);
    await stage.scf.UpdateTrigger({ ...URL_TRIGGER, Enable: "OPEN" });
    expect((await fetch(await urlOf())).status).toBe(200);
  });

  test("goes with its function", async () => {
    await createUrl();
    const url = await urlOf();
    await stage.scf.DeleteFunction(CALLBACK);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  test.each([
    ["no JSON", "NONE"],
    ["no AuthType", "{}"],
    ["another AuthType", '{"AuthType":"none"}'],
    ["switches that are no booleans", '{"AuthType":"NONE","NetConfig":{"EnableExtranet":"true"}}'],
    ["what it does not know", '{"AuthType":"NONE","Cors":{}}'],
  ])("is refused with %s", async (_, TriggerDesc) => {
    expect(await codeOf(stage.scf.CreateTrigger({ ...URL_TRIGGER, TriggerDesc }))).toBe(
      "InvalidParameterValue.TriggerDesc",
    );
    expect((await stage.scf.ListTriggers(CALLBACK)).TotalCount).toBe(0);
  });
});

test("a trigger's name and a version's URL are there once", async () => {
  await createUrl();
  expect(await codeOf(createUrl())).toBe("ResourceInUse.TriggerName");
  const other = { ...URL_TRIGGER, TriggerName: "other", TriggerDesc: JSON.stringify(OPEN) };
  expect(await codeOf(stage.scf.CreateTrigger(other))).toBe("ResourceInUse.Trigger");
});

test("a trigger is found by its name, its type and its version", async () => {
  await createUrl();
  for (const wrong of [{ TriggerName: "other" }, { Type: "timer" }, { Qualifier: "$LATEST" }]) {
    const trigger = { ...URL_TRIGGER, ...wrong };
    expect(await codeOf(stage.scf.DeleteTrigger(trigger))).toBe("ResourceNotFound.Trigger");
    expect(await codeOf(stage.scf.UpdateTrigger(trigger))).toBe("ResourceNotFound.Trigger");
  }
});

test.each([
  ["UnsupportedOperation.Trigger", { Type: "apigw" }],
  ["UnsupportedOperation.Trigger", { Type: "cos" }],
  ["InvalidParameterValue.Type", { Type: "mail" }],
  ["InvalidParameterValue.TriggerName", { TriggerName: "a name" }],
  ["InvalidParameterValue.Enable", { Enable: "ON" }],
  ["InvalidParameterValue.CustomArgument", { CustomArgument: "x".repeat(4097) }],
  ["InvalidParameterValue.TriggerDesc", { TriggerDesc: "every minute" }],
  ["ResourceNotFound.Qualifier", { Qualifier: "live" }],
])("a creation is refused by %s: %j", async (code, changes) => {
  const trigger = { ...TIMER, TriggerDesc: "0 * * * * * *", ...changes };
  expect(await codeOf(stage.scf.CreateTrigger(trigger))).toBe(code);
});

describe("a timer", () => {
  const SHOW =
    "exports.main_handler = async (event) => console.log(JSON.stringify({ ...event, by: process.env.TRIGGER_SRC }));";

  test("fires with the documented event, again and again", async () => {
    await stage.scf.UpdateFunctionCode({ ...CALLBACK, ZipFile: zipFile(SHOW) });
    await stage.settled();
    const everyMinute = { ...TIMER, Enable: "OPEN", TriggerDesc: "0 * * * * * *", CustomArgument: "drain" };
    await stage.scf.CreateTrigger(everyMinute);
    const { Triggers = [] } = await stage.scf.ListTriggers(CALLBACK);
    expect(Triggers).toMatchObject([{ TriggerDesc: '{"cron":"0 * * * * * *"}', CustomArgument: "drain" }]);
    for (const minute of [1, 2]) {
      clock.next();
      const time = new Date((Math.floor(clock.startMs / 60_000) + minute) * 60_000).toISOString();
      const Time = time.replace(".000Z", "Z");
      expect(JSON.parse(await stage.line(new RegExp(Time)))).toEqual({
        ...{ Type: "Timer", TriggerName: "every-minute", Time, Message: "drain" },
        by: "timer",
      });
      expect(clock.waiting).toHaveLength(1);
    }
  });

  test("does not fire while it is closed, nor after it was deleted", async () => {
    await stage.scf.CreateTrigger({ ...TIMER, Enable: "CLOSE", TriggerDesc: "0 * * * * * *" });
    expect(clock.waiting).toEqual([]);
    await stage.scf.UpdateTrigger({ ...TIMER, Enable: "OPEN" });
    expect(clock.waiting).toHaveLength(1);
    await stage.scf.UpdateTrigger({ ...TIMER, TriggerDesc: "30 * * * * * *" });
    expect(clock.waiting).toHaveLength(1);
    await stage.scf.DeleteTrigger(TIMER);
    expect(clock.waiting).toEqual([]);
  });
});

test("ListTriggers judges its filters the same with and without triggers", async () => {
  const list = (Name: string, value: string) =>
    stage.scf.ListTriggers({ ...CALLBACK, Filters: [{ Name, Values: [value] }] });
  const judge = async () => [
    await codeOf(list("Type", "http")),
    await codeOf(list("Qualifier", "$DEFAULT")),
    await codeOf(list("Kind", "http")),
  ];
  const judged = ["no error", "no error", "InvalidParameterValue.Filters"];
  expect(await judge()).toEqual(judged);
  await createUrl();
  expect(await judge()).toEqual(judged);
  expect((await list("Type", "http")).TotalCount).toBe(1);
  expect((await list("Type", "timer")).TotalCount).toBe(0);
});
