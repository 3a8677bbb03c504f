// Run by a test: prints the processes that it started, one idle, one in a busy loop, and waits for its death.
import { Bench } from "./scf";

async function main(): Promise<void> {
  const bench = new Bench();
  await bench.deploy(`exports.main_handler = async ({ busy }) => {
  if (busy) { console.log("busy " + process.pid); while (true); }
  return { idle: process.pid, folder: __dirname };
};`);
  // At the same time, so that each has an instance of its own.
  const result = bench.result();
  void bench.result({ busy: true });
  const busy = Number((await bench.seen(/^busy /)).split(" ")[1]);
  console.log(JSON.stringify({ ...Object(await result), busy }));
}

void main();
