/** One line of the table: what was measured, and the same of what it is compared with, from the same run. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly yardstick: string;
  readonly ours: number;
  readonly theirs: number;
  /** `ours` divided by `theirs`. */
  readonly ratio: number;
  /** What it should come to. */
  readonly bar: string;
}

/** Says what is being measured, for people who wait. */
export type Progress = (text: string) => void;

export function row(fields: Omit<Row, "ratio">): Row {
  return { ...fields, ratio: fields.ours / fields.theirs };
}

/** The middle of the values; the upper one of two. */
export function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error("There are no values.");
  return middle;
}

const HEADS = ["", "ours", "yardstick", "", "difference", "ratio", "bar"];

/** The rows as a table for people. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [
    HEADS,
    ...rows.map(({ name, unit, yardstick, ours, theirs, ratio, bar }) => [
      `${name}, ${unit}`,
      short(ours),
      short(theirs),
      yardstick,
      short(ours - theirs),
      ratio.toFixed(2),
      bar,
    ]),
  ];
  const widths = HEADS.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? "").length)));
  const isNumber = (column: number) => [1, 2, 4, 5].includes(column);
  return cells
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}
