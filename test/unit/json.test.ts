import { isJsonObject } from "../../lib/json";

test.each([{}, { a: 1 }, Object.create(null)])("an object is a JSON object", (value) => {
  expect(isJsonObject(value)).toBe(true);
});

test.each([null, undefined, [], [{}], "", "{}", 0, true])("%j is no JSON object", (value) => {
  expect(isJsonObject(value)).toBe(false);
});
