import type { Clock } from "../clock";
import { type Config, ConfigError } from "../config";
import type { VodEvent } from "../event/event";
import type { JsonObject } from "../json";
import type { EventReport } from "../report/event-report";
import { LoggedFailure, type Sink } from "./deliver";

// A build without RECORD_URL leaves this module out (scripts/build/optional-sinks.ts).

/** The user's database; undefined if events are not recorded. */
export function databaseSink(
  { recordUrl, recordCa }: Config,
  event: VodEvent,
  report: () => EventReport,
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Sink | undefined {
  if (recordUrl === undefined) return undefined;
  return {
    name: "database",
    always: true,
    async deliver() {
      const failure = await openRecorder(recordUrl, recordCa, clock).record(event, report(), deadlineMs);
      if (failure) throw new LoggedFailure(failure);
    },
  };
}

/** With an empty queue, a run of `pull --once` ends; a database that is down must not hold it. */
const MAX_WAIT_MS = 30_000;
const PAUSE_MS = 500;
const MAX_PAUSE_MS = 8000;

/**
 * Makes what waits until a database that failed answers again: what is pulled before could only be left in the queue.
 * @returns undefined if events are not recorded; else a function that throws a ConfigError if the run must end first
 */
export function databaseWait(
  { recordUrl: url, recordCa, idle }: Config,
  { clock, isStopped, end, say }: Waiting,
): (() => Promise<void>) | undefined {
  if (url === undefined) return undefined;
  const recorder = () => openRecorder(url, recordCa, clock);
  let waiting: Promise<void> | undefined;

  async function wait(): Promise<void> {
    const endMs = idle === "stop" ? Math.min(end, clock.monotonic() + MAX_WAIT_MS) : end;
    let pauseMs = 0;
    while (!isStopped() && !(await recorder().isReady(endMs))) {
      if (pauseMs === 0) say("The database does not answer. Events stay in the queue until it does.");
      pauseMs = Math.min(Math.max(PAUSE_MS, 2 * pauseMs), MAX_PAUSE_MS);
      if (clock.monotonic() + pauseMs > endMs) throw new ConfigError("The database does not answer.");
      await clock.sleep(pauseMs);
    }
  }

  return () => {
    waiting ??= wait().finally(() => {
      waiting = undefined;
    });
    return waiting;
  };
}

interface Waiting {
  readonly clock: Clock;
  readonly isStopped: () => boolean;
  /** On the monotonic clock. */
  readonly end: number;
  readonly say: (line: string) => void;
}

/**
 * Makes the tables, or looks at them.
 * @throws the driver's error
 */
export async function administerDatabase(
  { recordUrl, recordCa }: Config,
  makesTables: boolean,
  clock: Clock,
  deadlineMs: number,
): Promise<JsonObject> {
  if (recordUrl === undefined) throw new ConfigError("Events are not recorded: RECORD_URL is not set.");
  return openRecorder(recordUrl, recordCa, clock).administer(makesTables, deadlineMs);
}

function openRecorder(url: string, ca: string | undefined, clock: Clock) {
  // Loaded only here: a start must not wait for it.
  const { recorderFor }: typeof import("./database/recorder") = require("./database/recorder");
  return recorderFor(url, ca, clock);
}
