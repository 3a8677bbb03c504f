import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "../../scripts/project";

export const INSTALLER = readFileSync(join(ROOT, "installer.sh"), "utf8");
export const NODE_VERSION = /^NODE=(v\S+)$/m.exec(INSTALLER)?.[1] ?? "";
const BUILD = `node-${NODE_VERSION}-linux-x64`;
export const KEYS = {
  SECRET_ID: "AKIDmarkedmarkedmarked",
  SECRET_KEY: "markedkeymarkedkeymarked",
  SIGN_KEY: "markedsignkey",
  APPID: "1250000000",
};

/** All that the installer may rely on in addition to bash, Node and npm, in a bare Debian as in macOS. */
const TOOLS =
  `bash cat curl cut date dirname env getconf grep gzip ln mkdir mv ps readlink rm rmdir sed sh sha256sum sleep
  tar uname wget`.split(/\s+/);

export interface System {
  /** The version of the Node.js on the PATH; none where it is left out. */
  node?: string;
  npm?: boolean;
  uname?: { s: string; m: string; r: string };
  /** What `getconf GNU_LIBC_VERSION` says; it fails where this is null. */
  libc?: string | null;
  /** The first line of `ldd --version`. */
  ldd?: string;
  bits?: number;
  without?: string[];
}

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A machine of its own for the installer: a checkout, a home and a PATH with nothing on it but what is put there. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "a machine "));
  readonly checkout = join(this.folder, "the checkout");
  readonly home = join(this.folder, "a home");
  readonly bin = join(this.folder, "bin");
  readonly ownNode = join(this.home, ".local/share/vod-receiver", BUILD);
  readonly tarball = join(this.folder, `${BUILD}.tar.gz`);

  constructor(system: System = {}) {
    for (const folder of [this.checkout, this.home, this.bin]) mkdirSync(folder);
    for (const file of ["package.json", "package-lock.json", ".npmrc", "vod-receiver"]) {
      copyFileSync(join(ROOT, file), join(this.checkout, file));
    }
    const past = Date.now() / 1000 - 60;
    utimesSync(join(this.checkout, "package-lock.json"), past, past);
    for (const tool of TOOLS) if (!system.without?.includes(tool)) this.#recordingTool(tool);
    this.#system(system);
    if (system.node) this.#node(this.bin, system.node, system.npm ?? true);
    writeFileSync(join(this.checkout, "installer.sh"), INSTALLER);
  }

  /** Packs a Node.js that only records, and makes the copy of the installer take it for the official one. */
  packNode(): this {
    const build = join(this.folder, "build", BUILD);
    mkdirSync(join(build, "bin"), { recursive: true });
    this.#node(join(build, "bin"), NODE_VERSION, true);
    writeFileSync(join(build, "LICENSE"), "x".repeat(100_000));
    execFileSync("tar", ["-czf", this.tarball, "-C", join(this.folder, "build"), BUILD]);
    const sum = createHash("sha256").update(readFileSync(this.tarball)).digest("hex");
    this.patch(/(linux-x64\) echo )[0-9a-f]{64}/, `$1${sum}`);
    return this;
  }

  patch(pattern: RegExp, replacement: string): void {
    const file = join(this.checkout, "installer.sh");
    const before = readFileSync(file, "utf8");
    const after = before.replace(pattern, replacement);
    if (after === before) throw new Error(`installer.sh has nothing like ${pattern}`);
    writeFileSync(file, after);
  }

  start(args: string[], variables: Record<string, string> = {}): ChildProcess {
    return spawn(join(this.bin, "bash"), [join(this.checkout, "installer.sh"), ...args], {
      cwd: this.folder,
      env: { PATH: this.bin, HOME: this.home, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, as a shell gives it, so that Ctrl-C can be sent to all of it.
      detached: true,
    });
  }

  run(args: string[], variables: Record<string, string> = {}): Promise<Run> {
    return outcomeOf(this.start(args, variables));
  }

  /** Switches a behaviour of the fake npm: `npm-fails`, `npm-hangs` or `npm-is-slow`. */
  set(behaviour: string, on = true): void {
    if (on) this.#write(behaviour, "");
    else rmSync(join(this.folder, behaviour));
  }

  /** What was recorded: `commands`, `environments`, `npm`, `hanging`, `handed-over` or `handed-over-environment`. */
  recorded(name: string): string[] {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  async reaches(file: string): Promise<void> {
    while (!existsSync(join(this.folder, file))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content);
  }

  #script(file: string, ...lines: string[]): void {
    writeFileSync(file, ["#!/bin/sh", `folder='${this.folder}'`, ...lines, ""].join("\n"));
    chmodSync(file, 0o755);
  }

  #recordingTool(name: string): void {
    const real = (process.env["PATH"] ?? "")
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file));
    if (!real) return;
    if (/^(ba)?sh$/.test(name)) symlinkSync(real, join(this.bin, name));
    else this.#script(join(this.bin, name), recording(name), `exec '${real}' "$@"`);
  }

  #system({ uname = { s: "Linux", m: "x86_64", r: "6.1.0" }, libc = "glibc 2.36", ldd, bits = 64 }: System) {
    this.#script(
      join(this.bin, "uname"),
      ...Object.entries(uname).map(([option, answer]) => `[ "$1" != -${option} ] || echo '${answer}'`),
    );
    this.#script(
      join(this.bin, "getconf"),
      'case "$1" in',
      `LONG_BIT) echo ${bits} ;;`,
      libc === null ? "*) exit 1 ;;" : `*) echo '${libc}' ;;`,
      "esac",
    );
    // musl's goes to standard error and fails.
    if (ldd) this.#script(join(this.bin, "ldd"), `echo '${ldd}' >&2`, "echo more >&2", "exit 1");
  }

  #node(folder: string, version: string, npm: boolean): void {
    this.#script(
      join(folder, "node"),
      `[ "$1" != --version ] || { ${recording("node")}; echo ${version}; exit; }`,
      '/usr/bin/env >"$folder/handed-over-environment"',
      `printf '%s\\n' "$0" "$@" >"$folder/handed-over"`,
    );
    if (!npm) return;
    this.#script(
      join(folder, "npm"),
      recording("npm"),
      '[ "$1" != --version ] || { echo 10.9.9; exit; }',
      'echo "$* in $PWD by $(command -v node)" >>"$folder/npm"',
      "rm -rf node_modules",
      "mkdir node_modules",
      '[ ! -e "$folder/npm-fails" ] || { echo "npm error no such registry"; exit 1; }',
      '[ ! -e "$folder/npm-is-slow" ] || sleep 2',
      // Bash outlives a Ctrl-C during a command that ends well, so the signal must come when none runs.
      '[ ! -e "$folder/npm-hangs" ] || { : >"$folder/hanging"; exec sleep 60; }',
      ": >node_modules/.package-lock.json",
    );
  }
}

function recording(name: string): string {
  return `echo "${name} $*" >>"$folder/commands"; { echo "--- ${name}"; /usr/bin/env; } >>"$folder/environments"`;
}

export async function outcomeOf(child: ChildProcess): Promise<Run> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

type Answer = (response: ServerResponse, content: Buffer) => void;
export const answers = {
  right: (response, content) => response.end(content),
  other: (response) => response.end("something else"),
  missing: (response) => response.writeHead(404).end("not here"),
  cut: (response, content) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 100), () => response.destroy());
  },
  /** Without a length nothing but the checksum shows that the end is missing. */
  short: (response, content) => response.end(content.subarray(0, 100)),
  stalled: (response, content) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 100));
  },
} satisfies Record<string, Answer>;

/** A Node.js mirror on loopback. */
export class Mirror {
  readonly requests: string[] = [];
  readonly #server: Server;

  constructor(machine: Machine, answer: Answer) {
    this.#server = createServer((request, response) => {
      this.requests.push(request.url ?? "");
      answer(response, readFileSync(machine.tarball));
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dist`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
