import { createRetry } from "../../../functions/retry/retry";
import { configFile, FIVE_FIELDS, openCallback } from "../../helpers/callback";
import { FakeClock } from "../../helpers/clock";
import { functionUrlEvent } from "../../helpers/gateway-events";

const ID = "0123456789abcdef0123456789abcdef";
const order = (action: object) => ({ VodReceiver: action });

async function administer(event: object) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const handle = createRetry({ configFile: configFile(FIVE_FIELDS), env: {}, clock: new FakeClock(), write });
  return { answer: await handle(event, { request_id: "r-1" }), lines: lines.map((line) => JSON.parse(line)) };
}

test("settle logs a line for each record, which replay and doctor read", async () => {
  const other = ID.replace("0", "f");
  expect(await administer(order({ action: "settle", ids: [ID, other] }))).toEqual({
    answer: { settled: 2 },
    lines: [ID, other].map((settles) => ({ requestId: "r-1", outcome: "done", settles })),
  });
});

test.each<[object]>([
  [{ action: "settle" }],
  [{ action: "settle", ids: ID }],
  [{ action: "settle", ids: [`${ID}\n`] }],
  [{ action: "settle", ids: [5] }],
  [{ action: "settle", ids: Array.from({ length: 101 }, () => ID) }],
  [{ action: "database-drop", ids: [ID] }],
  [{ action: null }],
])("%j is refused, and logs nothing", async (action) => {
  expect(await administer(order(action))).toEqual({ answer: { error: expect.any(String) }, lines: [] });
});

test("an envelope beside a notification is no order", async () => {
  const { answer } = await administer({
    ...order({ action: "settle", ids: [ID] }),
    EventType: "FileDeleted",
  });
  expect(answer).toEqual({ outcome: "refused" });
});

test("callback refuses an order, so that no address leads to it", async () => {
  const { handle, lines } = openCallback();
  const { statusCode } = await handle(functionUrlEvent(order({ action: "settle", ids: [ID] })));
  expect(statusCode).toBe(400);
  expect(lines.join()).not.toContain(ID);
});
