import { EventEmitter, once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";

import type { LocalCloudOptions } from "../../../local-cloud";
import { FakeClock } from "../../helpers/clock";
import { CALLBACK, codeOf, NAME, NAMESPACE, TestCloud } from "../../helpers/test-cloud";

let stage: TestCloud;
const open = async (source: string, options?: LocalCloudOptions, clock?: FakeClock) => {
  stage = await TestCloud.open(options, clock);
  await stage.deploy(source);
};
afterEach(() => stage.cloud.close());

describe("a synchronous invocation", () => {
  test("gives the result, the numbers and, if asked, the log's end", async () => {
    await open("exports.main_handler = async (event) => { console.log('é'.repeat(3000)); return event; };");
    const silent = await stage.invoke({ a: 1 });
    expect(silent).toMatchObject({
      RetMsg: '{"a":1}',
      ErrMsg: "",
      Log: "",
      InvokeResult: 0,
      FunctionRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(silent.MemUsage).toBeGreaterThan(1024 * 1024);
    const { Log = "", FunctionRequestId } = await stage.invoke({ a: 1 }, { LogType: "Tail" });
    expect(Buffer.byteLength(Log)).toBeLessThanOrEqual(4096);
    expect(Log).toMatch(new RegExp(`^é+\\n.*\\nEND RequestId:${FunctionRequestId}\\nReport .*\\n$`));
  });

  test("reports an exception, and other failures", async () => {
    await open(
      "exports.main_handler = async ({ exit }) => { if (exit) process.exit(); throw new Error('boom'); };",
    );
    expect(await stage.invoke()).toMatchObject({
      ErrMsg: "boom",
      InvokeResult: 1,
      RetMsg: expect.stringContaining('"errorCode":1'),
    });
    expect(await stage.invoke({ exit: true })).toMatchObject({ InvokeResult: -1 });
  });

  test("is refused where it makes no sense", async () => {
    await open("exports.main_handler = async () => 1;");
    expect(await codeOf(stage.scf.Invoke({ ...CALLBACK, ClientContext: "{" }))).toBe(
      "InvalidParameterValue.Param",
    );
    expect(await codeOf(stage.invoke({}, { InvocationType: "Later" }))).toBe("InvalidParameterValue.Param");
    expect(await codeOf(stage.invoke({}, { FunctionName: "other" }))).toBe("ResourceNotFound.Function");
    expect(await codeOf(stage.invoke("x".repeat(6 * 1024 * 1024)))).toBe("InvalidParameter.RequestTooLarge");
  });
});

describe("an asynchronous invocation", () => {
  const FAILING = "exports.main_handler = async (event) => { console.log('tried'); throw new Error('no'); };";
  let clock: FakeClock;
  let tries: EventEmitter;
  let retryNums: number[];
  const openFailing = async () => {
    clock = new FakeClock(Date.now());
    tries = new EventEmitter();
    retryNums = [];
    await open(FAILING, { now: clock.now }, clock);
    stage.cloud.functions.onLog(({ text, retryNum }) => {
      if (text === "tried") retryNums.push(retryNum);
      if (text.startsWith("Report ")) tries.emit("one");
    });
  };
  /** Resolves when a try has ended, and what it leads to is decided. */
  const tried = async (act: () => unknown) => {
    const ended = once(tries, "one");
    await act();
    await ended;
    await turn();
  };
  const submit = () => stage.invoke({}, { InvocationType: "Event" });

  test("answers at once, with nothing but the request's id", async () => {
    await openFailing();
    await tried(async () => {
      expect(await submit()).toMatchObject({
        FunctionRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        RetMsg: "",
        ErrMsg: "",
        Log: "",
      });
    });
  });

  test("that fails is tried twice more, a minute apart, and then given up", async () => {
    await openFailing();
    await tried(submit);
    for (const _ of [1, 2]) {
      expect(clock.waiting).toEqual([60_000]);
      await tried(() => clock.next());
    }
    expect(clock.waiting).toEqual([]);
    expect(retryNums).toEqual([0, 1, 2]);
  });

  test("is tried again as often as is configured", async () => {
    await openFailing();
    const { AsyncTriggerConfig } = await stage.scf.GetFunctionEventInvokeConfig(CALLBACK);
    expect(AsyncTriggerConfig).toEqual({ RetryConfig: [{ RetryNum: 2 }], MsgTTL: 21_600 });
    const changed = { RetryConfig: [{ RetryNum: 0 }], MsgTTL: 3600 };
    await stage.scf.UpdateFunctionEventInvokeConfig({ ...CALLBACK, AsyncTriggerConfig: changed });
    expect((await stage.scf.GetFunctionEventInvokeConfig(CALLBACK)).AsyncTriggerConfig).toEqual(changed);
    await tried(submit);
    expect(clock.waiting).toEqual([]);
    const wrong = { RetryConfig: [{ RetryNum: 3 }], MsgTTL: 3600 };
    expect(
      await codeOf(stage.scf.UpdateFunctionEventInvokeConfig({ ...CALLBACK, AsyncTriggerConfig: wrong })),
    ).toBe("InvalidParameterValue");
  });

  test("has at most 128 KB", async () => {
    await openFailing();
    const call = stage.invoke("x".repeat(128 * 1024), { InvocationType: "Event" });
    expect(await codeOf(call)).toBe("InvalidParameter.RequestTooLarge");
  });
});

test("a reservation bounds how many requests run at a time", async () => {
  await open(`exports.main_handler = async ({ wait }) => {
  if (wait) { console.log("waiting"); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
  return 1;
};`);
  expect(await stage.scf.GetReservedConcurrencyConfig(CALLBACK)).not.toHaveProperty("ReservedMem");
  await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, MemorySize: 256, Timeout: 90 });
  await stage.settled();
  await stage.scf.PutReservedConcurrencyConfig({ ...CALLBACK, ReservedConcurrencyMem: 256 });
  expect(await stage.scf.GetReservedConcurrencyConfig(CALLBACK)).toMatchObject({ ReservedMem: 256 });
  const busy = new Promise<void>((resolve) => {
    stage.cloud.functions.onLog(({ text }) => {
      if (text === "waiting") resolve();
    });
  });
  const first = stage.cloud.functions.invoke(NAMESPACE, NAME, { wait: true });
  await busy;
  expect(JSON.parse((await stage.invoke()).RetMsg ?? "")).toMatchObject({ statusCode: 432 });
  await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, MemorySize: 128 });
  await stage.settled();
  expect((await stage.invoke()).RetMsg).toBe("1");
  await stage.cloud.functions.close();
  expect((await first).error?.statusCode).toBe(438);
});
