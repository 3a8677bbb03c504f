import { type Clock, systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { dispatch } from "../../lib/dispatch";
import { UserError } from "../../lib/errors";
import { parseEvent } from "../../lib/event/event";
import { withRemainder } from "../../lib/event/remainder";
import type { JsonObject } from "../../lib/json";
import { createLog } from "../../lib/log/log";
import { redactor, secretsOf } from "../../lib/log/redact";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { createVod } from "../../lib/tencent-cloud/vod";
import { asFunctionHas } from "../cloud/credentials";
import { applicationOf } from "../cloud/deployed-config";
import { explain } from "../cloud/explain";
import { parseDuration } from "../cloud/function-log";
import { readTarget } from "../cloud/target";
import { hasTables } from "../deploy/check-database";
import { fetchEvent, uploadEvent } from "../replay/fetch-event";
import { listTasks } from "../replay/file-state";
import { processInRetry } from "../replay/in-retry";
import { openReplayContext, type ReplayContext } from "../replay/replay-context";
import { isoTime, scanFiles, TASKS_SHOWN_MS } from "../replay/scan";
import { print } from "../terminal/output";
import {
  type Database,
  describeUnreached,
  openDatabase,
  statusFromHere,
  statusFromInside,
} from "./open-database";
import { outputsEvent } from "./outputs-event";

/** Events that are recorded at the same time. */
const CONCURRENCY = 10;
/** One event may wait for a connection. */
const EVENT_MS = 30_000;
/** Older than any file of VOD. */
const BEGINNING_MS = Date.parse("2010-01-01T00:00:00Z");
const DATABASE_ONLY = { pending: ["database" as const] };
const MAX_SHOWN = 20;

/** Records an event in the database alone. @returns why it is not recorded */
type Record = (event: JsonObject) => Promise<string | undefined>;

/**
 * Fills the tables with the files and outputs that VOD has: from here, or through `retry` if the database is out of
 * reach. It can be repeated.
 * @param since how far back, such as 30d; everything by default
 * @returns whether everything was recorded
 * @throws {UserError} if the tables are missing or nothing reaches the database
 */
export async function backfill(
  environment: Environment,
  { since }: { readonly since?: string },
  clock: Clock = systemClock,
): Promise<boolean> {
  const before = clock.now();
  const after = since === undefined ? BEGINNING_MS : before - parseDuration(since);
  const database = await openDatabase(environment);
  const context = await openReplayContext(readTarget(environment), clock);
  const record = await recorderOf(database, context, environment, clock);
  const failures: string[] = [];
  let events = 0;
  let files = 0;
  const all = async function* () {
    yield* endedTasks(context, Math.max(after, before - TASKS_SHOWN_MS));
    const range = { after, before, sources: [], categories: [] };
    for await (const { fileId, media, state } of scanFiles(context, range, clock)) {
      files += 1;
      yield uploadEvent(fileId, await state());
      const outputs = outputsEvent(media);
      if (outputs) yield outputs;
    }
  };
  try {
    await eachOf(all(), async (event) => {
      const failure = await record(event).catch(oneLine);
      if (failure === undefined) events += 1;
      else failures.push(failure);
    });
  } finally {
    print(...[...new Set(failures)].slice(0, MAX_SHOWN));
    print(`${files} files, ${events} events recorded, ${failures.length} failed.`);
    if (failures.length > 0) print("Fix the cause, then run this again. What is recorded stays as it is.");
  }
  return failures.length === 0;
}

/** The ends of the task flows that VOD still shows. */
async function* endedTasks({ account: { vod }, config, functions, target }: ReplayContext, from: number) {
  const application = applicationOf(functions, target);
  const tasks = await listTasks(vod, { ...application, CreateTime: { After: isoTime(from) } });
  for (const { TaskId = "", TaskType, Status } of tasks) {
    if (TaskType !== "Procedure" || Status !== "FINISH") continue;
    const event = await fetchEvent({ EventType: "ProcedureStateChanged", TaskId }, vod, config);
    if (event) yield event;
  }
}

async function recorderOf(
  database: Database,
  context: ReplayContext,
  environment: Environment,
  clock: Clock,
): Promise<Record> {
  const here = await statusFromHere(database, "database-status", environment);
  const within = "error" in here ? await statusFromInside(database, "database-status") : undefined;
  const status = within ?? here;
  if ("error" in status)
    throw new UserError(
      `${describeUnreached(here, within)}\n` +
        "Nothing was recorded. Check the database with: ./vod-receiver database status",
    );
  if (!hasTables(status))
    throw new UserError("The database lacks the tables. Make them: ./vod-receiver database init");
  const { account, target } = context;
  const retry = database.inside?.retry;
  if (within && retry) {
    print("The database is out of reach here, so the function retry records the events.");
    return (event) => processInRetry(withRemainder(event, DATABASE_ONLY), retry, account);
  }
  const config = {
    ...context.config,
    recordUrl: database.url,
    ...(database.caFile && { recordCa: database.caFile }),
  };
  const clean = redactor(secretsOf(config, { ...environment, RECORD_URL: database.url }));
  const vod = createVod(() => clientConfig(config, asFunctionHas(target.env)), clock);
  return async (event) => {
    const log = createLog(() => {}, clean);
    const deadlineMs = clock.monotonic() + EVENT_MS;
    const outcome = await dispatch(
      parseEvent(event),
      { config, log, vod, deadlineMs, clock, requestId: "" },
      undefined,
      DATABASE_ONLY,
    );
    return outcome.kind === "done" ? undefined : clean(outcome.error);
  };
}

function oneLine(error: unknown): string {
  return explain(error).replaceAll("\n", " ");
}

/** Uses each item, some at a time. @throws the first error, after all that has begun has ended */
async function eachOf<Item>(items: AsyncGenerator<Item>, use: (item: Item) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (let next = await items.next(); !next.done; next = await items.next()) await use(next.value);
  };
  const results = await Promise.allSettled(Array.from({ length: CONCURRENCY }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
