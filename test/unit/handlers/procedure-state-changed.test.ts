import { type EventOf, parseEvent } from "../../../lib/event";
import { procedureStateChanged } from "../../../lib/handlers/procedure-state-changed";
import type { JsonObject } from "../../../lib/json";
import { handlerContext, noCalls } from "../../fixtures/handler-context";
import {
  FILE_ID,
  OLD_PROCEDURE_NOTIFICATION,
  procedureNotification,
  TASK_ID,
} from "../../fixtures/notifications";
import { bytesOf } from "../../fixtures/recorded-log";
import {
  exampleOf,
  failedItem,
  itemOf,
  succeededItem,
  TASK_EXAMPLES,
  TRANSCODE,
} from "../../fixtures/task-results";

function eventOf(notification: JsonObject): EventOf<"ProcedureStateChanged"> {
  const event = parseEvent(notification);
  if (event.known && event.eventType === "ProcedureStateChanged") return event;
  throw new Error("the fixture is of another type");
}

/** The lines that a notification makes; each of them is done. */
function linesOf(notification: JsonObject): string[] {
  const { context, lines } = handlerContext(noCalls);
  expect(procedureStateChanged(eventOf(notification), context)).toEqual({ kind: "done" });
  return lines;
}

test("logs a line for every item of a finished flow, in their order", () => {
  const items = [...TASK_EXAMPLES.map(succeededItem), ...TASK_EXAMPLES.map(failedItem)];
  expect(linesOf(procedureNotification(items)).map((line) => line.split(".")[0])).toEqual([
    ...TASK_EXAMPLES.map(({ type }) => `${type} succeeded`),
    ...TASK_EXAMPLES.map(({ type }) => `${type} failed`),
  ]);
});

test("understands older notifications, which have the flow's ErrCode and no ErrCodeExt", () => {
  expect(linesOf(OLD_PROCEDURE_NOTIFICATION)).toEqual([
    `Transcode succeeded. FileId: ${FILE_ID}, Definition: 100020, Url: https://media.example.com/vod/old.mp4`,
    `CoverBySnapshot failed. FileId: ${FILE_ID}, Definition: 10, ErrCode: 60000, Message: No such file`,
  ]);
});

test("an older flow's own error is told, and its tasks are judged by themselves all the same", () => {
  const lines = linesOf(
    procedureNotification([succeededItem(TRANSCODE)], { ErrCode: 70000, Message: "trouble" }),
  );
  expect(lines).toEqual([
    expect.stringMatching(/^Procedure failed\. .*ErrCode: 70000, Message: trouble$/),
    expect.stringMatching(/^Transcode succeeded\. /),
  ]);
});

test.each(["PROCESSING", "WAITING", undefined, null, "", 5])(
  "a flow that is %j is acknowledged and logged, not its tasks",
  (Status) => {
    const lines = linesOf(procedureNotification([succeededItem(TRANSCODE)], { Status }));
    expect(lines).toEqual([expect.stringContaining(`FileId: ${FILE_ID}, TaskId: ${TASK_ID}`)]);
    expect(lines[0]).toMatch(/^Procedure is /);
  },
);

test.each([[[]], [null], [undefined], [{}], ["text"], [5], [[null, null]]])(
  "a result set that is %j is done",
  (items) => {
    expect(linesOf(procedureNotification(items))).toEqual([]);
  },
);

test.each([[["text"]], [[5]], [[[]]], [[{}]], [[true]], [[{ Type: 5 }]], [[{ Type: "Transcode" }]]])(
  "an item that makes no sense does no harm: %j",
  (items) => {
    const lines = linesOf(procedureNotification([...items, succeededItem(TRANSCODE)]));
    expect(lines.at(-1)).toMatch(/^Transcode succeeded\. /);
    expect(lines.slice(0, -1).join("")).not.toMatch(/succeeded|failed/);
  },
);

test("a flow without a FileId is logged all the same", () => {
  const lines = linesOf(procedureNotification([succeededItem(TRANSCODE)], { FileId: null, TaskId: null }));
  expect(lines).toEqual([expect.stringContaining(TRANSCODE.logged)]);
});

test("the outputs of a huge flow are all logged, in lines of at most 8 KB", () => {
  const sample = exampleOf("SampleSnapshot");
  const urls = Array.from({ length: 2000 }, (_, index) => `https://media.example.com/vod/${index}.jpg`);
  const item = itemOf(sample, {
    Status: "SUCCESS",
    Input: { Definition: 11 },
    Output: { ImageUrlSet: urls },
  });
  const lines = linesOf(procedureNotification([item]));
  for (const line of lines) {
    expect(bytesOf(line)).toBeLessThanOrEqual(8 * 1024);
    expect(line.startsWith(`SampleSnapshot succeeded. FileId: ${FILE_ID}, Definition: 11, Url: `)).toBe(true);
  }
  expect(lines.flatMap((line) => [...line.matchAll(/Url: ([^,]+)/g)].map(([, url]) => url))).toEqual(urls);
});
