import { objectsOf, valuesAt } from "../../../lib/event/paths";

const payload = {
  Id: "a",
  Output: { Url: "b", Sets: [{ Urls: ["c", "d"] }, null, { Urls: ["e"] }, "text"] },
};

test.each([
  ["Id", ["a"]],
  ["Output.Url", ["b"]],
  ["Output.Sets[].Urls[]", ["c", "d", "e"]],
  ["Output.Missing.Url", []],
  ["Output.Url.Deeper", []],
  ["Output.Url[]", []],
  ["Id[].Url", []],
])("at %s is %j", (path, values) => {
  expect(valuesAt(payload, path)).toEqual(values);
});

test.each([null, undefined, "text", 5, [payload]])("a payload that is %j has nothing anywhere", (value) => {
  expect(valuesAt(value, "Output.Url")).toEqual([]);
});

test("objects come from a list or alone, and nothing else does", () => {
  expect(objectsOf([{ a: 1 }, null, "text", [{}], { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }]);
  expect(objectsOf({ a: 1 })).toEqual([{ a: 1 }]);
  for (const other of [null, undefined, "text", 5, []]) expect(objectsOf(other)).toEqual([]);
});
