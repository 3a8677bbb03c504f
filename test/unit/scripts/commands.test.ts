import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../../../scripts/project";

const READING = ["doctor", "event-config", "info", "logs", "reconcile", "remove", "replay"];

test.each(READING)(
  "%s, which only reads the cloud or changes settings, loads no bundler",
  async (command) => {
    const { metafile } = await build({
      ...{ entryPoints: [join(ROOT, "scripts", "commands", `${command}.ts`)], absWorkingDir: ROOT },
      ...{ bundle: true, platform: "node", packages: "external", metafile: true, write: false },
    });
    const inputs = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(inputs).toContain("node:fs");
    expect(inputs.filter((path) => /^(esbuild|fflate|yaml|zod)$/.test(path))).toEqual([]);
  },
);
