import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { createLog } from "../../../lib/log/log";
import { logReplayRecord } from "../../../lib/log/replay-record";
import type { LocalCloud } from "../../../local-cloud";
import { type MadeUpLog, type Search, searchMadeUp } from "./made-up-log";
import { NAMESPACE, openStage } from "./stage";

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
  const stage = await openStage({}, 1);
  const server = createServer(answerSearches(stage.cloud, madeUpLog(lines)));
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    await once(server.listen(0, "127.0.0.1"), "listening");
    mkdirSync(join(folder, "retry"));
    writeFileSync(join(folder, "retry", "index.js"), SETTLING);
    await stage.deploy("retry", {}, folder);
    // With a host and a port the address is never a pipe's name.
    const { port } = server.address() as AddressInfo;
    const peakFile = join(folder, "peak");
    const variables = {
      NODE_OPTIONS: `--require=${JSON.stringify(join(__dirname, "peak-memory.cjs"))}`,
      PEAK_MEMORY: peakFile,
      CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      DEFINITIONS: "100010",
    };
    const found = new Set<string>();
    const run = async (...args: string[]) => {
      const onLine = (line: string) => {
        const [, fileId] = /^FileDeleted\. FileId: (\d+)$/.exec(line) ?? [];
        if (fileId !== undefined) found.add(fileId);
      };
      const code = await stage.run(args, onLine, variables);
      if (code !== 0) throw new Error(`./vod-receiver ${args.join(" ")} ended with ${code}.`);
    };
    // Building the command line takes memory too.
    await run("--version");
    await run("replay", "--since", "3d", "--yes");
    const records = Math.ceil(lines / RECORD_EVERY);
    return { records, lost: records - found.size, peakBytes: Number(readFileSync(peakFile, "utf8")) };
  } finally {
    server.closeAllConnections();
    server.close();
    await stage.close();
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

/** The code of a function that takes settlements and nothing else. */
const SETTLING = "exports.main_handler = async ({ VodReceiver: { ids } }) => ({ settled: ids.length });";
