import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT, readJsonObject } from "../../../scripts/project";

/** What people start, and what those start as processes of their own. */
const STARTED = [
  "scripts/start.cjs",
  "scripts/cli.ts",
  "local-cloud/scf/runtime/instance-main.ts",
  "local-cloud/scf/runtime/keeper-main.ts",
];

test("no command needs a package that the installer leaves out", async () => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: STARTED,
    bundle: true,
    write: false,
    outdir: join(ROOT, "dist"),
    platform: "node",
    packages: "external",
    metafile: true,
    logLevel: "silent",
  });
  const names = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !path.startsWith("node:"))
    .map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const installed = Object.keys(Object(readJsonObject(join(ROOT, "package.json"))["dependencies"]));
  expect(names).toContain("commander");
  expect(names.filter((name) => !installed.includes(String(name)))).toEqual([]);
});

test("production packages are at most 80, with 45 MB", () => {
  const lock = Object(readJsonObject(join(ROOT, "package-lock.json"))["packages"]);
  const needed = Object.keys(lock).filter((path) => path && !lock[path].dev && existsSync(join(ROOT, path)));
  expect(needed.length).toBeGreaterThan(10);
  expect(needed.length).toBeLessThanOrEqual(80);
  const sizes = needed.flatMap((path) =>
    readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
      // Packages inside packages have a path of their own in the lock file.
      .filter(
        (entry) =>
          entry.isFile() && !entry.parentPath.slice(ROOT.length + path.length).includes("node_modules"),
      )
      .map(({ parentPath, name }) => statSync(join(parentPath, name)).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(45e6);
});
