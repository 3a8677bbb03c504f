import { Command, InvalidArgumentError, Option } from "commander";
import { build } from "../../build/build";
import { DEFAULT_CONCURRENCY } from "../../deploy/invocation-config";
import { exit } from "../../terminal/output";
import { soakBursts } from "./burst";
import { soakLog } from "./log";
import { soakNormal } from "./normal";
import { soakReliable } from "./reliable";

interface Options {
  readonly events: number;
  readonly seed: number;
  readonly instances: number;
  readonly database?: string;
  readonly mode: keyof typeof MODES | "log" | "burst";
}

const MODES = { reliable: soakReliable, normal: soakNormal };
/** How many of the lost are named. */
const NAMED = 20;
/** What a command may take to read a log of any length. */
const MAX_MEMORY_MB = 150;

new Command("npm run soak --")
  .description("runs events through the local cloud while calls fail and instances are killed")
  .option("--events <n>", "how many; with --mode log: lines", whole, 1000)
  .option("--seed <s>", "of the chance by which calls fail; what runs when is the machine's", whole, 1)
  .addOption(
    new Option("--mode <mode>", "VOD's callback; log: replay of a long log; burst: many events at once")
      .choices([...Object.keys(MODES), "log", "burst"])
      .default("reliable"),
  )
  .option("--database <url>", "with --mode normal: record events in this empty database, and check it")
  .option("--instances <n>", "with --mode burst: how many callback has at most", whole, DEFAULT_CONCURRENCY)
  .action(soak)
  .parseAsync()
  .then(() => exit());

async function soak({ events, seed, mode, instances, database }: Options): Promise<void> {
  if (mode === "burst") return burst(instances);
  if (mode === "log") return soakLines(events);
  // The others build what they need in a folder of their own.
  if (mode === "normal" && database === undefined) await build();
  const show = process.stderr.isTTY ? (line: string) => process.stderr.write(`\r\x1b[2K${line}`) : () => {};
  const start = performance.now();
  const { lost, doubled, parked, killed, throttled, failed, left } = await MODES[mode]({
    events,
    seed,
    report: show,
    ...(database !== undefined && { recordUrl: database }),
  });
  show("");
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`mode ${mode}, ${events} events, seed ${seed}: ${seconds} s`);
  console.log(
    `calls failed: ${failed}, instances killed: ${killed}, found no instance: ${throttled}, left on their way: ${left}`,
  );
  for (const what of [...lost, ...doubled.map((fileId) => `doubled ${fileId}`)].slice(0, NAMED))
    console.log(what);
  console.log(`lost ${lost.length}, doubled ${doubled.length}, parked ${parked}`);
  if (lost.length + doubled.length + left > 0) process.exitCode = 1;
}

/** Prints how many events of each burst found no instance; to measure, not to pass or fail. */
async function burst(instances: number): Promise<void> {
  for (const { title, ...counts } of await soakBursts(instances))
    console.log(
      `${title}: ${counts.lost} of ${counts.events} found no instance, with at most ${counts.instances}`,
    );
}

async function soakLines(lines: number): Promise<void> {
  const start = performance.now();
  const { records, lost, peakBytes } = await soakLog(lines);
  const [seconds, peakMb] = [((performance.now() - start) / 1000).toFixed(1), Math.ceil(peakBytes / 2 ** 20)];
  console.log(`mode log, ${lines} lines: ${seconds} s`);
  console.log(`records ${records}, lost ${lost}, peak memory ${peakMb} MB of at most ${MAX_MEMORY_MB}`);
  if (lost > 0 || peakMb > MAX_MEMORY_MB) process.exitCode = 1;
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}
