import { ApiError } from "../../local-cloud";

import { unfinished } from "../helpers/notifications";

import { NAMESPACE, post, TestCloud, uploadOf } from "../helpers/test-cloud";

let entryPoints: TestCloud;
afterEach(() => entryPoints.cloud.close());

test("an upload that VOD has no time for is handed over, and started once by the retry function", async () => {
  let handed = false;
  entryPoints = await TestCloud.open({
    intercept({ action }) {
      handed ||= action === "Invoke";
      return action === "ProcessMedia" && !handed ? new ApiError("InternalError", "Busy.") : undefined;
    },
  });
  await entryPoints.deployBuilt("retry");
  await entryPoints.deployBuilt("callback", { RETRY_FUNCTION: "retry" });
  const fileId = await entryPoints.upload();
  const address = await entryPoints.cloud.openAddress(NAMESPACE, "callback");

  const { status } = await post(address, { ...uploadOf(fileId), Sign: "0".repeat(32), T: 1 });
  expect(status).toBe(202);
  expect(JSON.parse(entryPoints.own("callback").at(-1) ?? "")).toMatchObject({ fileId, leftTo: "retry" });
  const last = await entryPoints.lineWhere(
    ({ functionName, text }) => functionName === "retry" && text.startsWith('{"requestId"'),
  );

  expect(JSON.parse(last)).toMatchObject({ fileId, outcome: "done" });
  expect(entryPoints.started(fileId)).toBe(1);
  expect(entryPoints.calls.filter(({ action }) => action === "Invoke").map(({ params }) => params)).toEqual([
    expect.objectContaining({
      FunctionName: "retry",
      ClientContext: JSON.stringify(unfinished(uploadOf(fileId))),
    }),
  ]);
  expect([...entryPoints.own("callback"), ...entryPoints.own("retry")].join("\n")).not.toContain('{"replay"');
});

test("SCF repeats what the retry function throws at, and each try leaves the same record", async () => {
  entryPoints = await TestCloud.open();
  // Without keys no try gets as far as a call.
  await entryPoints.deployBuilt("retry", { SECRET_ID: "", SECRET_KEY: "" });
  const fileId = await entryPoints.upload();
  await entryPoints.call("Invoke", {
    FunctionName: "retry",
    Namespace: NAMESPACE,
    InvocationType: "Event",
    ClientContext: JSON.stringify(uploadOf(fileId)),
  });
  for (const tries of [1, 2, 3]) {
    await entryPoints.lineWhere(
      ({ text, retryNum, isPlatform }) => isPlatform && retryNum === tries - 1 && text.startsWith("Report "),
    );
    // The cloud hears of the end a turn later than its log.
    while (tries < 3 && entryPoints.clock.waiting.length === 0) await new Promise(setImmediate);
    entryPoints.clock.advance(Math.max(0, ...entryPoints.clock.waiting));
  }
  const records = entryPoints.own("retry").filter((line) => line.startsWith('{"replay"'));
  expect(records).toHaveLength(3);
  expect(new Set(records).size).toBe(1);
  // A call and its answer later the cloud has heard of the last end, and plans no other try.
  await entryPoints.settled("retry");
  expect(entryPoints.clock.waiting.length).toBe(0);
  expect(entryPoints.started(fileId)).toBe(0);
});
