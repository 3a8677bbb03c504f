import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { BUILT_FILES, Checkout } from "../helpers/checkout";
import { DeployScenario, LINES } from "../helpers/deploy-scenario";

const ROUNDS = 10;
const checkout = new Checkout();
let stage: DeployScenario;
beforeEach(async () => {
  stage = await DeployScenario.open(checkout);
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

/** The files of a function's newest package. */
function uploaded(name: string): Record<string, string> {
  const zips = stage.calls.flatMap(({ params }) => {
    const {
      FunctionName,
      Code,
      ZipFile,
    }: { FunctionName?: string; Code?: { ZipFile: string }; ZipFile?: string } = Object(params);
    const zip = ZipFile ?? Code?.ZipFile;
    return FunctionName === name && zip !== undefined ? [zip] : [];
  });
  const files = Object.entries(unzipSync(Buffer.from(zips.at(-1) ?? "", "base64")));
  return Object.fromEntries(files.map(([path, content]) => [path, Buffer.from(content).toString()]));
}

const describeSrc = (src: string) => {
  const text = readFileSync(checkout.path("serverless.yml"), "utf8");
  checkout.write("serverless.yml", text.replace(/^ {2}src: .*(\n {4}.*)*/m, `  src: ${src}`));
};

test(`two deployments at once from one checkout each get their own configuration, ${ROUNDS} times`, async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const installations = [
      { FUNCTION: "callback", DEFINITIONS: `${1000 + round}`, SUBAPPID: `${1500000000 + round}` },
      { FUNCTION: "staging", DEFINITIONS: `${2000 + round}`, SUBAPPID: `${1600000000 + round}` },
    ];
    expect(await stage.deployAll(installations)).toMatchObject({ failure: undefined });
    for (const { FUNCTION, DEFINITIONS, SUBAPPID } of installations) {
      for (const name of [FUNCTION, FUNCTION === "callback" ? "retry" : `${FUNCTION}-retry`]) {
        expect(JSON.parse(uploaded(name)["config.json"] ?? "")).toMatchObject({
          definitions: [Number(DEFINITIONS)],
          subappid: SUBAPPID,
        });
        expect(await stage.variables(name)).toMatchObject({ DEFINITIONS });
      }
    }
  }
});

test("what lies in dist is not uploaded, and no built file stays behind", async () => {
  mkdirSync(checkout.path("dist", "callback"), { recursive: true });
  for (const name of ["index.js", "stray.js"])
    writeFileSync(checkout.path("dist", "callback", name), "stray");
  const temp = checkout.path("temp");
  mkdirSync(temp);
  const { TMPDIR } = process.env;
  process.env["TMPDIR"] = temp;
  const outcome = await stage
    .deploy()
    .finally(() => Object.assign(process.env, { TMPDIR: TMPDIR ?? "/tmp" }));
  expect(outcome).toEqual({ lines: LINES, failure: undefined });
  expect(readdirSync(temp)).toEqual([]);
  expect(Object.keys(uploaded("callback")).sort()).toEqual(BUILT_FILES);
  expect(uploaded("callback")["index.js"]).not.toBe("stray");
  expect(readdirSync(checkout.path("dist", "callback")).sort()).toEqual(["index.js", "stray.js"]);
});

test("src adds files to what is built and leaves files out", async () => {
  mkdirSync(checkout.path("mine", "data"), { recursive: true });
  for (const name of ["extra.js", "data/table.json", "data/notes.md"]) checkout.write(`mine/${name}`, name);
  checkout.write("ca.pem", "a certificate");
  describeSrc('\n    src: ./mine\n    exclude: ["**/*.md"]\n    include: ["./ca.pem"]');
  await stage.deploy();
  const names = [...BUILT_FILES, "ca.pem", "data/table.json", "extra.js"].sort();
  expect(Object.keys(uploaded("callback")).sort()).toEqual(names);
  describeSrc('\n    src: ./dist/callback\n    exclude: ["config.json"]');
  await stage.deploy();
  expect(Object.keys(uploaded("callback"))).toEqual(BUILT_FILES.filter((name) => name !== "config.json"));
  describeSrc("./not-there");
  expect((await stage.deploy()).failure).toMatch(/not-there/);
});
