import { join } from "node:path";
import { functionNames, ROOT } from "../../scripts/project";
import { run } from "../helpers/test-cloud";

async function bench(...options: string[]): Promise<string> {
  const args = [
    "--import",
    "tsx",
    join(ROOT, "scripts", "dev", "bench", "bench.ts"),
    "--runs",
    "1",
    ...options,
  ];
  return (await run(process.execPath, args, { cwd: ROOT, env: { ...process.env, TSX_DISABLE_CACHE: "1" } }))
    .stdout;
}

test("every row says what was measured, and how it compares with its yardstick in the same run", async () => {
  const rows: Record<string, unknown>[] = JSON.parse(
    await bench("--json", "--only", "size", "start", "drivers", "warm", "connections"),
  );
  expect(rows.map(({ name, yardstick }) => `${name} / ${yardstick}`)).toEqual([
    ...functionNames().flatMap((name) => [
      `code of ${name} / the unchanged SDK`,
      `code of ${name} at its start / the unchanged SDK`,
    ]),
    "start, an event without a call / an empty file and a line",
    "start, an event without a call / the unchanged SDK",
    "start, the first ProcessMedia / a request by bare Node",
    "start, the first ProcessMedia / the unchanged SDK",
    "peak memory, the first ProcessMedia / an empty file and a line",
    "code of callback that records with postgres / without recording",
    "loading the driver for postgres / an empty file and a line",
    "code of callback that records with mysql / without recording",
    "loading the driver for mysql / an empty file and a line",
    "warm ProcedureStateChanged, as short as the documented / JSON.parse of its body",
    "warm ProcedureStateChanged, with 2 outputs / JSON.parse of its body",
    "warm ProcedureStateChanged, with 20 outputs / JSON.parse of its body",
    "connections for 100 uploads / one for each call",
  ]);
  for (const { ours, theirs, ratio } of rows) {
    expect(ours).toBeGreaterThan(0);
    expect(ratio).toBe(Number(ours) / Number(theirs));
  }
  expect(rows.at(-1)).toMatchObject({ ours: 1, theirs: 100 });
});

test("for people it is a table, and they can ask for some of the rows", async () => {
  const lines = (await bench("--only", "size")).trimEnd().split("\n");
  expect(lines).toHaveLength(7);
  expect(lines[1]).toMatch(/^code of callback, bytes +\d+ +\d+ +the unchanged SDK/);
});
