import { systemClock } from "../../lib/clock";
import { dispatch } from "../../lib/dispatch";
import { parseEvent } from "../../lib/event/event";
import { PAYLOADS } from "../../lib/event/payload-fields";
import { type CustomHandler, Park } from "../../lib/handlers/custom-handler";
import { Refusal } from "../../lib/http/refusal";
import { SUCCESS } from "../helpers/api-server";
import { FakeClock, inVirtualTime } from "../helpers/clock";
import { DEADLINE_MS, handlerContext, noCalls } from "../helpers/handler-context";
import {
  DELETION_NOTIFICATION,
  EVENT_TYPES,
  notificationOf,
  procedureNotification,
  uploadNotification,
} from "../helpers/notifications";
import { succeededItem, TRANSCODE } from "../helpers/task-results";

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
  expect(lines.at(-1)).toMatch(/^Transcode succeeded\. /);
});

test("a deletion has a line for each file", async () => {
  const { context, lines } = handlerContext(noCalls);
  await expect(dispatch(parseEvent(DELETION_NOTIFICATION), context)).resolves.toEqual({ kind: "done" });
  expect(lines).toEqual([
    "FileDeleted. FileId: 387702299900000123",
    "FileDeleted. FileId: 387702299900000124",
  ]);
});

test.each(EVENT_TYPES.filter((eventType) => eventType !== "NewFileUpload"))(
  "%s is done, and logged under its title",
  async (eventType) => {
    const { context, lines } = handlerContext(noCalls);
    await expect(dispatch(parseEvent(notificationOf(eventType, {})), context)).resolves.toEqual({
      kind: "done",
    });
    expect(lines).toEqual([expect.stringContaining(PAYLOADS[eventType].title)]);
  },
);

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
      own: {
        ...context.log.own,
        list: () => {
          throw thrown;
        },
      },
    };
    const event = parseEvent(procedureNotification([succeededItem(TRANSCODE)]));
    const outcome = await dispatch(event, { ...context, log });
    expect(outcome).toEqual({ kind: "retry", error: expect.stringContaining("broken") });
    expect(lines).toEqual([expect.stringContaining("broken\\nhandler")]);
  },
);

describe("the user's own handler", () => {
  const UPLOAD = parseEvent(uploadNotification());

  /** Dispatches an event to a handler of the user's. */
  async function outcomeWith(own: CustomHandler, event = UPLOAD, leftMs?: number) {
    const { context, lines } = handlerContext(async () => SUCCESS);
    const left =
      leftMs === undefined ? {} : { deadlineMs: systemClock.monotonic() + leftMs, clock: systemClock };
    return { outcome: await inVirtualTime(dispatch(event, { ...context, ...left }, own)), lines };
  }

  test.each([
    UPLOAD,
    parseEvent(procedureNotification([])),
    parseEvent(DELETION_NOTIFICATION),
    parseEvent({ EventType: "SomethingNew" }),
  ])("gets every event, known or not: $eventType", async (event) => {
    const own = jest.fn<Promise<void>, Parameters<CustomHandler>>(async () => {});
    const { outcome } = await outcomeWith(own, event);
    expect(outcome.kind).toBe("done");
    expect(own.mock.calls.map(([given]) => given)).toEqual([event]);
    expect(own.mock.calls[0]?.[1]).toMatchObject({ until: DEADLINE_MS, signal: { aborted: false } });
  });

  test("passes on a deadline that stays right when the wall clock is set meanwhile", async () => {
    const { context } = handlerContext(async () => SUCCESS);
    const clock = new FakeClock();
    clock.setWall(-7_200_000);
    const call = jest.fn(async () => {
      throw new Error("not reached");
    });
    const until: number[] = [];
    await dispatch(
      parseEvent(DELETION_NOTIFICATION),
      { ...context, clock, vod: { ...context.vod, call } },
      async (_, own) => {
        until.push(own.until);
        clock.setWall(3_600_000);
        await own.vod.call(noCalls, own.until).catch(() => {});
        await own.vod.call(noCalls, own.until - 1000).catch(() => {});
      },
    );
    expect(until).toEqual([DEADLINE_MS - 7_200_000]);
    expect(call.mock.calls).toEqual([
      [noCalls, DEADLINE_MS],
      [noCalls, DEADLINE_MS - 1000],
    ]);
  });

  test("changes nothing of the built-in handler's answer", async () => {
    const { outcome } = await outcomeWith(async () => {});
    expect(outcome).toEqual({ kind: "done", body: JSON.stringify(SUCCESS) });
  });

  test("writes to the event's log", async () => {
    const { lines } = await outcomeWith(async (_event, { log }) => log.line("Mine."));
    expect(lines.at(-1)).toBe("Mine.");
  });

  test("does not run where the built-in handler is not done", async () => {
    const own = jest.fn(async () => {});
    const { context } = handlerContext(async () => {
      throw new Error("socket hang up");
    });
    expect(await dispatch(UPLOAD, context, own)).toMatchObject({ kind: "retry" });
    await expect(dispatch(parseEvent(uploadNotification({ FileId: "" })), context, own)).rejects.toThrow(
      Refusal,
    );
    expect(own).not.toHaveBeenCalled();
  });

  test("that throws is tried again, its error in the log", async () => {
    const { outcome, lines } = await outcomeWith(async () => {
      throw new Error("the database is away");
    });
    expect(outcome).toEqual({
      ...{ kind: "retry", error: expect.stringContaining("the database is away") },
      pending: ["custom"],
    });
    expect(lines.at(-1)).toContain("the database is away");
  });

  test("that throws a Park is not tried again", async () => {
    const { outcome } = await outcomeWith(async () => {
      throw new Park("no such customer");
    });
    expect(outcome).toMatchObject({ kind: "park", error: expect.stringContaining("no such customer") });
  });

  test("that hangs is left at the deadline, its signal aborted", async () => {
    let given: AbortSignal | undefined;
    const { outcome } = await outcomeWith(
      (_event, { signal }) => {
        given = signal;
        return new Promise(() => {});
      },
      UPLOAD,
      50,
    );
    expect(outcome).toMatchObject({ kind: "retry", error: "the handler did not end in time" });
    expect(given?.aborted).toBe(true);
  });

  test("has no time where none is left", async () => {
    const { outcome } = await outcomeWith(() => new Promise(() => {}), UPLOAD, -1000);
    expect(outcome).toMatchObject({ kind: "retry" });
  });

  test("that begins when the time is over gets a signal that says so", async () => {
    const deadlineMs = systemClock.monotonic() + 1000;
    const { context } = handlerContext(
      () => new Promise((resolve) => setTimeout(() => resolve(SUCCESS), 1010)),
    );
    const own = jest.fn<Promise<void>, Parameters<CustomHandler>>(async () => {});
    const ending = dispatch(UPLOAD, { ...context, deadlineMs, clock: systemClock }, own);
    expect(await inVirtualTime(ending)).toMatchObject({ kind: "done" });
    expect(own.mock.calls.map(([, { signal }]) => signal.aborted)).toEqual([true]);
  });

  test("that ends in time leaves its signal alone", async () => {
    let given: AbortSignal | undefined;
    await outcomeWith(async (_event, { signal }) => {
      given = signal;
    });
    expect(given?.aborted).toBe(false);
  });
});

