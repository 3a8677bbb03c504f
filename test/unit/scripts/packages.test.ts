import { join } from "node:path";
import { build } from "esbuild";
import { ROOT, readJsonObject } from "../../../scripts/project";

/** What people start, and what those start as processes of their own. */
const STARTED = [
  "scripts/cli.ts",
  "scripts/dev/soak/soak.ts",
  "scripts/dev/bench/bench.ts",
  "scripts/dev/bench/child.ts",
  "scripts/dev/bench/cloud-main.ts",
  "scripts/dev/check-config.ts",
  "local-cloud/scf/runtime/instance-main.ts",
  "local-cloud/scf/runtime/keeper-main.ts",
];

test("no command needs a package that the installer leaves out as one for developing only", async () => {
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
