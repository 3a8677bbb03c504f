// Run by tests: a local cloud in a process of its own, with a function that has an address. It prints both as JSON
// and ends when its input does.
import { startLocalCloud } from "../../local-cloud";
import { zipOf } from "./scf";

const SOURCE = `exports.main_handler = async ({ path }) => {
  if (path === "/busy") { require("node:fs").writeFileSync("busy", String(process.pid)); while (true); }
  return { pid: process.pid, folder: __dirname };
};`;

async function main(): Promise<void> {
  const cloud = await startLocalCloud({ report: (line) => console.error(line) });
  await cloud.functions.deploy({
    ...{ namespace: "default", name: "echo", runtime: "Nodejs18.15", handler: "index.main_handler" },
    ...{ memorySize: 128, timeout: 900, environment: {} },
    zip: zipOf({ "index.js": SOURCE }),
  });
  const address = await cloud.openAddress("default", "echo");
  console.log(JSON.stringify({ endpointUrl: cloud.endpointUrl, address }));
  process.stdin.resume().once("end", () => void cloud.close());
}

void main();
