import { Command, InvalidArgumentError } from "commander";
import { ROOT, readJsonObject } from "./project";

const program = new Command("vod-receiver")
  .description("Receives Tencent Cloud VOD event notifications in an SCF function.")
  .version(String(readJsonObject(`${ROOT}/package.json`)["version"]))
  .showHelpAfterError();

program
  .command("build")
  .description("bundle the functions to dist/")
  .action(async () => {
    const { build } = await import("./build");
    for (const [name, bytes] of await build()) console.log(`dist/${name}/index.js ${bytes} bytes`);
  });

program
  .command("local-cloud")
  .description("start the local stand-in for Tencent Cloud alone, for any client")
  .option("--port <n>", "the port of its API (default: a free one)", parsePort)
  .option("--record <file>", "append a JSON line for every API call")
  .action(async (options: { port?: number; record?: string }) => {
    const { runLocalCloud } = await import("./local-cloud");
    await runLocalCloud(options);
  });

program
  .command("local")
  .description("run the whole job against the local cloud (bash installer.sh --local)")
  .option("--once", "end when the sample's outputs have arrived")
  .action(async (options: { once?: true }) => {
    const { runLocal } = await import("./local");
    await runLocal(options);
  });

program
  .command("deploy")
  .description("deploy to Tencent Cloud; keys in SECRET_ID and SECRET_KEY (installer.sh calls it)")
  .action(async () => {
    const { deploy } = await import("./deploy/deploy");
    await deploy(process.env);
  });

program
  .command("info")
  .description("print what is deployed: functions, states, triggers, the service address")
  .action(async () => {
    const { printInfo } = await import("./info");
    await printInfo(process.env);
  });

program
  .command("logs")
  .description("print the function's log")
  .option("--since <duration>", "how far back: 30s, 10m, 3h, 2d", "10m")
  .option("--follow", "go on until Ctrl-C")
  .action(async (options: { since: string; follow?: true }) => {
    const { printLogs } = await import("./logs");
    await printLogs(process.env, options);
  });

program
  .command("event-config")
  .description("show how VOD sends its events, and how it should")
  .option("--yes", "set it")
  .option("--replace", "even where another address or mode is set")
  .action(async (options: { yes?: true; replace?: true }) => {
    const { eventConfig } = await import("./event-config");
    await eventConfig(process.env, options);
  });

program
  .command("doctor")
  .description("look for what keeps notifications from arriving or being acted on")
  .action(async () => {
    const { doctor } = await import("./doctor");
    if (!(await doctor(process.env))) process.exitCode = 1;
  });

program
  .command("remove")
  .description("take away what deploying made, and nothing else")
  .option("--yes", "without asking")
  .action(async (options: { yes?: true }) => {
    const { remove } = await import("./remove");
    await remove(process.env, options);
  });

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65535) throw new InvalidArgumentError("It must be 0 to 65535.");
  return port;
}

program.parseAsync().then(
  // What a stopped command leaves waiting must not hold the process.
  () => process.exit(),
  async (error: unknown) => {
    const { explain } = await import("./deploy/explain");
    console.error(explain(error));
    process.exit(1);
  },
);
