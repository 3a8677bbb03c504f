import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildSync, type OutputFile } from "esbuild";
import { makeTemporaryFolder } from "../../temporary-folder";

/** Where instances live: a folder for code and bootstrap, and a keeper for when this process is killed. */
export interface Workplace {
  root: string;
  /** The instances' main script, JavaScript for SCF's Node. */
  bootstrap: string;
  /** Has a process group killed if this process ends without having forgotten it. */
  keep(pid: number): void;
  forget(pid: number): void;
  /** Removes everything; the instances must have gone. */
  close(): Promise<void>;
}

let programs: readonly OutputFile[] | undefined;

/** The instances' and the keeper's programs, which each process makes once. */
function buildPrograms(): readonly OutputFile[] {
  // Synchronous, because esbuild's asynchronous calls leave a service process behind.
  programs ??= buildSync({
    entryPoints: ["instance-main.ts", "keeper-main.ts"].map((file) => join(__dirname, file)),
    outdir: __dirname,
    write: false,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node18.15",
  }).outputFiles;
  return programs;
}

export async function openWorkplace(): Promise<Workplace> {
  const root = await makeTemporaryFolder("scf");
  for (const { path, contents } of buildPrograms()) await writeFile(join(root, basename(path)), contents);
  const keeper = spawn(process.execPath, [join(root, "keeper-main.cjs"), root], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
    cwd: tmpdir(),
    env: {},
  });
  const ended = once(keeper, "close");
  keeper.stdin.on("error", () => {});
  return {
    root,
    bootstrap: join(root, "instance-main.cjs"),
    keep: (pid) => keeper.stdin.write(`+${pid}\n`),
    forget: (pid) => keeper.stdin.write(`-${pid}\n`),
    async close() {
      keeper.stdin.end();
      await ended;
      await rm(root, { recursive: true, force: true });
    },
  };
}
