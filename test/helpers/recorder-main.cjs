// Records events as a deployed function does, on any Node.js: the arguments are the bundle's folder and the number of
// connections; each line of the input is a list of [event, report] that is recorded in order.
const { createInterface } = require("node:readline");
const { join } = require("node:path");

const [, , folder, url, connections] = process.argv;
const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

async function main() {
  const lists = [];
  for await (const line of createInterface({ input: process.stdin })) lists.push(JSON.parse(line));
  const chunk = join(folder, "database.js");
  const failures = [];
  const run = async () => {
    delete require.cache[chunk];
    const recorder = require(chunk).recorderFor(url, undefined, clock);
    for (let list = lists.shift(); list; list = lists.shift())
      for (const [event, report] of list) {
        const failure = await recorder.record(event, report, performance.now() + 60_000);
        if (failure) failures.push(failure.error);
      }
    recorder.close();
  };
  await Promise.all(Array.from({ length: Number(connections) }, run));
  console.log(JSON.stringify({ node: process.version, failures }));
}

void main();
