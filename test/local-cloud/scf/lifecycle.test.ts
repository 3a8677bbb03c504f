import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { findNodeRuntime } from "../../../local-cloud/scf/runtime/node-runtime";
import { Bench, isAlive, until } from "../../helpers/scf";

const WHERE = "exports.main_handler = async () => ({ pid: process.pid, folder: __dirname });";

test("closing ends what runs and what is idle, and removes the folders", async () => {
  const bench = new Bench();
  await bench.deploy(WHERE);
  const { pid, folder } = (await bench.result()) as { pid: number; folder: string };
  await bench.deploy(
    `exports.main_handler = async () => {
  const child = require("node:child_process").spawn("sleep", ["600"], { stdio: "inherit" });
  console.log("running " + process.pid + " " + child.pid);
  while (true);
};`,
    { name: "other" },
  );
  const running = bench.functions.invoke("vod_demo", "other", {});
  const pids = (await bench.seen(/^running /)).split(" ").slice(1).map(Number);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await bench.functions.close();
  expect((await running).error?.statusCode).toBe(438);
  await until(() => !pids.some(isAlive));
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(dirname(folder))).toBe(false);
  await expect(bench.invoke()).rejects.toThrow("closed");
  await expect(bench.deploy(WHERE)).rejects.toThrow("closed");
  await bench.functions.close();
});

test("closing during a deployment leaves nothing behind", async () => {
  const bench = new Bench();
  const refused = expect(bench.deploy(WHERE)).rejects.toThrow("closed");
  await bench.functions.close();
  await refused;
});

test("closing without having deployed is fine", async () => {
  await new Bench().functions.close();
});

test("when the local cloud is killed, idle and busy instances and the folders go with it", async () => {
  const script = join(__dirname, "../../helpers/to-be-killed.ts");
  const parent = spawn(process.execPath, ["--import", "tsx", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TSX_DISABLE_CACHE: "1" },
  });
  const output: { idle: number; busy: number; folder: string } = await new Promise((resolve) => {
    createInterface({ input: parent.stdout }).once("line", (line) => resolve(JSON.parse(line)));
  });
  expect(output.idle).not.toBe(output.busy);
  expect([output.idle, output.busy].map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  await until(() => ![output.idle, output.busy].some(isAlive) && !existsSync(dirname(output.folder)));
});

test("without the pinned binary the functions run on the current Node", () => {
  expect(findNodeRuntime("Nodejs20.19", "/nonexistent/node")).toEqual({
    executable: process.execPath,
    version: process.version,
    pinned: false,
  });
  expect(findNodeRuntime("Nodejs18.15", "/bin/true").executable).toBe(process.execPath);
});
