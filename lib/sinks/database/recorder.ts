import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Clock } from "../../clock";
import type { VodEvent } from "../../event/event";
import type { EventReport } from "../../report/event-report";
import type { Failure } from "../deliver";
import { type DatabaseStatus, makeTables, readStatus } from "./administer";
import { type Connect, type Connection, sqlStateOf } from "./connection";
import { type RecordTarget, readRecordUrl } from "./record-url";
import { type Changes, changesOf } from "./rows";
import { markDeleted, type Row, type Statement, upsert } from "./statements";
import { TABLE_NAMES, TABLES } from "./tables";

/** A connection that was unused for longer may have been dropped without a word, or closed by the server. */
const MAX_UNUSED_MS = 30_000;
/** The most that a transaction takes, and of it what a connection that was used before gets for it. */
const MAX_TRANSACTION_MS = 10_000;
const REUSED_SHARE = 0.5;
/** More events than the queue has in flight. */
const MAX_EVENTS = 128;
const MAX_DEADLOCKS = 5;
const MAX_MESSAGE = 500;

/** Records events in the user's database. */
export interface Recorder {
  /**
   * Records an event; events that arrive together share a transaction.
   * @returns why it is not recorded: `park` if the database never accepts the event's data, `retry` if it can't be used
   * now
   */
  record(event: VodEvent, report: EventReport, deadlineMs: number): Promise<Failure | undefined>;
  /** Whether the database answers, or may: it is asked only if the last transaction failed. */
  isReady(deadlineMs: number): Promise<boolean>;
  /** Makes the tables, if asked, and looks at them. @throws the driver's error */
  administer(makesTables: boolean, deadlineMs: number): Promise<DatabaseStatus>;
  /** Closes the connection. */
  close(): void;
}

interface Job {
  readonly changes: Changes;
  readonly deadlineMs: number;
  readonly end: (failure?: Failure) => void;
}

/**
 * Keeps one connection, which is closed after any error.
 * @param connect the driver
 * @param ca the certificates of the authorities that are trusted, if not the usual ones
 */
