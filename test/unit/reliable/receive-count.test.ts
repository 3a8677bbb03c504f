import { createDeliveries } from "../../../lib/reliable/receive-count";

const event = (number: number) => ({
  EventType: "NewFileUpload",
  FileUploadEvent: { FileId: String(number) },
});

test("deliveries of an event are counted by its content", () => {
  const deliveries = createDeliveries();
  expect([event(1), event(2), event(1), event(1)].map((one) => deliveries.count(one))).toEqual([1, 1, 2, 3]);
});

test("an event that is forgotten is counted from the beginning", () => {
  const deliveries = createDeliveries();
  deliveries.count(event(1));
  deliveries.forget(event(1));
  expect(deliveries.count(event(1))).toBe(1);
});

test("of very many events those that were not seen for the longest time are forgotten", () => {
  const deliveries = createDeliveries();
  deliveries.count(event(0));
  deliveries.count(event(1));
  deliveries.count(event(0));
  for (let number = 2; number <= 5000; number++) deliveries.count(event(number));
  expect([deliveries.count(event(0)), deliveries.count(event(1))]).toEqual([3, 1]);
});

test("an event that is nested too deep to be written is counted all the same", () => {
  const deliveries = createDeliveries();
  let deep: unknown = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect([deliveries.count({ deep }), deliveries.count({ deep })]).toEqual([1, 2]);
});
