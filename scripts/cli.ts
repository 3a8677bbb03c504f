import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { Environment } from "../lib/config";
import { UsageError } from "../lib/errors";
import { withCredentials } from "./cloud/credentials";
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
    const [{ build }, { readProjectConfig }] = await Promise.all([
      import("./build/build"),
      import("./project"),
    ]);
    for (const [file, bytes] of await build(readProjectConfig(env))) print(`dist/${file} ${bytes} bytes`);
  });

program
  .command("trigger [EventType]")
  .description("print an example of an event, send it or run the built function with it")
  .option("--list", "list the event types with an explanation of each")
  .option("--fail", "make the event report a failure")
  .option(
    "--override <path=value>",
    "set a value, such as FileUploadEvent.FileId=528…; can be repeated",
    collect,
    [],
  )
  .option("--to <url>", "send it to this URL, signed if a sign key is set")
  .option("--bundle", "build the function and run it with the event on this machine")
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
  .option("--port <n>", "the port to listen on; 0 selects a free port", parsePort, 8080)
  .option("--host <address>", "the address to listen on (default: all addresses of this machine)")
  .action(async (options: import("./commands/serve").ServeOptions) => {
    const { serve } = await import("./commands/serve");
    await serve(options, env);
  });

program
  .command("local-cloud")
  .description("start only the local cloud, for any client")
  .option("--port <n>", "the port of its API (default: a free port)", parsePort)
  .option("--record <file>", "append a JSON line to this file for each API call")
  .option("--faults <file>", "delay calls, make them fail and kill instances by the rules of this JSON file")
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
  .description("deploy to the local cloud and process a sample video (bash installer.sh --local runs this)")
  .option("--once", "exit when the outputs of the sample have arrived")
  .action(async (options: { once?: true }) => {
    const { runLocal } = await import("./commands/local");
    await runLocal(options);
  });

program
  .command("console")
  .description("open a page that shows the account's files, events, log and settings; it changes nothing")
  .option("--port <n>", "the port to listen on (default: a free port)", parsePort, 0)
  .action(async (options: { port: number }) => {
    const { runConsole } = await import("./commands/console");
    await runConsole(env, options);
  });

program
  .command("deploy")
  .description("deploy to Tencent Cloud with the keys in SECRET_ID and SECRET_KEY (installer.sh runs this)")
  .option("--yes", "make the database's missing tables without a prompt")
  .action(async (options: { yes?: boolean }) => {
    const { deploy } = await import("./commands/deploy");
    const { address } = await deploy(env, undefined, undefined, options);
    const names = ["NAMESPACE", "FUNCTION", "SUBAPPID"].flatMap((name) =>
      env[name] ? `${name}=${env[name]} ` : [],
    );
    const mode = address ? "" : "MODE=reliable ";
    printError(
      `Next, let VOD send its events there: ${names.join("")}${mode}./vod-receiver event-config --yes (or in the VOD console).`,
    );
  });

program
  .command("database <action>")
  .description(
    "the database that events are recorded in: init makes its tables, print prints their SQL, status looks at them, " +
      "backfill fills them with what VOD has",
  )
  .option("--since <duration>", "with backfill: how old the files may be: 30m, 2h, 30d (default: all files)")
  .action(async (action: string, options: { since?: string }) => {
    const { initDatabase, printDatabase, printSchema } = await import("./commands/database");
    const { backfill } = await import("./database/backfill");
    if (action === "init") await initDatabase(env);
    else if (action === "print") await printSchema(env);
    else if (action === "status" || action === "backfill")
      process.exitCode = (await (action === "status" ? printDatabase(env) : backfill(env, options))) ? 0 : 1;
    else
      throw new UsageError(
        `database ${action} is unknown. The actions are init, print, status and backfill.`,
      );
  });

program
  .command("info")
  .description("print the deployed functions, their states and triggers, and the service address")
  .action(async () => {
    const { printInfo } = await import("./commands/info");
    await printInfo(env);
  });

program
  .command("logs")
  .description("print the functions' log")
  .option("--since <duration>", "how far back to read: 30s, 10m, 3h, 2d", "10m")
  .option("--follow", "print new lines until Ctrl-C")
  .option("--function <name>", "print only the log of this function")
  .option("--file <FileId>", "print only what concerns this file", parseFileId)
  .option("--events", "leave out the platform's own lines")
  .action(async (options: import("./commands/logs").LogOptions) => {
    const { printLogs } = await import("./commands/logs");
    await printLogs(env, options);
  });

