import { parseEvent } from "../../../lib/event/event";
import { logOutcome } from "../../../lib/log/event-record";
import { FILE_ID, uploadNotification } from "../../helpers/notifications";
import { lastRecord, recordedLog, replayed } from "../../helpers/recorded-log";

const notification = uploadNotification();
const event = parseEvent(notification);
const retry = { kind: "retry", error: "ProcessMedia: InternalError: Busy." } as const;

function concluded(changes: Partial<Parameters<typeof logOutcome>[1]>) {
  const { log, lines } = recordedLog();
  logOutcome(
    notification,
    { requestId: "r-1", event, outcome: { kind: "done" }, durationMs: 5, ...changes },
    log,
  );
  return { kept: replayed(lines), last: lastRecord(lines) };
}

test("what is done is in the last line, and not recorded", () => {
  expect(concluded({})).toEqual({
    kept: [],
    last: {
      requestId: "r-1",
      eventType: "NewFileUpload",
      fileId: FILE_ID,
      correlationId: "r-1",
      outcome: "done",
      durationMs: 5,
    },
  });
});

test.each([retry, { kind: "park", error: "No." } as const])("what is not done is kept: %j", (outcome) => {
  expect(concluded({ outcome })).toEqual({
    kept: [notification],
    last: expect.objectContaining({ outcome: outcome.kind, error: outcome.error }),
  });
});

test.each(["retry", "queue"] as const)("what is left to the %s is not kept", (leftTo) => {
  expect(concluded({ outcome: retry, leftTo })).toEqual({
    kept: [],
    last: expect.objectContaining({ outcome: "retry", leftTo }),
  });
});

test("an earlier record is of no use once the event is done, and only then", () => {
  expect(concluded({ earlierRecord: "abc" }).last).toMatchObject({ settles: "abc" });
  expect(concluded({ earlierRecord: "abc", outcome: retry }).last).not.toHaveProperty("settles");
});
