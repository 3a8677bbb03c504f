import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Bundles, benchSize, makeBundles } from "./bundles";
import { benchDrain } from "./drain";
import { benchDrivers } from "./drivers";
import { formatTable, type Progress, type Row } from "./row";
import { benchStart } from "./start";
import { benchConnections, benchWarm } from "./warm";

interface Options {
  readonly json?: boolean;
  readonly node: string;
  readonly runs: number;
  readonly only: readonly (keyof typeof BENCHES)[];
}

interface Bench {
  readonly bundles: Bundles;
  readonly node: string;
  readonly runs: number;
  readonly progress: Progress;
}

const BENCHES = {
  size: async ({ bundles }: Bench) => benchSize(bundles),
  start: ({ bundles, node, runs, progress }: Bench) => benchStart(bundles, node, runs, progress),
  drivers: ({ bundles, node, runs, progress }: Bench) => benchDrivers(bundles, node, runs, progress),
  warm: ({ bundles, node, runs, progress }: Bench) => benchWarm(bundles, node, runs, progress),
  connections: async ({ bundles, node, progress }: Bench) => [
    await benchConnections(bundles, node, progress),
  ],
  reliable: ({ progress }: Bench) => benchDrain(progress),
} satisfies Record<string, (bench: Bench) => Promise<Row[]>>;

new Command("npm run bench --")
  .description("compares this project with its yardsticks, on this machine and in this run")
  .option("--json", "print JSON")
  .option("--node <file>", "the Node that the functions run on", process.execPath)
  .option("--runs <n>", "how many times what is quoted as a median is measured", runsOf, 31)
  .addOption(
    new Option("--only <rows...>", "not all rows")
      .choices(Object.keys(BENCHES))
      .default(Object.keys(BENCHES), "all"),
  )
  .action(bench)
  .parseAsync()
  .then(() => process.exit());

async function bench({ json = false, node, runs, only }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const show = process.stderr.isTTY;
  const progress: Progress = (text) => show && process.stderr.write(`\r\x1b[2K${text}`);
  const rows: Row[] = [];
  try {
    progress("building");
    const bundles = await makeBundles(folder);
    for (const name of only) rows.push(...(await BENCHES[name]({ bundles, node, runs, progress })));
  } finally {
    progress("");
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(json ? JSON.stringify(rows, null, 2) : formatTable(rows));
}

function runsOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number from 1 to 9999.");
}
