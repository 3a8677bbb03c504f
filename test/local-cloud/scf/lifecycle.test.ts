import { existsSync } from "node:fs";
import { dirname } from "node:path";
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

test("without the pinned binary the functions run on the current Node", () => {
  expect(findNodeRuntime("Nodejs20.19", "/nonexistent/node")).toEqual({
    executable: process.execPath,
    version: process.version,
    pinned: false,
  });
  expect(findNodeRuntime("Nodejs18.15", "/bin/true").executable).toBe(process.execPath);
});
