import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseEvent, type VodEvent } from "../../lib/event/event";
import { identityOf } from "../../lib/event/identity";
import type { JsonObject } from "../../lib/json";
import { type EventReport, toReport } from "../../lib/report/event-report";
import { readParts } from "../../lib/report/parts";
import { build } from "../../scripts/build/build";
import { ROOT } from "../../scripts/project";
import { FIVE_FIELDS } from "../helpers/callback";
import { createTables, type DatabaseServer, ENGINES, rowsOf, startDatabase } from "../helpers/databases";
import { notificationOf, procedureNotification, uploadNotification } from "../helpers/notifications";

const TASK = { task_id: "TASK", file_id: "FILE", sub_app_id: 1500000001 };
const OUTPUT = { ...TASK, kind: "Transcode", ordinal: 0, state_rank: 2 };
const EVENT = { sub_app_id: 1500000001, file_id: "FILE", times: 1 };
const PROCESSING = { ...EVENT, event_type: "ProcedureStateChanged", task_id: "TASK", state: "processing" };

/** What any order leads to, without times and what is null. */
const EXPECTED = {
  vod_media: [
    {
      ...{ sub_app_id: 1500000001, file_id: "FILE", name: "holiday", type: "mp4", category: "Video" },
      ...{ source_type: "Upload", source_context: "user-7", duration_seconds: 10, width: 1280, height: 720 },
      ...{ url: "https://media.example.com/vod/holiday.mp4", isDeleted: true },
    },
  ],
  vod_task: [{ ...TASK, event_type: "ProcedureStateChanged", state: "finished", state_rank: 2 }],
  vod_output: [
    {
      ...{ ...OUTPUT, definition: 100010, state: "succeeded", size_bytes: 1000, width: 640, height: 360 },
      ...{ url: "https://media.example.com/100010.mp4", urls: ["https://media.example.com/100010.mp4"] },
    },
    { ...OUTPUT, definition: 100020, state: "failed", error_code: "0" },
  ],
  vod_event: [
    { ...EVENT, event_type: "FileDeleted" },
    { ...EVENT, event_type: "NewFileUpload" },
    { ...PROCESSING, state: "finished", times: 2 },
    PROCESSING,
    PROCESSING,
  ],
};
const NODE_18 = join(ROOT, "local-cloud/scf/nodejs18.15/node_modules/.bin/node");
const RECORDER = join(ROOT, "test/helpers/recorder-main.cjs");

type Recorded = readonly [event: VodEvent, report: EventReport];

function recorded(notification: JsonObject): Recorded {
  const event = parseEvent(notification);
  const context = { subAppId: 1500000001, requestId: "r-1", identity: identityOf(event) };
  return [event, toReport(event, readParts(event), context)];
}

function transcode(definition: number, Status: string): JsonObject {
  const isDone = Status === "SUCCESS";
  const Url = `https://media.example.com/${definition}.mp4`;
  const Output = isDone ? { Url, Definition: definition, Size: 1000, Width: 640, Height: 360 } : null;
  return {
    Type: "Transcode",
    TranscodeTask: { Status, ErrCode: 0, Input: { Definition: definition }, Output },
  };
}

function idsOf(file: number): [fileId: string, taskId: string] {
  return [String(5285890900000000000n + BigInt(file)), `1300000001-procedurev2-${file}`];
}

