import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of helper programs that record what they are given before they do their work; it comes first in PATH. */
export class Recorders {
  readonly folder = mkdtempSync(join(tmpdir(), "recorders-"));
  readonly env: Record<string, string>;
  readonly #file = join(this.folder, "recorded");

  constructor() {
    for (const name of ["git", "ffmpeg", "ffprobe"]) this.#add(name, `PATH=\${PATH#*:} exec ${name} "$@"`);
    const esbuild = join(dirname(require.resolve("esbuild/package.json")), "bin", "esbuild");
    this.#add("esbuild", `unset ESBUILD_BINARY_PATH; exec "${process.execPath}" "${esbuild}" "$@"`);
    this.env = {
      PATH: `${this.folder}:${process.env["PATH"]}`,
      ESBUILD_BINARY_PATH: join(this.folder, "esbuild"),
      TMPDIR: join(this.folder, "tmp"),
    };
    mkdirSync(join(this.folder, "tmp"));
  }

  #add(name: string, work: string): void {
    const text = `#!/bin/sh\n{ echo "program: ${name} $*"; env; } >>"${this.#file}"\n${work}\n`;
    writeFileSync(join(this.folder, name), text, { mode: 0o700 });
  }

  /** Their names, arguments and environments. */
  get recorded(): string {
    return readFileSync(this.#file, "utf8");
  }

  /** Every file in the temporary folder. */
  temporaryFiles(): string[] {
    const entries = readdirSync(join(this.folder, "tmp"), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
