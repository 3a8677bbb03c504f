import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "../../../lib/json";
import { withApi } from "./api";
import type { Bundles } from "./bundles";
import { runProgram } from "./child";
import { DELETION, uploadOf } from "./notifications";
import { median, type Progress, type Row, row } from "./row";

/** What one process took from its first moment to its last, without the time in which it waited. */
interface Cost {
  readonly cpuMs: number;
  readonly memoryMb: number;
}

/** Written at the end of each process, also of the bare one. */
export const REPORT = `process.once("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cost = { cpuMs: (userCPUTime + systemCPUTime) / 1000, memoryMb: maxRSS / 1024 };
  require("node:fs").writeSync(3, JSON.stringify(cost));
});`;

/** What Node takes by itself to load a file and to log a line of JSON. */
export const BARE_LINE = `require("./empty.js");
  console.log(JSON.stringify({ requestId: "", eventType: "FileDeleted", outcome: "done", durationMs: 1 }));`;

/** What Node takes by itself to log a line, to hash, and to get an answer. */
const BARE_REQUEST = `const { request, Agent } = require("node:http");
  console.log(require("node:crypto").createHmac("sha256", "key").update("text").digest("hex"));
  const options = { method: "POST", agent: new Agent({ keepAlive: true }) };
  request(process.env.CLOUD_ENDPOINT_URL, options, (response) => {
    response.resume().on("end", () => process.exit());
  }).end("{}");`;

/**
 * What a new process costs that loads callback's bundle and handles one event: CPU time and peak memory, against
 * scripts of bare Node. The processes take turns, so that what else the machine does falls on all alike.
 * @param node the executable that they run on
 * @param runs how many processes of each kind
 */
export async function benchStart(
  { ours, naive }: Bundles,
  node: string,
  runs: number,
  progress: Progress,
): Promise<Row[]> {
  const programs = {
    line: BARE_LINE,
    request: BARE_REQUEST,
    deletion: handle(ours, DELETION),
    naiveDeletion: handle(naive, DELETION),
    upload: handle(ours, uploadOf(0)),
    naiveUpload: handle(naive, uploadOf(0)),
  };
  const file = (name: string) => join(ours, `${name}.js`);
  writeFileSync(file("empty"), "");
  for (const [name, program] of Object.entries(programs)) writeFileSync(file(name), `${REPORT}\n${program}`);
  const costs = new Map<string, Cost[]>();
  await withApi(async ({ env }) => {
    for (let run = 1; run <= runs; run++) {
      progress(`start, run ${run} of ${runs}`);
      for (const name of Object.keys(programs)) {
        const cost = readCost(await runProgram(node, { file: file(name) }, env));
        costs.set(name, [...(costs.get(name) ?? []), cost]);
      }
    }
  });
  const typical = (name: keyof typeof programs): Cost => {
    const all = costs.get(name) ?? [];
    return {
      cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
      memoryMb: median(all.map(({ memoryMb }) => memoryMb)),
    };
  };
  const [line, deletion, upload] = [typical("line"), typical("deletion"), typical("upload")];
  const cpu = (name: string, yardstick: string, mine: Cost, its: Cost, bar: string) =>
    row({ name, unit: "ms of CPU", yardstick, ours: mine.cpuMs, theirs: its.cpuMs, bar });
  return [
    cpu("start, an event without a call", "an empty file and a line", deletion, line, "at most 1.10"),
    cpu("start, an event without a call", "the unchanged SDK", deletion, typical("naiveDeletion"), ""),
    cpu(
      "start, the first ProcessMedia",
      "a request by bare Node",
      upload,
      typical("request"),
      "at most 1.25",
    ),
    cpu("start, the first ProcessMedia", "the unchanged SDK", upload, typical("naiveUpload"), ""),
    row({
      name: "peak memory, the first ProcessMedia",
      unit: "MB",
      yardstick: "an empty file and a line",
      ours: upload.memoryMb,
      theirs: line.memoryMb,
      bar: "at most 12 MB more",
    }),
  ];
}

function handle(folder: string, notification: JsonObject): string {
  const event = { httpMethod: "POST", body: JSON.stringify(notification) };
  return `require(${JSON.stringify(join(folder, "callback", "index.js"))})
    .main_handler(${JSON.stringify(event)}, {})
    .then(({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));`;
}

export function readCost(value: unknown): Cost {
  const { cpuMs, memoryMb } = isJsonObject(value) ? value : {};
  if (typeof cpuMs !== "number" || typeof memoryMb !== "number")
    throw new Error("A process reported no cost.");
  return { cpuMs, memoryMb };
}
