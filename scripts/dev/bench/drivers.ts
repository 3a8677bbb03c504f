import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../build/build";
import type { Bundles } from "./bundles";
import { runProgram } from "./child";
import { median, type Progress, type Row, row } from "./row";
import { BARE_LINE, REPORT, readCost } from "./start";

/** The most that recording may add to the package of a function. */
const MAX_KB = { postgres: 45, mysql: 380 };

/**
 * What recording adds to a function: its code with the recorder and its driver, and the CPU time of a new process that
 * loads them, against one that loads an empty file.
 */
export async function benchDrivers(
  { ours: folder }: Bundles,
  node: string,
  runs: number,
  progress: Progress,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const engine of ["postgres", "mysql"] as const) {
    const built = join(folder, engine);
    const record_url = `${engine}://user:password@127.0.0.1/name`;
    await build({ definitions: [100010], record_url }, built, ["callback"]);
    const chunk = JSON.stringify(join(built, "callback", "database.js"));
    const load = `require(${chunk}).recorderFor("${record_url}", undefined, { now: Date.now })`;
    const file = (name: string) => join(built, `${name}.js`);
    writeFileSync(file("empty"), "");
    writeFileSync(file("bare"), `${REPORT}\n${BARE_LINE}`);
    writeFileSync(file("driver"), `${REPORT}\n${BARE_LINE}\n${load}`);
    const cpuMs = { bare: [] as number[], driver: [] as number[] };
    for (let run = 1; run <= runs; run++) {
      progress(`loading the driver for ${engine}, run ${run} of ${runs}`);
      for (const name of ["bare", "driver"] as const)
        cpuMs[name].push(readCost(await runProgram(node, { file: file(name) })).cpuMs);
    }
    rows.push(
      row({
        ...{ name: `code of callback that records with ${engine}`, unit: "bytes" },
        ...{ yardstick: "without recording", bar: `at most ${MAX_KB[engine]} KB more` },
        ours: codeBytes(join(built, "callback")),
        theirs: codeBytes(join(folder, "callback")),
      }),
      row({
        name: `loading the driver for ${engine}`,
        unit: "ms of CPU",
        yardstick: "an empty file and a line",
        ours: median(cpuMs.driver),
        theirs: median(cpuMs.bare),
        bar: "",
      }),
    );
  }
  return rows;
}

function codeBytes(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
