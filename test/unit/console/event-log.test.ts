import { EventLog } from "../../../console/event-log";

const sent = (id: string, fileId: string, answer?: string) => ({
  ...{ id, timeMs: 1, eventType: "NewFileUpload" },
  body: JSON.stringify({ EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } }),
  ...(answer !== undefined && { answer }),
});
const line = (record: object) => ({
  ...{ id: 1, timeMs: 2, functionName: "callback", requestId: "r", isPlatform: false },
  text: JSON.stringify({ requestId: "r", eventType: "NewFileUpload", durationMs: 3.4, ...record }),
});
const outcomes = (events: EventLog) =>
  events.all().map(({ id, answer, attempts }) => [id, answer, attempts.map(({ outcome }) => outcome).join()]);

test("what the log reports belongs to the notification of its type and file", () => {
  const events = new EventLog();
  events.addSent(sent("1", "387"));
  events.addSent(sent("2", "388"));
  events.addSent(sent("1", "387", "202"));
  events.addLine(line({ fileId: "387", outcome: "retry", leftTo: "retry" }));
  events.addLine(line({ fileId: "387", outcome: "done" }));
  events.addLine(line({ fileId: "389", outcome: "park", error: "no" }));
  expect(outcomes(events)).toEqual([
    ["1", "202", "retry,done"],
    ["2", undefined, ""],
    ["log-1", undefined, "park"],
  ]);
  expect(events.parked()).toBe(1);
  expect(events.takeChanges().map(({ id }) => id)).toEqual(["1", "2", "log-1"]);
  expect(events.takeChanges()).toEqual([]);
});

test("of a notification that was sent twice, each has its own outcome", () => {
  const events = new EventLog();
  events.addSent(sent("1", "387"));
  events.addSent(sent("2", "387"));
  events.addLine(line({ fileId: "387", outcome: "done" }));
  events.addLine(line({ fileId: "387", outcome: "done" }));
  expect(outcomes(events)).toEqual([
    ["1", undefined, "done"],
    ["2", undefined, "done"],
  ]);
});

test.each(["", "{", '{"a":1}', '{"outcome":"done"}', "Transcode succeeded."])("no event: %s", (text) => {
  const events = new EventLog();
  expect(events.addLine({ ...line({}), text })).toBe(false);
  expect(events.all()).toEqual([]);
});
