import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { Environment } from "../lib/config";
import { UsageError } from "../lib/errors";
import { ROOT, readJsonObject } from "./project";
import { exit, print, printError } from "./terminal/output";
import { runExitListenersOnSignals } from "./terminal/wait-for-signal";

let env: Environment = {};

const program = new Command("vod-receiver")
  .description("Receives Tencent Cloud VOD event notifications in an SCF function.")
  .version(String(readJsonObject(`${ROOT}/package.json`)["version"]))
  .showHelpAfterError()
  .configureOutput({
    writeOut: (text) => print(...linesOf(text)),
    writeErr: (text) => printError(...linesOf(text)),
    outputError: (text, write) => write(withoutKeys(text)),
  })
  .exitOverride();

program
  .command("build")
  .description("bundle the functions to dist/")
  .action(async () => {
    const { build } = await import("./build/build");
    for (const [file, bytes] of await build()) print(`dist/${file} ${bytes} bytes`);
  });

program
  .command("trigger [EventType]")
  .description("make a complete example of an event, and print it, send it or run the built function with it")
  .option("--list", "list the event types, each with an explanation")
  .option("--fail", "make a failed one")
  .option(
    "--override <path=value>",
    "set a value, such as FileUploadEvent.FileId=528…; may be repeated",
    collect,
    [],
  )
  .option("--to <url>", "send it there, signed where a sign key is set")
  .option("--bundle", "build the function and run it with it, on this machine")
  .action(async (eventType: string | undefined, options: import("./commands/trigger").TriggerOptions) => {
    const [{ trigger }, { systemClock }] = await Promise.all([
      import("./commands/trigger"),
      import("../lib/clock"),
    ]);
    if (!(await trigger(eventType, options, env, systemClock))) process.exitCode = 1;
  });

program
  .command("serve")
  .description("receive notifications on this machine instead of in SCF, and print every request")
  .option("--port <n>", "the port to listen on; 0 for a free one", parsePort, 8080)
  .option("--host <address>", "the address to listen on (default: all of this machine's)")
  .action(async (options: import("./commands/serve").ServeOptions) => {
    const { serve } = await import("./commands/serve");
    await serve(options, env);
  });

program
  .command("local-cloud")
  .description("start the local stand-in for Tencent Cloud alone, for any client")
  .option("--port <n>", "the port of its API (default: a free one)", parsePort)
  .option("--record <file>", "append a JSON line for every API call")
  .option("--faults <file>", "make calls slow or fail, and kill instances, by the rules of a JSON file")
  .option(
    "--no-procedure-status",
    "send ProcedureStateChanged without the task flow's own ErrCode and Message",
  )
  .action(async (options: import("./commands/local-cloud").LocalCloudCommand) => {
    const { runLocalCloud } = await import("./commands/local-cloud");
    await runLocalCloud(options);
  });

program
  .command("local")
  .description("run the whole job against the local cloud (bash installer.sh --local)")
  .option("--once", "end when the sample's outputs have arrived")
  .action(async (options: { once?: true }) => {
    const { runLocal } = await import("./commands/local");
    await runLocal(options);
  });

program
  .command("deploy")
  .description("deploy to Tencent Cloud; keys in SECRET_ID and SECRET_KEY (installer.sh calls it)")
  .action(async () => {
    const { deploy } = await import("./commands/deploy");
    await deploy(env);
  });

program
  .command("info")
  .description("print what is deployed: functions, states, triggers, the service address")
  .action(async () => {
    const { printInfo } = await import("./commands/info");
    await printInfo(env);
  });

program
  .command("logs")
  .description("print the functions' log")
  .option("--since <duration>", "how far back: 30s, 10m, 3h, 2d", "10m")
  .option("--follow", "go on until Ctrl-C")
  .option("--function <name>", "only this function's")
  .action(async (options: { since: string; follow?: true; function?: string }) => {
    const { printLogs } = await import("./commands/logs");
    await printLogs(env, options);
  });

program
  .command("event-config")
  .description(
    "show how VOD hands its events over, and how it should (MODE=normal or reliable, where both are there)",
  )
  .option("--yes", "set it")
  .option("--replace", "even where another address or mode is set")
  .option("--sign-key", "change the sign key at VOD and in the function, to SIGN_KEY or to one at random")
  .action(async (options: { yes?: true; replace?: true; signKey?: true }) => {
    const { eventConfig } = await import("./commands/event-config");
    await eventConfig(env, options);
  });

program
  .command("replay [FILE]")
  .description("take the events that could not be handled as if they were new, from the log or a saved one")
  .option("--since <duration>", "how far back in the log: 30s, 10m, 3h, 2d", "3d")
  .option("--yes", "without asking")
  .action(async (file: string | undefined, options: { since: string; yes?: true }) => {
    const { replay } = await import("./commands/replay");
    if (!(await replay(env, { ...options, ...(file !== undefined && { file }) }))) process.exitCode = 1;
  });

program
  .command("reconcile")
  .description("list uploads that have no outputs and no task under way, and start them with --yes")
  .requiredOption("--since <duration>", "how far back: 30m, 2h, 1d")
  .option("--limit <n>", "the most files to list", parseCount, 100)
  .option("--yes", "start them")
  .action(async (options: { since: string; limit: number; yes?: true }) => {
    const { reconcile } = await import("./commands/reconcile");
    if (!(await reconcile(env, options))) process.exitCode = 1;
  });

program
  .command("doctor")
  .description("look for what keeps notifications from arriving or being acted on")
  .action(async () => {
    const { doctor } = await import("./commands/doctor");
    if (!(await doctor(env))) process.exitCode = 1;
  });

program
  .command("pull")
  .description("work through the reliable callback's queue on this machine")
  .option("--once", "end when the queue is empty")
  .action(async (options: { once?: true }) => {
    const { pull } = await import("./commands/pull");
    await pull(env, options);
  });

program
  .command("remove")
  .description("take away what deploying made, and nothing else")
  .option("--yes", "without asking")
  .option("--only <door>", "reliable: take only that function away, once VOD needs it no more")
  .action(async (options: { yes?: true; only?: string }) => {
    const { remove } = await import("./commands/remove");
    await remove(env, options);
  });

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** An unknown argument may be a key, or an option with one: of those only what looks like a word is quoted. */
function withoutKeys(text: string): string {
  return text.replace(/(unknown (?:command|option)) '(.*)'/s, (_, what: string, argument: string) => {
    const [word = ""] = argument.split("=");
    return /^[a-z-]{1,20}$/.test(word) ? `${what} '${word}'` : what;
  });
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function parseCount(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError("It must be a number from 1 on.");
  return Number(value);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65535) throw new InvalidArgumentError("It must be 0 to 65535.");
  return port;
}

/**
 * Runs the command that the process's arguments name, and ends the process.
 * @param environment the variables that the user set
 */
export async function main(environment: Environment): Promise<void> {
  env = environment;
  runExitListenersOnSignals();
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = await report(error);
  }
  // What a stopped command leaves waiting must not hold the process.
  await exit();
}

/** @returns the exit code */
async function report(error: unknown): Promise<number> {
  // It has printed what is wrong, or what it was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { explain } = await import("./cloud/explain");
  printError(...linesOf(explain(error)));
  return error instanceof UsageError ? 2 : 1;
}
