import { unpackPayloads } from "../../../lib/event/packed-payloads";
import { PAYLOADS, type PayloadSpec } from "../../../lib/event/payload-fields";
import { packPayloads } from "../../../scripts/build/pack-payloads";

const table: Readonly<Record<string, PayloadSpec>> = PAYLOADS;

test.each(Object.keys(PAYLOADS))(
  "%s is read from the packed table as it was written, in the same order",
  (eventType) => {
    const unpacked = unpackPayloads(packPayloads(PAYLOADS))(eventType);
    expect(unpacked).toEqual(table[eventType]);
    // The order of the fields is that of the log lines.
    expect(JSON.stringify(unpacked?.fields)).toBe(JSON.stringify(table[eventType]?.fields));
    expect(JSON.stringify(unpacked?.sets)).toBe(JSON.stringify(table[eventType]?.sets));
  },
);

test("a name with a character that stands for something else cannot be packed", () => {
  expect(() => packPayloads({ A: { title: "A", fields: { B: "B*" } } })).toThrow("a name with *");
});
