// Run by a test: prints the processes that it started, one idle, one in a busy loop, and waits for its death.
import { Bench } from "./scf";

async function main(): Promise<void> {
  const bench = new Bench();
  await bench.deploy(`exports.main_handler = async ({ busy }) => {
  if (busy) { console.log("busy " + process.pid); while (true); }
  return { idle: process.pid, folder: __dirname };
};`);
  const result = bench.result();
  bench.functions.onLog(async ({ text }) => {
    const [, pid] = /^busy (\d+)$/.exec(text) ?? [];
    if (pid !== undefined) console.log(JSON.stringify({ ...Object(await result), busy: Number(pid) }));
  });
  await Promise.all([result, bench.result({ busy: true })]);
}

void main();
