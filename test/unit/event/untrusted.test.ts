import { integer, list, text, texts, type WireList } from "../../../lib/event/untrusted";

function wireList(json: string): WireList<string> {
  return JSON.parse(json);
}

test("a list has the members that arrived, whatever they are", () => {
  expect(list(wireList('["a", null, 1]'))).toEqual(["a", null, 1]);
});

test.each(["null", '"abc"', "5", "{}", '{"0":"a","length":1}', "true"])(
  "%s in a list's place has no members",
  (json) => {
    expect(list(wireList(json))).toEqual([]);
  },
);

test("a missing list has no members", () => {
  expect(list(undefined)).toEqual([]);
});

test("a text is a string that says something", () => {
  expect(text("a")).toBe("a");
  for (const other of ["", null, undefined, 0, 5, true, {}, ["a"]]) expect(text(other)).toBeUndefined();
});

test("an integer is a whole number that JSON can carry exactly", () => {
  for (const number of [0, -1, 100010]) expect(integer(number)).toBe(number);
  for (const other of ["5", 1.5, Number.NaN, 2 ** 53, null, undefined, {}])
    expect(integer(other)).toBeUndefined();
});

test("texts leaves out what is no text and keeps the order", () => {
  expect(texts(["b", "", null, "a", 1, undefined, ["c"]])).toEqual(["b", "a"]);
});
