import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "../../scripts/build/build";
import { CHUNKS, splitChunks } from "../../scripts/build/chunks";
import { CUTS, type Cut, IMPORTS_OF_SDK, type Replacement } from "../../scripts/build/sdk-replacements";
import { slimSdk } from "../../scripts/build/slim-sdk";
import { ROOT } from "../../scripts/project";

const CLIENT = "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
const folder = mkdtempSync(join(tmpdir(), "bundle-guard-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles a source as a function is. @returns the modules that got in */
async function bundled(
  contents: string,
  {
    replacements,
    cuts,
    resolveDir = ROOT,
  }: {
    readonly replacements?: readonly Replacement[];
    readonly cuts?: readonly Cut[];
    readonly resolveDir?: string;
  } = {},
) {
  const { metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    platform: "node",
    metafile: true,
    absWorkingDir: resolveDir,
    plugins: [slimSdk(replacements, cuts)],
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs);
}

test("of what the SDK brings nothing is bundled but its own sources", async () => {
  const inputs = await bundled(`require("${CLIENT}")`);
  expect(
    inputs.filter((path) => /node_modules\/(?!tencentcloud-sdk-nodejs-common\/tence)/.test(path)),
  ).toEqual([]);
  for (const { file } of IMPORTS_OF_SDK) expect(inputs).toContain(`lib/tencent-cloud/sdk-stubs/${file}`);
});

test("what others import is left to them", async () => {
  await expect(bundled('require("uuid")')).resolves.toContain("node_modules/uuid/dist/esm-node/index.js");
});

test("an SDK that no longer imports what is replaced breaks the build", async () => {
  const replacements = [...IMPORTS_OF_SDK, { module: "left-pad", file: "uuid.ts" }];
  await expect(bundled(`require("${CLIENT}")`, { replacements })).rejects.toThrow(
    "the SDK no longer imports left-pad: see docs/decisions/small-bundle.md",
  );
  await expect(bundled("0", { replacements })).resolves.toEqual(["<stdin>"]);
});

test("an SDK that imports something new breaks the build", async () => {
  const file = join(folder, "node_modules", CLIENT);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.js`, 'require("crypto"); require("undici");');
  await expect(
    bundled(`require("${CLIENT}")`, { replacements: [], cuts: [], resolveDir: folder }),
  ).rejects.toThrow("the SDK now imports undici: see");
});

test.each<[string, Partial<Cut>, string]>([
  ["lacks a function that is left out", { functions: ["request2"] }, "no longer has request2"],
  ["lacks a text that is replaced", { texts: [["no such text", ""]] }, 'no longer has "no such text"'],
  ["calls what is left out", { functions: ["parseResponse"] }, "still calls parseResponse"],
])("an SDK that %s breaks the build", async (_name, cut, message) => {
  const module = "common/abstract_client.js";
  const cuts = [...CUTS.filter((one) => one.module !== module), { module, functions: [], texts: [], ...cut }];
  await expect(bundled(`require("${CLIENT}")`, { cuts })).rejects.toThrow(message);
});

test("the bundled SDK makes signed JSON requests, and nothing of the rest is in it", async () => {
  const { outputFiles } = await build({ ...bundleOptions("callback"), sourcemap: false });
  const sdk = outputFiles.find(({ path }) => path.endsWith("/steps.js"))?.text ?? "";
  expect(sdk).toContain("TC3-HMAC-SHA256");
  for (const left of ["HmacSHA1", "multipart/form-data", "event-stream", "SKIP", "http_proxy"])
    expect({ left, isThere: sdk.includes(left) }).toEqual({ left, isThere: false });
});

test.each(CHUNKS.flatMap(({ sources }) => sources))(
  "%s of a chunk is loaded by a require alone: an import breaks the build",
  async (source) => {
    const bundledWith = (contents: string) =>
      build({
        stdin: { contents, resolveDir: ROOT },
        bundle: true,
        write: false,
        platform: "node",
        plugins: [splitChunks()],
        logLevel: "silent",
      });
    const module = `./${source.replace(/\.ts$/, "")}`;
    await expect(bundledWith(`import "${module}";`)).rejects.toThrow("is a chunk: load it with require()");
    const { outputFiles } = await bundledWith(`exports.load = () => require("${module}");`);
    expect(outputFiles[0]?.text.length).toBeLessThan(1000);
  },
);
