import { join } from "node:path";
import { isJsonObject } from "../../../lib/json";
import { withApi } from "./api";
import type { Bundles } from "./bundles";
import { runProgram } from "./child";
import { procedureOf, SHORT_PROCEDURE, uploadOf } from "./notifications";
import { median, type Progress, type Row, row } from "./row";

/** Events handled in turn before the clock is looked at. */
const BATCH = 300;
const UPLOADS = 100;

/**
 * What a warm instance takes to handle an event, its log lines' writing aside, against `JSON.parse` of the same
 * body; both take turns in one process.
 * @param node the executable that it runs on
 * @param runs how many turns
 */
export async function benchWarm(
  { ours }: Bundles,
  node: string,
  runs: number,
  progress: Progress,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [kind, notification, bar] of [
    ["as short as the documented", SHORT_PROCEDURE, "at most 2.5"],
    ["with 2 outputs", procedureOf(2), "at most 3"],
    ["with 20 outputs", procedureOf(20), "at most 3"],
  ] as const) {
    progress(`warm events, ${kind}`);
    const figures = await runProgram(node, turns(ours, JSON.stringify(notification), runs));
    const each = (name: string) => (median(numbersAt(figures, name)) * 1000) / BATCH;
    rows.push(
      row({
        name: `warm ProcedureStateChanged, ${kind}`,
        unit: "µs of CPU",
        yardstick: "JSON.parse of its body",
        ours: each("handling"),
        theirs: each("parsing"),
        bar,
      }),
    );
  }
  return rows;
}

/** How many connections to the API a hundred uploads take. */
export async function benchConnections({ ours }: Bundles, node: string, progress: Progress): Promise<Row> {
  progress(`${UPLOADS} uploads`);
  const connections = await withApi(async (api) => {
    const events = Array.from({ length: UPLOADS }, (_, number) => ({
      body: JSON.stringify(uploadOf(number)),
    }));
    await runProgram(
      node,
      `const { main_handler } = ${requireCallback(ours)};
      (async () => {
        for (const event of ${JSON.stringify(events)}) {
          if ((await main_handler(event, {})).statusCode !== 200) process.exit(1);
        }
        require("node:fs").writeSync(3, "{}");
        process.exit();
      })();`,
      api.env,
    );
    return api.connections();
  });
  return row({
    name: `connections for ${UPLOADS} uploads`,
    unit: "connections",
    yardstick: "one for each call",
    ours: connections,
    theirs: UPLOADS,
    bar: "1 in all",
  });
}

/** A program that reports the CPU milliseconds of each batch. */
function turns(folder: string, body: string, runs: number): string {
  const event = { httpMethod: "POST", path: "/", headers: {}, isBase64Encoded: false, body };
  return `const { main_handler } = ${requireCallback(folder)};
    console.log = () => {};
    const event = ${JSON.stringify(event)};
    const now = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    (async () => {
      const figures = { parsing: [], handling: [] };
      let sum = 0;
      for (let run = 0; run < 2 * ${runs}; run++) {
        const start = now();
        for (let i = 0; i < ${BATCH}; i++) sum += JSON.parse(event.body).EventType.length;
        const middle = now();
        for (let i = 0; i < ${BATCH}; i++) sum += (await main_handler(event, {})).statusCode;
        const end = now();
        // The first half is to get warm.
        if (run < ${runs}) continue;
        figures.parsing.push(middle - start);
        figures.handling.push(end - middle);
      }
      require("node:fs").writeSync(3, JSON.stringify(figures));
      process.exit(sum > 0 ? 0 : 1);
    })();`;
}

function requireCallback(folder: string): string {
  return `require(${JSON.stringify(join(folder, "callback", "index.js"))})`;
}

function numbersAt(value: unknown, name: string): number[] {
  const list: unknown = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list.filter((item) => typeof item === "number") : [];
}
