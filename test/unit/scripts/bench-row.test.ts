import { formatTable, median, row } from "../../../scripts/dev/bench/row";

const fields = { name: "start", unit: "ms", yardstick: "bare Node", bar: "at most 4 ms more" };

test("a row has the ratio of what was measured to its yardstick", () => {
  expect(row({ ...fields, ours: 30, theirs: 20 })).toEqual({ ...fields, ours: 30, theirs: 20, ratio: 1.5 });
});

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[100, 20, 3, 1000], 100],
])("the median of %j is %d", (values, middle) => {
  expect(median(values)).toBe(middle);
  expect(() => median([])).toThrow();
});

test("the table has a line for each row, its columns below their heads", () => {
  const rows = [
    row({ ...fields, ours: 30, theirs: 20 }),
    row({ ...fields, name: "bundle", unit: "bytes", ours: 50_000, theirs: 600_000, bar: "" }),
  ];
  expect(formatTable(rows).split("\n")).toEqual([
    "                ours  yardstick             difference  ratio  bar",
    "start, ms      30.00      20.00  bare Node       10.00   1.50  at most 4 ms more",
    "bundle, bytes  50000     600000  bare Node     -550000   0.08",
  ]);
});
