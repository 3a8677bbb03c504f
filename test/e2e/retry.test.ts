import { ApiError } from "../../local-cloud";
import { Doors, uploadOf } from "../helpers/doors";
import { NAMESPACE, post } from "../helpers/harness";

let doors: Doors;
afterEach(() => doors.cloud.close());

test("an upload that VOD has no time for is handed over, and started once by the retry function", async () => {
  let handed = false;
  doors = await Doors.open({
    intercept({ action }) {
      handed ||= action === "Invoke";
      return action === "ProcessMedia" && !handed ? new ApiError("InternalError", "Busy.") : undefined;
    },
  });
  await doors.deploy("retry");
  await doors.deploy("callback", { RETRY_FUNCTION: "retry" });
  const fileId = await doors.upload();
  const address = await doors.cloud.openAddress(NAMESPACE, "callback");

  const { status } = await post(address, { ...uploadOf(fileId), Sign: "0".repeat(32), T: 1 });
  expect(status).toBe(202);
  expect(JSON.parse(doors.own("callback").at(-1) ?? "")).toMatchObject({ fileId, leftTo: "retry" });
  const last = await doors.lineWhere(
    ({ functionName, text }) => functionName === "retry" && text.startsWith('{"requestId"'),
  );

  expect(JSON.parse(last)).toMatchObject({ fileId, outcome: "done" });
  expect(doors.started(fileId)).toBe(1);
  expect(doors.calls.filter(({ action }) => action === "Invoke").map(({ params }) => params)).toEqual([
    expect.objectContaining({ FunctionName: "retry", ClientContext: JSON.stringify(uploadOf(fileId)) }),
  ]);
  expect([...doors.own("callback"), ...doors.own("retry")].join("\n")).not.toContain('{"replay"');
});

test("SCF repeats what the retry function throws at, and each try leaves the same record", async () => {
  doors = await Doors.open();
  // Without keys no try gets as far as a call.
  await doors.deploy("retry", { SECRET_ID: "", SECRET_KEY: "" });
  const fileId = await doors.upload();
  await doors.call("Invoke", {
    FunctionName: "retry",
    Namespace: NAMESPACE,
    InvocationType: "Event",
    ClientContext: JSON.stringify(uploadOf(fileId)),
  });
  for (const tries of [1, 2, 3]) {
    await doors.lineWhere(
      ({ text, retryNum, isPlatform }) => isPlatform && retryNum === tries - 1 && text.startsWith("Report "),
    );
    // The cloud hears of the end a turn later than its log.
    while (tries < 3 && doors.waiting.size === 0) await new Promise(setImmediate);
    doors.waiting.pass();
  }
  const records = doors.own("retry").filter((line) => line.startsWith('{"replay"'));
  expect(records).toHaveLength(3);
  expect(new Set(records).size).toBe(1);
  // A call and its answer later the cloud has heard of the last end, and plans no other try.
  await doors.settled("retry");
  expect(doors.waiting.size).toBe(0);
  expect(doors.started(fileId)).toBe(0);
});