/** The six events of one file: its rows must not depend on their order. */
function eventsOf(file: number): Recorded[] {
  const [FileId, TaskId] = idsOf(file);
  const task = (Status: string, ...states: string[]) => {
    const items = states.map((state, index) => transcode(100010 + index * 10, state));
    return procedureNotification(items, { TaskId, FileId, Status });
  };
  const SourceInfo = { SourceType: "Upload", SourceContext: "user-7" };
  const MediaBasicInfo = { Name: "holiday", Type: "mp4", Category: "Video", SourceInfo };
  return [
    uploadNotification({ FileId, MediaBasicInfo: { ...MediaBasicInfo, UpdateTime: "2026-11-26T10:00:00Z" } }),
    task("PROCESSING", "PROCESSING", "PROCESSING"),
    task("PROCESSING", "SUCCESS", "PROCESSING"),
    task("FINISH", "SUCCESS", "FAIL"),
    task("FINISH", "SUCCESS", "FAIL"),
    notificationOf("FileDeleted", {
      FileIdSet: [FileId],
      FileDeleteResultInfo: [{ FileId, DeleteParts: [] }],
    }),
  ].map(recorded);
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`item ${index} is missing`);
  return item;
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

/** The rows of one file, without times and what is null; both databases return long numbers as text. */
function normalized(rows: readonly Record<string, unknown>[], file: number): Record<string, unknown>[] {
  const [fileId, taskId] = idsOf(file);
  return rows
    .filter((row) => row["file_id"] === fileId)
    .map((row) => {
      const values = Object.entries(row).flatMap(([name, value]) => {
        if (value === null || name === "id" || /_(at|time)$/.test(name)) return [];
        const isNumber = typeof value === "string" && /^\d{1,15}$/.test(value) && !name.startsWith("error");
        const text = value === fileId ? "FILE" : value === taskId ? "TASK" : value;
        return [[name, isNumber ? Number(value) : text]];
      });
      return { ...Object.fromEntries(values), ...(row["deleted_at"] != null && { isDeleted: true }) };
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ event_type, definition, state }: Record<string, unknown>): string {
  return JSON.stringify([event_type, definition, state]);
}

describe.each(ENGINES)("%s", (engine) => {
  let server: DatabaseServer;
  let folder: string;

  beforeAll(async () => {
    server = await startDatabase(engine);
    folder = mkdtempSync(join(tmpdir(), "vod-receiver-database-"));
    await build({ ...FIVE_FIELDS, record_url: await server.createDatabase() }, folder, ["callback"]);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the bundle's recorder on Node.js 18.15. */
  async function recordAll(url: string, lists: readonly Recorded[][], connections: number): Promise<unknown> {
    const child = spawn(NODE_18, [RECORDER, join(folder, "callback"), url, String(connections)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(lists.map((list) => `${JSON.stringify(list)}\n`).join(""));
    const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return JSON.parse(output);
  }

  test("all 720 orders of six events end in the same rows, through 8 connections at once", async () => {
    const url = await server.createDatabase();
    await createTables(url);
    const orders = permutations([0, 1, 2, 3, 4, 5]);
    const lists = orders.map((order, file) => {
      const events = eventsOf(file);
      return order.map((index) => at(events, index));
    });
    expect(await recordAll(url, lists, 8)).toEqual({ node: "v18.15.0", failures: [] });
    for (const [table, expected] of Object.entries(EXPECTED)) {
      const rows = await rowsOf(url, table);
      const states = new Set(orders.map((_, file) => JSON.stringify(normalized(rows, file))));
      expect([...states].map((state) => JSON.parse(state))).toEqual([expected]);
    }
  });

  test("8 connections at once that record the same file lose no state and meet no deadlock", async () => {
    const url = await server.createDatabase();
    await createTables(url);
    const orders = permutations([0, 1, 2, 3, 4, 5]).filter((_, index) => index % 5 === 0);
    const lists = orders.map((order) => order.map((index) => at(eventsOf(0), index)));
    expect(await recordAll(url, lists, 8)).toMatchObject({ failures: [] });
    const outputs = await rowsOf(url, "vod_output");
    expect(outputs.map(({ definition, state }) => [Number(definition), state])).toEqual([
      [100010, "succeeded"],
      [100020, "failed"],
    ]);
    const events = await rowsOf(url, "vod_event");
    const times = events.map((row) => Number(row["times"]));
    expect(times.reduce((sum, one) => sum + one, 0)).toBe(orders.length * 6);
  });
});
