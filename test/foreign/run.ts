import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startLocalCloud } from "../../local-cloud";

const SAMPLE = join(__dirname, "..", "..", "local-cloud", "sample.mp4");
const PART_BYTES = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "foreign-"));

/** The sample with a box of MP4 behind it that players ignore: more than three of the uploader's parts. */
function largeFile(): string {
  const filler = Buffer.alloc(3 * PART_BYTES + 1000);
  filler.writeUInt32BE(filler.length, 0);
  filler.write("free", 4);
  const path = join(folder, "large.mp4");
  writeFileSync(path, Buffer.concat([readFileSync(SAMPLE), filler]));
  return path;
}

/** Runs a script of this folder with a client, in a local cloud of its own. */
async function run(script: string, ...args: readonly string[]): Promise<boolean> {
  const cloud = await startLocalCloud();
  const name = [script, ...args].map((part) => part.replace(/.*\//, "")).join(" ");
  const { secretId: SECRET_ID, secretKey: SECRET_KEY } = cloud.credential;
  const env = { ...process.env, CLOUD_ENDPOINT_URL: cloud.endpointUrl, SECRET_ID, SECRET_KEY };
  const command = ["--require", join(__dirname, "redirect.cjs"), join(__dirname, script), ...args];
  try {
    await promisify(execFile)(process.execPath, command, { env, timeout: 180_000 });
    console.log(`ok ${name}`);
    return true;
  } catch (error) {
    console.log(`not ok ${name}\n${error}`);
    return false;
  } finally {
    await cloud.close();
  }
}

async function main(): Promise<void> {
  const passed = [
    await run("workflow.cjs", "tencentcloud-sdk-nodejs", SAMPLE),
    await run("workflow.cjs", "tencentcloud-sdk-nodejs-intl-en", SAMPLE),
    await run("upload.cjs", largeFile()),
  ];
  rmSync(folder, { recursive: true });
  process.exitCode = passed.every(Boolean) ? 0 : 1;
}

void main();
