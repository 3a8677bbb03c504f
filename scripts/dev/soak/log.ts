import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { strToU8, zipSync } from "fflate";
import { Client as Scf } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import { parseConfig } from "../../../lib/config/keys";
import { createLog } from "../../../lib/log/log";
import { logReplayRecord } from "../../../lib/log/replay-record";
import { clientConfig } from "../../../lib/tencent-cloud/client-config";
import { type LocalCloud, startLocalCloud } from "../../../local-cloud";
import { ROOT } from "../../project";
import { type MadeUpLog, type Search, searchMadeUp } from "./made-up-log";

const NAMESPACE = "soak";
/** One line of so many is a record. */
const RECORD_EVERY = 500;
const LOG_MS = 24 * 3_600_000;

/** What a replay of a long log came to. */
export interface LogResult {
  readonly records: number;
  /** How many records were not replayed. */
  readonly lost: number;
  /** The command's peak memory. */
  readonly peakBytes: number;
}

/**
 * Runs `replay` over a made-up log of one function, through the API of a local cloud.
 * @param lines how many lines the log has
 * @throws if the command fails
 */
export async function soakLog(lines: number): Promise<LogResult> {
  const cloud = await startLocalCloud();
  const server = createServer(answerSearches(cloud, madeUpLog(lines)));
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    await once(server.listen(0, "127.0.0.1"), "listening");
    await deploy(cloud);
    // With a host and a port the address is never a pipe's name.
    const { port } = server.address() as AddressInfo;
    const peakFile = join(folder, "peak");
    const env = {
      PATH: process.env["PATH"],
      NODE_OPTIONS: `--require=${JSON.stringify(join(__dirname, "peak-memory.cjs"))}`,
      PEAK_MEMORY: peakFile,
      SECRET_ID: cloud.credential.secretId,
      SECRET_KEY: cloud.credential.secretKey,
      CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      DEFINITIONS: "100010",
      NAMESPACE,
    };
    // Building the command line takes memory too.
    await run(["--version"], env);
    const found = new Set<string>();
    await run(["replay", "--since", "3d", "--yes"], env, (line) => {
      const [, fileId] = /^FileDeleted\. FileId: (\d+)$/.exec(line) ?? [];
      if (fileId !== undefined) found.add(fileId);
    });
    const records = Math.ceil(lines / RECORD_EVERY);
    return { records, lost: records - found.size, peakBytes: Number(readFileSync(peakFile, "utf8")) };
  } finally {
    server.closeAllConnections();
    server.close();
    await cloud.close();
    rmSync(folder, { recursive: true });
  }
}

/** Answers searches from the made-up log, and has the local cloud answer everything else. */
function answerSearches({ endpointUrl }: LocalCloud, log: MadeUpLog): RequestListener {
  return async (req, res) => {
    const { method, headers } = req;
    if (headers["x-tc-action"] !== "SearchLog") {
      const options = { method, headers, path: req.url };
      const forwarded = request(endpointUrl, options, (answer) => {
        answer.pipe(res.writeHead(answer.statusCode ?? 502, answer.headers));
      });
      req.pipe(forwarded);
      return;
    }
    const search = (await json(req)) as Search;
    res.setHeader("Content-Type", "application/json");
    res.end(JSON.stringify({ Response: { ...searchMadeUp(log, search), RequestId: "made-up" } }));
  };
}

function madeUpLog(lines: number): MadeUpLog {
  return {
    lines,
    start: Date.now() - LOG_MS,
    spanMs: LOG_MS,
    fieldsOf: (number) => ({
      SCF_FunctionName: "retry",
      SCF_Namespace: NAMESPACE,
      SCF_RequestId: `00000000-0000-0000-0000-${String(number).padStart(12, "0")}`,
      SCF_Type: "Custom",
      SCF_Message: number % RECORD_EVERY === 0 ? recordOf(number) : `Line ${number}. ${"x".repeat(200)}`,
    }),
  };
}

/** The record of an event that a replay needs no call for. */
function recordOf(number: number): string {
  const lines: string[] = [];
  const event = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: [String(number)] } };
  logReplayRecord(
    event,
    createLog((line) => lines.push(line)),
  );
  return lines.join("\n");
}

const SETTLING = "exports.main_handler = async ({ VodReceiver: { ids } }) => ({ settled: ids.length });";

/** Creates a function with log delivery, whose code takes settlements and nothing else. */
async function deploy({ credential, endpointUrl }: LocalCloud): Promise<void> {
  const { secretId, secretKey } = credential;
  const config = parseConfig({ secret_id: secretId, secret_key: secretKey, definitions: [100010] });
  const scf = new Scf(clientConfig(config, { CLOUD_ENDPOINT_URL: endpointUrl }, "scf"));
  await scf.CreateNamespace({ Namespace: NAMESPACE });
  await scf.CreateFunction({
    Namespace: NAMESPACE,
    FunctionName: "retry",
    Runtime: "Nodejs18.15",
    Handler: "index.main_handler",
    Code: { ZipFile: Buffer.from(zipSync({ "index.js": strToU8(SETTLING) })).toString("base64") },
    Environment: { Variables: [{ Key: "VOD_RECEIVER", Value: "retry" }] },
    AutoCreateClsTopic: "TRUE",
    AutoDeployClsTopicIndex: "TRUE",
  });
  // A change ends after some looks.
  const name = { Namespace: NAMESPACE, FunctionName: "retry" };
  while ((await scf.GetFunction(name)).Status !== "Active");
}

/** @throws if the command's exit code is not 0 */
async function run(args: readonly string[], env: NodeJS.ProcessEnv, onLine = (_line: string) => {}) {
  const child = spawn(join(ROOT, "vod-receiver"), args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) onLine(line);
  const [code] = await exited;
  if (code !== 0) throw new Error(`./vod-receiver ${args.join(" ")} ended with ${code}.`);
}
