import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { SAMPLE } from "../helpers/test-cloud";

// The two setups of docs/self-hosting.md, by commands alone. Nothing is deployed in this account.
const checkout = new Checkout();
const film = checkout.path("film.mp4");
const PATH_TOKEN = "aTokenOfMyOwnServer1";
let stage: DeployScenario;
let server: ChildProcess | undefined;
beforeAll(async () => {
  writeFileSync(film, SAMPLE);
  stage = await DeployScenario.open(checkout, { pullHoldMs: 0 });
});
afterEach(() => server?.kill("SIGKILL"));
afterAll(async () => {
  await stage.cloud.close();
  checkout.remove();
});

/** Runs a command, which succeeds. @returns its output */
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, output } = await runCommand(checkout, args, { ...stage.env, ...env });
  expect({ args, code, output }).toMatchObject({ code: 0 });
  return output;
}

const fileIn = (output: string) => /^FileId: (\d+)$/m.exec(output)?.[1] ?? "";
const outputsOf = (fileId: string, output: string) =>
  [100010, 100020].map((one) =>
    output.includes(`Transcode succeeded. FileId: ${fileId}, Definition: ${one}, Url: http`),
  );

test("serve, whose address event-config sets, receives an upload and prints its outputs", async () => {
  const env = { ...stage.env, PATH: process.env["PATH"] ?? "", PATH_TOKEN };
  const args = ["serve", "--port", "0", "--host", "127.0.0.1"];
  const child = spawn(checkout.path("vod-receiver"), args, { env, cwd: tmpdir() });
  server = child;
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  while (!printed.includes("Press Ctrl-C to stop.")) await once(child.stdout, "data");
  expect(printed).toContain("To set it at VOD: ADDRESS=<that URL> ./vod-receiver event-config\n");
  const port = /^Started httpserver on port (\d+)$/m.exec(printed)?.[1];
  const ADDRESS = `http://127.0.0.1:${port}/${PATH_TOKEN}`;

  await run(["event-config", "--yes"], { ADDRESS });
  const uploaded = await run(["upload", film, "--wait"]);
  expect(uploaded).toMatch(/^Transcode 100010: http\S+\nTranscode 100020: http\S+$/m);
  while (outputsOf(fileIn(uploaded), printed).includes(false)) await once(child.stdout, "data");
  expect(printed).toContain('> {"EventType":"NewFileUpload"');
  expect(await stage.call("scf", "ListFunctions", { Namespace: "default" })).toMatchObject({ Functions: [] });
});

test("pull processes the queue that event-config --mode pull selects", async () => {
  await run(["event-config", "--mode", "pull", "--yes", "--replace"]);
  const fileId = fileIn(await run(["upload", film]));
  let printed = "";
  // The outputs come into the queue after the upload has been processed.
  while (outputsOf(fileId, printed).includes(false)) printed += await run(["pull", "--once"]);
  expect(stage.cloud.tasksStarted().get(fileId)).toBe(1);
});

test("event-config --clear ends both, and pull then says how to begin again", async () => {
  expect(await run(["event-config", "--clear", "--yes", "--replace"])).toContain(
    "VOD sends its events nowhere.",
  );
  expect(await runCommand(checkout, ["pull"], stage.env)).toMatchObject({
    code: 1,
    output: expect.stringContaining(
      "Run ./vod-receiver event-config --mode pull --yes, then run this again.",
    ),
  });
});
