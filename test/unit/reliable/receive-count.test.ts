import { createReceiveCounts } from "../../../lib/reliable/receive-count";

const event = (number: number) => ({
  EventType: "NewFileUpload",
  FileUploadEvent: { FileId: String(number) },
});

test("deliveries of an event are counted by its content", () => {
  const receiveCounts = createReceiveCounts();
  expect([event(1), event(2), event(1), event(1)].map((one) => receiveCounts.count(one))).toEqual([
    1, 1, 2, 3,
  ]);
});

test("an event that is forgotten is counted from the beginning", () => {
  const receiveCounts = createReceiveCounts();
  receiveCounts.count(event(1));
  receiveCounts.forget(event(1));
  expect(receiveCounts.count(event(1))).toBe(1);
});

test("of very many events those that were not seen for the longest time are forgotten", () => {
  const receiveCounts = createReceiveCounts();
  receiveCounts.count(event(0));
  receiveCounts.count(event(1));
  receiveCounts.count(event(0));
  for (let number = 2; number <= 5000; number++) receiveCounts.count(event(number));
  expect([receiveCounts.count(event(0)), receiveCounts.count(event(1))]).toEqual([3, 1]);
});

test("an event that is nested too deep to be written is counted all the same", () => {
  const receiveCounts = createReceiveCounts();
  let deep: unknown = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect([receiveCounts.count({ deep }), receiveCounts.count({ deep })]).toEqual([1, 2]);
});
