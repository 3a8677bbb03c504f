import { Command, InvalidArgumentError } from "commander";
import { ROOT, readJson } from "./project";

const program = new Command("vod-receiver")
  .description("Receives Tencent Cloud VOD event notifications in an SCF function.")
  .version(String(readJson(`${ROOT}/package.json`)["version"]))
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

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65535) throw new InvalidArgumentError("It must be 0 to 65535.");
  return port;
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
