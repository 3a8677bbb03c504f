import fc from "fast-check";
import { dispatch } from "../../lib/dispatch";
import { parseEvent } from "../../lib/event/event";
import { identityOf } from "../../lib/event/identity";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject } from "../../lib/json";
import { mutated } from "../helpers/arbitraries";
import { handlerContext } from "../helpers/handler-context";
import { ALL_SHAPES, EVENT_TYPES, notificationOf } from "../helpers/notifications";
import { fullPayload } from "../helpers/payloads";
import { bytesOf } from "../helpers/recorded-log";

const NOTIFICATIONS = [...ALL_SHAPES, ...EVENT_TYPES.map((type) => notificationOf(type, fullPayload(type)))];

test("whatever becomes of a notification on the way, it is refused with 400 or done, and its log is sound", async () => {
  const filters = fc.constantFrom(
    {},
    { skip_with_task_flow: true, source_types: ["Upload"], file_types: ["mp4"] },
  );
  await fc.assert(
    fc.asyncProperty(mutated(NOTIFICATIONS).filter(isJsonObject), filters, async (notification, config) => {
      const { context, lines } = handlerContext(
        async () => ({ TaskId: "started", RequestId: "request" }),
        config,
      );
      try {
        const event = parseEvent(notification);
        expect((await dispatch(event, context)).kind).toBe("done");
        expect(lines).not.toEqual([]);
        JSON.stringify(identityOf(event));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.status).toBe(400);
      }
      const bad = lines.filter((line) => bytesOf(line) > 8 * 1024 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(line));
      expect(bad).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