program
  .command("event-config")
  .description(
    "show VOD's callback settings, and apply the recommended ones after a prompt (set MODE=normal or reliable if both are deployed)",
  )
  .option("--yes", "do not prompt")
  .option("--replace", "also replace another address or mode")
  .option("--url <url>", "the address of your own server, such as serve's (default: ADDRESS)")
  .option(
    "--mode <mode>",
    "push (to serve) or pull (by pull): how VOD delivers events, if no function receives them",
  )
  .option("--clear", "send the events nowhere, and switch them off")
  .option("--all", "also switch on the events that are off by default")
  .option(
    "--sign-key",
    "with --yes: rotate the sign key at VOD and in the function, to SIGN_KEY or to a random one",
  )
  .action(async (options: import("./commands/event-config").EventConfigOptions) => {
    const { eventConfig } = await import("./commands/event-config");
    await eventConfig(env, options);
  });

program
  .command("replay [FILE]")
  .description("reprocess recorded events from the functions' log or from FILE")
  .option("--since <duration>", "how far back to read the log: 30s, 10m, 3h, 2d", "3d")
  .option(
    "--again <FileId>",
    "start the processing of this one file, whatever came of earlier tries",
    parseFileId,
  )
  .option("--yes", "do not prompt")
  .action(async (file: string | undefined, options: { since: string; again?: string; yes?: true }) => {
    const { replay } = await import("./commands/replay");
    if (!(await replay(env, { ...options, ...(file !== undefined && { file }) }))) process.exitCode = 1;
  });

program
  .command("upload <file>")
  .description("upload a video to VOD, and print its FileId and its URL")
  .option("--wait", "wait for the outputs that the configuration starts, and print them")
  .action(async (file: string, options: { wait?: true }) => {
    const { upload } = await import("./commands/upload");
    if (!(await upload(env, file, options))) process.exitCode = 1;
  });

program
  .command("status <FileId>")
  .description("print whether a file is processing or normal, its task flows and its outputs")
  .action(async (fileId: string) => {
    const { printStatus } = await import("./commands/status");
    if (!(await printStatus(env, parseFileId(fileId)))) process.exitCode = 1;
  });

program
  .command("reconcile")
  .description("list files without the outputs that the configuration starts; --yes starts them")
  .option("--since <duration>", "how far back to look: 30m, 2h, 1d (default: since the last deployment)")
  .option("--limit <n>", "the maximum number of files to list", parseCount, 100)
  .option("--include-pulled", "also start files that may have been pulled from a URL")
  .option("--yes", "start the listed files")
  .action(async (options: import("./commands/reconcile").ReconcileOptions) => {
    const { reconcile } = await import("./commands/reconcile");
    if (!(await reconcile(env, options))) process.exitCode = 1;
  });

program
  .command("doctor")
  .description("look for what keeps notifications from arriving or being processed")
  .action(async () => {
    const { doctor } = await import("./commands/doctor");
    if (!(await doctor(env))) process.exitCode = 1;
  });

program
  .command("pull")
  .description("process the events in VOD's queue (reliable callback) on this machine")
  .option("--once", "exit when the queue is empty")
  .action(async (options: { once?: true }) => {
    const { pull } = await import("./commands/pull");
    if (!(await pull(env, options))) process.exitCode = 1;
  });

program
  .command("remove")
  .description("delete everything `deploy` created")
  .option("--yes", "do not prompt")
  .option("--only <function>", "remove only this function: reliable, when VOD no longer uses its queue")
  .action(async (options: { yes?: true; only?: string }) => {
    const { remove } = await import("./commands/remove");
    await remove(env, options);
  });

// Nobody without a proxy loads what it takes.
program.hook("preAction", async () => {
  if (!Object.entries(env).some(([name, value]) => value && /_proxy$/i.test(name))) return;
  const { useProxies } = await import("./cloud/proxies");
  await useProxies(env);
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
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new InvalidArgumentError("It must be a whole number from 1 to 999999.");
  return Number(value);
}

function parseFileId(value: string): string {
  if (!/^\d{1,32}$/.test(value)) throw new InvalidArgumentError("A FileId has digits only.");
  return value;
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65535)
    throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}

/**
 * Runs the command that the process's arguments name, and exits.
 * @param environment the variables that the user set
 */
export async function main(environment: Environment): Promise<void> {
  const { RECORD_CA } = environment;
  // Read from other folders too.
  env = withCredentials({ ...environment, ...(RECORD_CA && { RECORD_CA: resolve(RECORD_CA) }) });
  runExitListenersOnSignals();
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = await report(error);
  }
  // Timers and connections of a stopped command must not keep the process alive.
  await exit();
}

/** @returns the exit code */
async function report(error: unknown): Promise<number> {
  // Commander has printed the mistake, the help or the version, unless an action found the mistake.
  if (error instanceof InvalidArgumentError) printError(error.message);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { explain } = await import("./cloud/explain");
  printError(...linesOf(explain(error)));
  return error instanceof UsageError ? 2 : 1;
}
