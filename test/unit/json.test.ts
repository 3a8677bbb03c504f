import fc from "fast-check";
import { isJsonObject, parseJson } from "../../lib/json";

test.each([{}, { a: 1 }, Object.create(null)])("an object is a JSON object", (value) => {
  expect(isJsonObject(value)).toBe(true);
});

test.each([null, undefined, [], [{}], "", "{}", 0, true])("%j is no JSON object", (value) => {
  expect(isJsonObject(value)).toBe(false);
});

describe("parsing", () => {
  test("a FileId printed as a number comes through with every digit", () => {
    expect(parseJson('{"FileId": 5285890784273533167, "Set":[387702299773251901,1]}')).toEqual({
      FileId: "5285890784273533167",
      Set: ["387702299773251901", 1],
    });
  });

  test("digits within strings, after points and in exponents stay what they are", () => {
    const text =
      '{"a":"x: 5285890784273533167","b":60.04700088501000001,"c":"\\\\\\"5285890784273533167","d":1e300}';
    expect(parseJson(`{"big":5285890784273533167,"rest":${text}}`)).toEqual({
      big: "5285890784273533167",
      rest: JSON.parse(text),
    });
  });

  test("what no long number is in is parsed as by JSON.parse", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("wherever in a text a long number stands, it keeps its digits, and nothing else changes", () => {
    const digits = fc.integer({ min: 14, max: 40 }).map((length) => "9".repeat(length));
    const number = fc.oneof(
      digits,
      digits.map((text) => `-${text}`),
      digits.map((text) => `1.${text}`),
    );
    const gap = fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "\r"), maxLength: 20 });
    const neighbour = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      digits.map((text) => `"a,${text}"`),
      number,
    );
    fc.assert(
      fc.property(neighbour, gap, number, gap, neighbour, (before, lead, long, trail, after) => {
        const parse = (shown: string) => parseJson(`[${before},${lead}${shown}${trail},${after}]`);
        const [, value] = parse(long) as unknown[];
        const [first, , last] = parse("0") as unknown[];
        expect(value).toEqual(/^\d{16,}$/.test(long) ? long : Number(long));
        expect(parse(long)).toEqual([first, value, last]);
        expect(first).toEqual(parseJson(before));
        expect(last).toEqual(parseJson(after));
      }),
      { numRuns: 5000 },
    );
  });

  test("a second look at six megabytes does no harm", () => {
    const text = JSON.stringify({ a: '\\"'.repeat(1_500_000), FileId: 1 }).replace(
      ":1}",
      ":5285890784273533167}",
    );
    expect(parseJson(text)).toMatchObject({ FileId: "5285890784273533167" });
  });

  test("what is no JSON is refused", () => {
    expect(() => parseJson('{"FileId": 5285890784273533167')).toThrow(SyntaxError);
  });
});
