import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { KEYS, Machine, outcomeOf } from "../helpers/machine";

let machine: Machine;
beforeEach(() => {
  machine = new Machine({ node: "v20.20.2" });
});
afterEach(() => machine.remove());

const local = () => machine.run(["--local"]);
const real = () => machine.run([], KEYS);
const npmRuns = () => machine.recorded("npm").map((line) => line.replace(/ in .*/, ""));

test("both ways install the packages without those for development, once", async () => {
  const first = await real();
  expect(first.stdout.replace(/^\[.*?\] /gm, "")).toBe(
    "Start installing node_modules.\nnode_modules is successfully installed.\n",
  );
  for (const run of [real, local]) expect(await run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(npmRuns()).toEqual(["ci --ignore-scripts --omit=dev"]);
  expect(machine.recorded("npm")[0]).toContain(`in ${machine.checkout} by`);
});

test("a newer package-lock.json is installed", async () => {
  await local();
  const later = Date.now() / 1000 + 60;
  utimesSync(join(machine.checkout, "package-lock.json"), later, later);
  await local();
  expect(npmRuns()).toHaveLength(2);
});

test("where npm fails its output is shown with what to do, and the next run goes on", async () => {
  machine.set("npm-fails");
  const { code, stdout, stderr } = await local();
  expect(code).toBe(1);
  expect(stdout).not.toContain("successfully");
  expect(stderr).toMatch(
    /^npm error no such registry\nThe npm packages could not be installed in .*run this again\.\n$/,
  );
  expect(machine.recorded("handed-over")).toEqual([]);
  expect(existsSync(join(machine.checkout, ".installing"))).toBe(false);

  machine.set("npm-fails", false);
  expect(await local()).toMatchObject({ code: 0, stderr: "" });
});

test("two at once on a fresh clone install once and both go on", async () => {
  machine.set("npm-is-slow");
  const runs = await Promise.all([local(), local(), local()]);
  expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: "" }));
  expect(npmRuns()).toHaveLength(1);
  expect(runs.filter(({ stdout }) => stdout.includes("Waiting for another installer"))).toHaveLength(2);
});

test("a checkout that can't be written to is named", async () => {
  writeFileSync(join(machine.bin, "ln"), "#!/bin/sh\nexit 1\n");
  const { code, stderr } = await local();
  expect(code).toBe(1);
  expect(stderr).toContain(`${machine.checkout} can't be written to.`);
});

test("npm itself leaves the traces by which installed packages are known", async () => {
  const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
  const npm = (...args: string[]) =>
    execFileSync("npm", [...args, "--offline"], {
      cwd: machine.checkout,
      env: { ...process.env, PATH: path },
      stdio: "pipe",
    });
  const packages: Record<string, string> = {};
  for (const name of ["needed", "developing"]) {
    mkdirSync(join(machine.checkout, name));
    writeFileSync(join(machine.checkout, name, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    npm("pack", `./${name}`);
    packages[name] = `file:./${name}-1.0.0.tgz`;
  }
  const { needed, developing } = packages;
  const manifest = { name: "x", version: "1.0.0", dependencies: { needed }, devDependencies: { developing } };
  writeFileSync(join(machine.checkout, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(machine.checkout, "package-lock.json"), "{}");
  npm("install", "--package-lock-only");
  mkdirSync(join(machine.checkout, "scripts"));
  writeFileSync(join(machine.checkout, "scripts", "start.cjs"), "console.log(process.argv[2], 'reached')");
  const run = (args: string[]) =>
    outcomeOf(machine.start(args, { ...KEYS, PATH: path, HOME: process.env["HOME"] ?? "" }));
  const installed = (name: string) => existsSync(join(machine.checkout, "node_modules", name));

  expect(await run(["--local"])).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/Start.*\n.*\nlocal reached/),
  });
  expect([installed("needed"), installed("developing")]).toEqual([true, false]);
  npm("ci");
  expect([installed("needed"), installed("developing")]).toEqual([true, true]);
  expect(await run([])).toMatchObject({ stdout: "deploy reached\n" });
  expect([installed("needed"), installed("developing")]).toEqual([true, true]);
});
