import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { environmentWithoutSecrets } from "../../../lib/log/redact";
import { ROOT } from "../../project";
import { median, type Progress, type Row, row } from "./row";

/** What a checkout has that comes with no clone. */
const NOT_CLONED = [".git", "node_modules", "dist", ".bundle", ".node", ".installing", "config.local.json"];

/**
 * How long `installer.sh` takes from its start to the service address, at the local cloud, in a copy of this
 * checkout: with `node_modules` there, against without. npm's cache is this machine's, as it is.
 * @param runs how often each
 */
export async function benchInstaller(runs: number, progress: Progress): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "bench-installer-"));
  const times: { without: number[]; with: number[] } = { without: [], with: [] };
  try {
    copyCheckout(folder);
    await withLocalCloud(async (env) => {
      for (let run = 1; run <= runs; run++) {
        progress(`installer, run ${run} of ${runs}`);
        rmSync(join(folder, "node_modules"), { recursive: true, force: true });
        times.without.push(await install(folder, env));
        times.with.push(await install(folder, env));
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return row({
    name: "installer, with node_modules",
    unit: "s",
    yardstick: "without node_modules",
    ours: median(times.with),
    theirs: median(times.without),
    bar: "",
  });
}

function copyCheckout(folder: string): void {
  for (const name of readdirSync(ROOT)) {
    if (NOT_CLONED.includes(name)) continue;
    // The Node of the functions is no part of a clone either.
    cpSync(join(ROOT, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.endsWith("node_modules"),
    });
  }
}

/** @returns the seconds until the address was there */
async function install(folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now();
  const child = spawn("bash", ["installer.sh"], {
    cwd: folder,
    env: { ...environmentWithoutSecrets(), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let seconds: number | undefined;
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    if (/Service address: http/.test(line)) seconds = (performance.now() - start) / 1000;
  }
  const [code] = await exited;
  if (code !== 0 || seconds === undefined) throw new Error(`installer.sh ended with ${code}: ${last}`);
  return seconds;
}

/** The command, so that its deployments are nobody else's. */
async function withLocalCloud(use: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  const child = spawn(join(ROOT, "vod-receiver"), ["local-cloud"], {
    env: environmentWithoutSecrets(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  try {
    const env: NodeJS.ProcessEnv = {};
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === "ready") return await use(env);
      const [name = "", ...value] = line.split("=");
      env[name] = value.join("=");
    }
    throw new Error("The local cloud did not start.");
  } finally {
    child.kill();
    await exited;
  }
}
