import { parseEvent } from "../../../lib/event/event";
import { fallback } from "../../../lib/handlers/fallback";
import { notificationOf } from "../../helpers/notifications";
import { recordedLog } from "../../helpers/recorded-log";

test("an event is logged, and whether its type is known", () => {
  const { log, lines } = recordedLog();
  fallback(parseEvent({ EventType: "SomethingNew" }), log);
  fallback(parseEvent(notificationOf("ClipComplete", {})), log);
  expect(lines).toEqual(["Received an event of unknown type: SomethingNew", "Received ClipComplete."]);
});
