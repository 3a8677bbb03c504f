import { existsSync, readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { toSources } from "../../scripts/build/source-maps";
import { functionNames } from "../../scripts/project";
import { BUILT_FILES, Checkout } from "../helpers/checkout";
import { addressIn, DeployScenario } from "../helpers/deploy-scenario";
import { DELETION_NOTIFICATION } from "../helpers/notifications";

const checkout = new Checkout();
const { isTTY } = process.stdout;
let stage: DeployScenario;
beforeAll(async () => {
  checkout.copySources();
  checkout.write(
    "lib/handlers/custom.ts",
    `import type { CustomHandler } from "../custom-handler";

export const custom: CustomHandler = async (event) => {
  throw new Error(\`no place for \${event.eventType}\`);
};
`,
  );
  stage = await DeployScenario.open(checkout);
});
afterEach(() => {
  process.stdout.isTTY = isTTY;
});
afterAll(async () => {
  await stage.cloud.close();
  checkout.remove();
});

/** What `logs` prints of the trace, once it is in the log. */
async function printedTrace(): Promise<string[]> {
  for (;;) {
    const { lines, failure } = await stage.logs();
    if (failure !== undefined) throw new Error(failure);
    const first = lines.findIndex((line) => line.includes("Error: no place for FileDeleted"));
    if (first < 0) continue;
    const rest = lines.slice(first + 1);
    return [
      lines[first] ?? "",
      ...rest.slice(
        0,
        rest.findIndex((line) => !line.startsWith("    at ")),
      ),
    ];
  }
}

test("logs resolves a trace to the sources of the code that wrote it, a frame a line on a terminal", async () => {
  const address = addressIn(await stage.deploy());
  await fetch(address, { method: "POST", body: JSON.stringify(DELETION_NOTIFICATION) });
  process.stdout.isTTY = false;
  const [line] = await printedTrace();
  expect(line).toMatch(
    /Error: no place for FileDeleted\\n {4}at .*\(lib\/handlers\/custom\.ts:4:\d+\)\\n {4}at /,
  );
  expect(line).not.toMatch(/index-/);

  process.stdout.isTTY = true;
  const frames = await printedTrace();
  expect(frames[0]).toMatch(/Error: no place for FileDeleted$/);
  expect(frames[1]).toMatch(/^ {4}at .*\(lib\/handlers\/custom\.ts:4:\d+\)$/);
  expect(frames.length).toBeGreaterThan(2);

  // Other code is deployed by now: the line still leads to what wrote it.
  const custom = readFileSync(checkout.path("lib/handlers/custom.ts"), "utf8");
  checkout.write("lib/handlers/custom.ts", `Object.assign(globalThis, { isMoved: true });\n${custom}`);
  const { CODE_DIGEST } = await stage.variables();
  await stage.deploy();
  expect((await stage.variables())["CODE_DIGEST"]).not.toBe(CODE_DIGEST);
  expect((await printedTrace())[1]).toBe(frames[1]);

  for (const name of functionNames()) expect(existsSync(checkout.path("dist", name))).toBe(false);
  const packages = stage.calls.flatMap(({ params }) => {
    const { Code, ZipFile = Code?.ZipFile }: { ZipFile?: string; Code?: { ZipFile?: string } } =
      Object(params);
    return ZipFile === undefined ? [] : [unzipSync(Buffer.from(ZipFile, "base64"))];
  });
  expect(packages.length).toBeGreaterThan(2);
  for (const files of packages) expect(Object.keys(files)).toEqual(BUILT_FILES);
});

test("a trace of code that was built elsewhere is printed as it is", () => {
  const trace = "Error\\n    at a (index-0123456789ab.js:1:2)";
  expect(toSources(trace)).toBe(trace);
});