function createRecorder(
  target: RecordTarget,
  connect: Connect,
  ca: string | undefined,
  clock: Clock,
): Recorder {
  let jobs: Job[] = [];
  /** What uses the connection, one after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  let isFlushDue = false;
  let isDown = false;
  let open: { readonly connection: Connection; usedAt: number } | undefined;

  function close(): void {
    open?.connection.destroy();
    open = undefined;
  }

  /** Uses the connection until the time is over. @throws what it does; the connection is closed then */
  async function use<Result>(work: (connection: Connection) => Promise<Result>, timeoutMs: number) {
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const late = new Promise<never>((_resolve, reject) => {
      const error = new Error(`the database did not answer within ${Math.round(timeoutMs)} ms`);
      timer = setTimeout(() => reject(error), timeoutMs);
    });
    const opening = open
      ? Promise.resolve(open.connection)
      : connect(target, ca, timeoutMs).then((connection) => {
          // Nobody waits for one that comes too late.
          if (isLate) connection.destroy();
          else open = { connection, usedAt: clock.now() };
          return connection;
        });
    try {
      const result = await Promise.race([late, opening.then(work)]);
      if (open) open.usedAt = clock.now();
      return result;
    } catch (error) {
      isLate = true;
      close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** As `use`, and again with a new connection if an old one turns out to be broken. */
  async function useFresh<Result>(work: (connection: Connection) => Promise<Result>, deadlineMs: number) {
    const leftMs = () => Math.min(deadlineMs - clock.monotonic(), MAX_TRANSACTION_MS);
    // By wall time, as the other clock may stop while an instance is frozen.
    if (open && Math.abs(clock.now() - open.usedAt) > MAX_UNUSED_MS) close();
    if (!open) return use(work, leftMs());
    try {
      return await use(work, leftMs() * REUSED_SHARE);
    } catch (error) {
      if (/^(2[23]|4[02])/.test(sqlStateOf(error)) || leftMs() <= 0) throw error;
      return use(work, leftMs());
    }
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  async function write(batch: readonly Job[]): Promise<void> {
    const statements = statementsOf(
      target,
      batch.map(({ changes }) => changes),
    );
    const deadlineMs = Math.max(...batch.map((job) => job.deadlineMs));
    for (let deadlocks = 0; ; deadlocks++) {
      try {
        await useFresh((connection) => connection.transaction(statements), deadlineMs);
        return;
      } catch (error) {
        if (sqlStateOf(error) !== "40001" && sqlStateOf(error) !== "40P01") throw error;
        if (deadlocks >= MAX_DEADLOCKS) throw error;
      }
    }
  }

  async function flush(): Promise<void> {
    isFlushDue = false;
    const batch = jobs.slice(0, MAX_EVENTS);
    jobs = jobs.slice(MAX_EVENTS);
    if (jobs.length > 0) schedule();
    await settle(batch);
  }

  /** A transaction that the data of one event fails is repeated with one event at a time. */
  async function settle(batch: readonly Job[]): Promise<void> {
    try {
      await write(batch);
      isDown = false;
      for (const { end } of batch) end();
    } catch (error) {
      const isData = /^2[23]/.test(sqlStateOf(error));
      isDown = !isData;
      if (isData && batch.length > 1) for (const job of batch) await settle([job]);
      else for (const { end } of batch) end(failureOf(error, isData));
    }
  }

  function schedule(): void {
    if (isFlushDue) return;
    isFlushDue = true;
    // The other events of a pulled page come in this turn of the event loop.
    const later = new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    void inTurn(async () => {
      await later;
      await flush();
    });
  }

  return {
    record: (event, report, deadlineMs) =>
      new Promise((resolve) => {
        const changes = changesOf(event, report, new Date(clock.now()).toISOString());
        jobs.push({ changes, deadlineMs, end: resolve });
        schedule();
      }),
    async isReady(deadlineMs) {
      if (!isDown) return true;
      try {
        const probe = { sql: "SELECT 1 FROM vod_schema", values: [] };
        await inTurn(() => useFresh((connection) => connection.query(probe), deadlineMs));
        isDown = false;
      } catch {
        // What failed is in the log of the event that met it.
      }
      return !isDown;
    },
    administer: (makesTables, deadlineMs) =>
      inTurn(() =>
        useFresh(async ({ query }) => {
          if (makesTables) await makeTables(target.engine, query);
          return readStatus(target.engine, query);
        }, deadlineMs),
      ),
    close,
  };
}

/** The statements of several events, in the order of tables and keys, so that transactions do not block each other. */
function statementsOf({ engine }: RecordTarget, changes: readonly Changes[]): Statement[] {
  const sorted = changes
    .flatMap(({ rows }) => rows)
    .map((row) => ({ row, place: TABLE_NAMES.indexOf(row.table), key: keyOf(row) }))
    .sort((a, b) => a.place - b.place || (a.key < b.key ? -1 : Number(a.key > b.key)));
  return [
    ...sorted.map(({ row }) => upsert(engine, row)),
    ...changes.flatMap(({ deleted }) => deleted.map((outputs) => markDeleted(engine, outputs))),
  ];
}

function keyOf({ table, values }: Row): string {
  const keys = TABLES[table].columns.filter(({ rule }) => rule === "key");
  return keys.map(({ name }) => String(values[name]).padStart(24, " ")).join("\n");
}

function failureOf(error: unknown, isData: boolean): Failure {
  const { message, code } = describe(error);
  const text = `${code} ${message}`.trim();
  return isData
    ? { kind: "park", error: `the database refused the event's data: ${text}` }
    : { kind: "retry", error: `the database did not record the event: ${text}` };
}

function describe(error: unknown): { code: string; message: string } {
  const { code = "", message = error }: { code?: unknown; message?: unknown } = Object(error);
  return { code: sqlStateOf(error) || String(code), message: String(message).slice(0, MAX_MESSAGE) };
}

let recorder: { readonly url: string; readonly recorder: Recorder } | undefined;

/**
 * The recorder of this process, which keeps its connection from one invocation to the next.
 * @param url the `RECORD_URL`
 * @param caFile a file with the certificates to trust, if not the usual ones; relative to the bundle, or absolute
 * @throws if the URL can't be read
 */
export function recorderFor(url: string, caFile: string | undefined, clock: Clock): Recorder {
  if (recorder?.url === url) return recorder.recorder;
  recorder?.recorder.close();
  const target = readRecordUrl(url);
  const made = createRecorder(target, connectorOf(target), readCa(caFile), clock);
  recorder = { url, recorder: made };
  return made;
}

/** Only the driver that is needed is loaded, and only that one is in the package (scripts/build/optional-sinks.ts). */
function connectorOf({ engine }: RecordTarget): Connect {
  if (engine === "mysql") {
    const { connect }: typeof import("./mysql") = require("./mysql");
    return connect;
  }
  const { connect }: typeof import("./postgres") = require("./postgres");
  return connect;
}

/** @param file relative to the bundle, or absolute */
function readCa(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(resolve(__dirname, file), "utf8");
}
