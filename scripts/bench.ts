import { Command } from "commander";
import { benchDrain } from "./bench/drain";

new Command("npm run bench --")
  .description("compares what this project does with the simplest way to do it, on this machine")
  .option("--json", "print JSON")
  .action(bench)
  .parseAsync()
  .then(() => process.exit());

async function bench({ json = false }: { json?: boolean }): Promise<void> {
  const rows = await benchDrain();
  if (json) return console.log(JSON.stringify(rows, null, 2));
  for (const { name, naive, ours, ratio, bar } of rows) {
    console.log(
      `${name}: ${ours.toFixed(1)} against ${naive.toFixed(1)}, ratio ${ratio.toFixed(1)} (bar ${bar})`,
    );
  }
}
