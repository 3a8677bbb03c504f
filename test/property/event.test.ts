import fc from "fast-check";
import { PAYLOAD_KEYS, parseEvent, type VodEvent } from "../../lib/event/event";
import { identityOf } from "../../lib/event/identity";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { anyJson, jsonObject, mutatedNotification, nastyText } from "../helpers/arbitraries";
import { EVENT_TYPES, notificationOf } from "../helpers/notifications";

const RUNS = { numRuns: 300 };

function read(notification: JsonObject): VodEvent | undefined {
  try {
    return parseEvent(notification);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ status: 400 });
    return undefined;
  }
}

test("any JSON object is an event or a refusal with 400", () => {
  const notification = fc.oneof(
    jsonObject,
    mutatedNotification.filter(isJsonObject),
    fc
      .tuple(jsonObject, fc.constantFrom(...EVENT_TYPES))
      .map(([members, EventType]) => ({ ...members, EventType })),
  );
  fc.assert(
    fc.property(notification, (given) => {
      const event = read(given);
      if (!event) return;
      expect(event.eventType).toBe(given["EventType"]);
      expect(event.known).toBe(Object.hasOwn(PAYLOAD_KEYS, event.eventType));
      if (event.known) expect(isJsonObject(event.payload)).toBe(true);
      for (const id of Object.values(identityOf(event))) expect(["string", "undefined"]).toContain(typeof id);
    }),
    RUNS,
  );
});

test("a known type with an object as its payload is that event, whatever the object holds", () => {
  fc.assert(
    fc.property(fc.constantFrom(...EVENT_TYPES), jsonObject, (eventType, payload) => {
      expect(read(notificationOf(eventType, payload))).toEqual({ known: true, eventType, payload });
    }),
    RUNS,
  );
});

test("a known type with anything else is refused", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...EVENT_TYPES),
      anyJson.filter((payload) => !isJsonObject(payload)),
      (eventType, payload) => {
        expect(read(notificationOf(eventType, payload))).toBeUndefined();
      },
    ),
    RUNS,
  );
});

test("any other type is unknown and brings its members that are not null", () => {
  fc.assert(
    fc.property(
      nastyText().filter((text) => text !== "" && !Object.hasOwn(PAYLOAD_KEYS, text)),
      jsonObject,
      (eventType, members) => {
        const { EventType: _t, EventHandle: _h, Sign: _s, T: _e, ...content } = members;
        const payload = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
        expect(read({ ...members, EventType: eventType })).toEqual({ known: false, eventType, payload });
      },
    ),
    RUNS,
  );
});
