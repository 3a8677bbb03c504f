import { nearest } from "../../../scripts/terminal/nearest";

const names = ["NewFileUpload", "FileDeleted", "PullComplete", "EditMediaComplete", "SplitMediaComplete"];

test.each([
  ["FileDelete", "FileDeleted"],
  ["filedeleted", "FileDeleted"],
  ["NewFileUplaod", "NewFileUpload"],
  ["EditMedia", "EditMediaComplete"],
  ["SplitMediaCompleteEvent", "SplitMediaComplete"],
])("%s is nearest to %s", (word, name) => {
  expect(nearest(word, names)[0]).toBe(name);
});

test("as many are named as were asked for", () => {
  expect(nearest("x", names, 2)).toHaveLength(2);
  expect(nearest("x", ["one"])).toEqual(["one"]);
});
