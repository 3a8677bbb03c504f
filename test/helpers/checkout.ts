import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildOptions, BuildResult } from "esbuild";
import { CHUNKS } from "../../scripts/build/chunks";
import { ROOT } from "../../scripts/project";

/** The files of a function's package, by name. */
export const BUILT_FILES = ["config.json", "index.js", ...CHUNKS.map(({ name }) => `${name}.js`)].sort();

/** What of the scripts the tests call. */
export interface Scripts {
  readonly deploy: typeof import("../../scripts/commands/deploy").deploy;
  readonly printInfo: typeof import("../../scripts/commands/info").printInfo;
  readonly printLogs: typeof import("../../scripts/commands/logs").printLogs;
  readonly remove: typeof import("../../scripts/commands/remove").remove;
  readonly eventConfig: typeof import("../../scripts/commands/event-config").eventConfig;
  readonly doctor: typeof import("../../scripts/commands/doctor").doctor;
  readonly explain: typeof import("../../scripts/cloud/explain").explain;
}

/** Compiles each bundle of a checkout once: its sources do not change, and each deployment builds anew. */
function compileOnce(): void {
  const esbuild: typeof import("esbuild") = jest.requireActual("esbuild");
  const compiled = new Map<string, Promise<BuildResult>>();
  const build = (options: BuildOptions): Promise<BuildResult> => {
    const key = JSON.stringify(options);
    const compiling = compiled.get(key) ?? esbuild.build(options);
    compiled.set(key, compiling);
    return compiling;
  };
  jest.doMock("esbuild", () => ({ ...esbuild, build }));
}
compileOnce();

/**
 * A checkout of its own for a test file: tests change its files, and other files' tests must
 * not see that.
 */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), "deploy checkout "));

  constructor() {
    for (const name of ["scripts", "serverless.yml", "config.json", "package.json", "vod-receiver"]) {
      cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    }
    for (const name of ["lib", "functions", "local-cloud", "console", "node_modules"]) {
      symlinkSync(join(ROOT, name), join(this.folder, name));
    }
  }

  /** Copies what a user writes code in, so that tests may change it; from here on it is compiled anew each time. */
  copySources(): void {
    jest.dontMock("esbuild");
    for (const name of ["lib", "functions"]) rmSync(this.path(name));
    for (const name of ["lib", "functions", "tsconfig.json"])
      cpSync(join(ROOT, name), this.path(name), { recursive: true });
  }

  write(name: string, content: object | string): void {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(this.folder, name), text);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** The scripts of this checkout, whose root is this one too. */
  scripts(): Scripts {
    const { deploy }: Scripts = require(this.path("scripts/commands/deploy.ts"));
    const { explain }: Scripts = require(this.path("scripts/cloud/explain.ts"));
    const { printInfo }: Scripts = require(this.path("scripts/commands/info.ts"));
    const { printLogs }: Scripts = require(this.path("scripts/commands/logs.ts"));
    const { remove }: Scripts = require(this.path("scripts/commands/remove.ts"));
    const { eventConfig }: Scripts = require(this.path("scripts/commands/event-config.ts"));
    const { doctor }: Scripts = require(this.path("scripts/commands/doctor.ts"));
    return { deploy, explain, printInfo, printLogs, remove, eventConfig, doctor };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