test("a built-in handler that hangs is left at the deadline", async () => {
  const { context } = handlerContext(() => new Promise(() => {}));
  const soon = { ...context, deadlineMs: systemClock.monotonic() + 50, clock: systemClock };
  expect(await inVirtualTime(dispatch(parseEvent(uploadNotification()), soon))).toMatchObject({
    kind: "retry",
    error: "the handler did not end in time",
  });
});

test("a handler that makes nobody wait has no timer set", async () => {
  const timers = jest.spyOn(globalThis, "setTimeout");
  const { context } = handlerContext(async () => SUCCESS);
  await dispatch(parseEvent(DELETION_NOTIFICATION), context);
  expect(timers).not.toHaveBeenCalled();
  await dispatch(parseEvent(uploadNotification()), context);
  expect(timers).toHaveBeenCalledTimes(1);
  timers.mockRestore();
});

describe("what the user's own code logs", () => {
  const record = '{"replay":{"id":"00000000000000000000000000000000","part":1,"of":1,"data":"AAAA"}}';
  const logged = async (own: CustomHandler) => {
    const { context, lines } = handlerContext(noCalls);
    await dispatch(parseEvent(notificationOf("FileDeleted", { FileIdSet: ["1"] })), context, own);
    return lines.slice(1);
  };

  test.each<[string, string]>([
    ["a record", record],
    ["a record after a time", `2026-01-01T00:00:00.000Z callback ${record}`],
    ["a notification, indented", '  {"EventType":"NewFileUpload"}'],
    ["the last line of a retry", '{"requestId":"1","outcome":"done","settles":"0"}'],
    ["the log service's fields", `{"a":1,"SCF_Message":${JSON.stringify(record)}}`],
    ["fields in disguise", `{"\\u004cogJson":${JSON.stringify(record)}}`],
    ["a member that the log service makes a field of", `{"a":1,"replay":{}}`],
  ])("can't pass as %s", async (_name, text) => {
    const marked = `> ${text}`;
    expect(await logged(async (_event, { log }) => log.line(text))).toEqual([marked]);
    expect(await logged(async (_event, { log }) => log.list(text, []))).toEqual([marked]);
    expect(await logged(() => Promise.reject(text))).toEqual([marked]);
  });

  test.each(["Outputs posted. TaskId: 1", '{"level":"info","text":"\\"replay\\""}', record.slice(1)])(
    "is left as it is otherwise: %s",
    async (text) => {
      expect(await logged(async (_event, { log }) => log.line(text))).toEqual([text]);
    },
  );
});
