import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Checkout } from "../helpers/checkout";
import { runCommand } from "../helpers/deploy-scenario";

let checkout: Checkout;
let folder: string;
beforeEach(() => {
  checkout = new Checkout();
  folder = mkdtempSync(join(tmpdir(), "bundle "));
});
afterEach(() => {
  checkout.remove();
  rmSync(folder, { recursive: true });
});

const help = (env: Record<string, string> = {}) => runCommand(checkout, ["--help"], env);
const bundle = () => checkout.path(".bundle", "cli.cjs");
const OTHERS = 65_534;

test("several first commands build a private bundle at once, and use no temporary folder", async () => {
  const runs = await Promise.all(Array.from({ length: 4 }, () => help({ TMPDIR: folder })));
  for (const { code, output } of runs) expect({ code, output }).toEqual({ code: 0, output: runs[0]?.output });
  expect(runs[0]?.output).toMatch(/^Usage: vod-receiver/);
  expect(readdirSync(folder)).toEqual([]);
  expect(readdirSync(dirname(bundle())).sort()).toEqual(["cli.cjs", "cli.cjs.map"]);
  expect(statSync(dirname(bundle())).mode & 0o777).toBe(0o700);
});

test("a changed source is built again, even one that looks older, and nothing else is", async () => {
  await help();
  const { ino } = statSync(bundle());
  await help();
  expect(statSync(bundle()).ino).toBe(ino);
  const cli = checkout.path("scripts", "cli.ts");
  const changed = readFileSync(cli, "utf8").replace("bundle the functions to dist/", "a changed description");
  writeFileSync(cli, changed);
  utimesSync(cli, 1e9, 1e9);
  expect((await help()).output).toContain("a changed description");
  writeFileSync(bundle(), "this is half a bund");
  expect((await help()).output).toContain("a changed description");
  writeFileSync(cli, "const = 1;");
  expect(await help()).toMatchObject({ code: 1, output: expect.stringContaining("scripts/cli.ts:1:6") });
});

test.each<[string, (folder: string) => void]>([
  ["that its group can write to", (path) => chmodSync(path, 0o770)],
  ["that anybody can write to", (path) => chmodSync(path, 0o707)],
  ["of another user", (path) => chownSync(path, OTHERS, OTHERS)],
  [
    "behind a link",
    (path) => {
      renameSync(path, `${folder}/elsewhere`);
      symlinkSync(`${folder}/elsewhere`, path);
    },
  ],
])("nothing runs from a folder %s", async (_, spoil) => {
  mkdirSync(dirname(bundle()), { mode: 0o700 });
  writeFileSync(bundle(), "console.log('planted'); module.exports = { stamps: {}, main() {} };");
  expect(await help()).toEqual({ code: 0, output: "planted\n" });
  try {
    spoil(dirname(bundle()));
  } catch (error) {
    // Only root can give a folder away.
    expect(error).toMatchObject({ code: "EPERM" });
    return;
  }
  expect(await help()).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^\S.*\.bundle is not a folder/),
  });
});

test("the command works from any folder, through links, and on the Node.js that the installer got", () => {
  const links = [`${folder}/absolute`, `${folder}/relative`];
  symlinkSync(checkout.path("vod-receiver"), links[0] ?? "");
  symlinkSync("absolute", links[1] ?? "");
  const [bin, other] = [`${folder}/bin`, `${folder}/node`];
  mkdirSync(bin);
  symlinkSync("/usr/bin/readlink", `${bin}/readlink`);
  const run = (command: string) =>
    spawnSync(command, ["--version"], { cwd: folder, env: { PATH: bin }, encoding: "utf8" });
  expect(run(links[1] ?? "")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/Node\.js is not on the PATH.*installer\.sh/),
  });

  symlinkSync(process.execPath, other);
  writeFileSync(checkout.path(".node"), `${other}\n`);
  for (const command of [checkout.path("vod-receiver"), ...links]) {
    expect(run(command)).toMatchObject({ stdout: "0.1.0\n", stderr: "" });
  }
  expect(execFileSync("sh", [checkout.path("vod-receiver"), "--version"], { encoding: "utf8" })).toBe(
    "0.1.0\n",
  );
});

test("packages that are not installed are named, with what to do", async () => {
  rmSync(checkout.path("node_modules"));
  expect(await help()).toEqual({
    code: 1,
    output: `The npm packages are not installed. Run: npm ci --prefix '${checkout.folder}'\n`,
  });
});

test("no program that the command line starts gets the keys", async () => {
  const keys = { SECRET_ID: "AKIDmarkedmarked", SECRET_KEY: "markedmarkedmarked", SIGN_KEY: "marked" };
  const record = (name: string, real: string) => {
    const file = join(folder, name);
    const script = `#!/bin/sh\n{ echo "--- ${name}"; env; } >>'${folder}/environments'\nexec '${real}' "$@"\n`;
    writeFileSync(file, script, { mode: 0o755 });
    return file;
  };
  const found = (name: string) =>
    execFileSync("sh", ["-c", `command -v ${name} || echo /bin/false`], { encoding: "utf8" }).trim();
  for (const name of ["git", "ffmpeg", "ffprobe"]) record(name, found(name));
  const esbuild = require.resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
  const { code, output } = await runCommand(checkout, ["local", "--once"], {
    ...keys,
    PATH: `${folder}:${process.env["PATH"]}`,
    ESBUILD_BINARY_PATH: record("esbuild", esbuild),
  });
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^Transcode succeeded/m) });
  const environments = readFileSync(join(folder, "environments"), "utf8");
  expect(environments).toMatch(/--- esbuild[\s\S]*--- ffmpeg/);
  expect(environments + output).not.toContain("marked");
});
