import { dispatch } from "../../lib/dispatch";
import { parseEvent } from "../../lib/event";
import { Refusal } from "../../lib/refusal";
import { SUCCESS } from "../fixtures/api-server";
import { handlerContext, noCalls } from "../fixtures/handler-context";
import {
  EVENT_TYPES,
  notificationOf,
  procedureNotification,
  uploadNotification,
} from "../fixtures/notifications";
import { succeededItem, TRANSCODE } from "../fixtures/task-results";

const OTHERS = EVENT_TYPES.filter(
  (eventType) => eventType !== "NewFileUpload" && eventType !== "ProcedureStateChanged",
);

test("an upload starts its processing", async () => {
  const processMedia = jest.fn(async () => SUCCESS);
  const { context } = handlerContext(processMedia);
  await expect(dispatch(parseEvent(uploadNotification()), context)).resolves.toMatchObject({ kind: "done" });
  expect(processMedia).toHaveBeenCalledTimes(1);
});

test("a finished task flow has its outputs logged", async () => {
  const { context, lines } = handlerContext(noCalls);
  const event = parseEvent(procedureNotification([succeededItem(TRANSCODE)]));
  await expect(dispatch(event, context)).resolves.toEqual({ kind: "done" });
  expect(lines).toEqual([expect.stringMatching(/^Transcode succeeded\. /)]);
});

test.each(OTHERS)("%s is acknowledged and logged", async (eventType) => {
  const { context, lines } = handlerContext(noCalls);
  await expect(dispatch(parseEvent(notificationOf(eventType, {})), context)).resolves.toEqual({
    kind: "done",
  });
  expect(lines.join("\n")).toContain(eventType);
});

test("an event of unknown type is acknowledged and logged, its name harmless", async () => {
  const { context, lines } = handlerContext(noCalls);
  const event = parseEvent({ EventType: "Some\nthingNew" });
  await expect(dispatch(event, context)).resolves.toEqual({ kind: "done" });
  expect(lines).toEqual([expect.stringContaining("Some\\nthingNew")]);
});

test("a refusal is passed on", async () => {
  const { context } = handlerContext(noCalls);
  const event = parseEvent(uploadNotification({ FileId: "" }));
  await expect(dispatch(event, context)).rejects.toThrow(Refusal);
});

test.each([new Error("broken\nhandler"), "broken\nhandler"])(
  "a handler that throws %p may do better the next time, and its error is in the log, on one line",
  async (thrown) => {
    const { context, lines } = handlerContext(noCalls);
    const log = {
      ...context.log,
      list: () => {
        throw thrown;
      },
    };
    const event = parseEvent(procedureNotification([succeededItem(TRANSCODE)]));
    const outcome = await dispatch(event, { ...context, log });
    expect(outcome).toEqual({ kind: "retry", error: expect.stringContaining("broken") });
    expect(lines).toEqual([expect.stringContaining("broken\\nhandler")]);
  },
);
