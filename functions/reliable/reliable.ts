import { type Config, withSinks } from "../../lib/config";
import { parseConfFile } from "../../lib/config/read-config";
import { text } from "../../lib/event/untrusted";
import type { CustomHandler } from "../../lib/handlers/custom-handler";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { createLog } from "../../lib/log/log";
import { createRedaction } from "../../lib/log/redact";
import { processQueue } from "../../lib/reliable/process-queue";
import { createReceiveCounts } from "../../lib/reliable/receive-count";
import { newStats } from "../../lib/reliable/stats";
import type { FunctionRuntime } from "../../lib/runtime";
import { answerSelfTest, isSelfTest } from "../../lib/self-test";
import { loadSdk } from "../../lib/tencent-cloud/load-sdk";

/**
 * A tick's message (the timer's argument, docs/tencent-protocols.md#timer-events) that asks for a run of no
 * more than one page of events.
 */
const ONE_PAGE = "one page";
/** The command line waits for such a run. */
const ONE_PAGE_LIMIT_MS = 30_000;
/** The memory and the time limit that the function is deployed with, if the platform does not report one. */
const MEMORY_MB = 256;
const TIME_LIMIT_MS = 60_000;
const PLATFORM_MARGIN_MS = 1000;
/**
 * What the events in flight may need of the log (1 MB a request, docs/tencent-protocols.md#function-log) when
 * pulling ends for want of it.
 */
const LOG_RESERVE_BYTES = 384 * 1024;

/**
 * Makes the handler of the timer's ticks. It processes the queue until shortly before its time limit. It never throws,
 * because SCF would repeat the tick. It returns the number of events for each outcome.
 * @param isolateOwn makes what runs the user's own handler, from the function's memory in MB; without it the handler runs
 * here
 */
export function createReliable(
  { configFile, env, clock, write }: FunctionRuntime,
  isolateOwn?: (memoryMb: number) => CustomHandler,
) {
  let own: CustomHandler | undefined;
  let parsed: Config | undefined;
  const openRedaction = createRedaction(env, () => parsed);
  const receiveCounts = createReceiveCounts();

  return async (event: unknown, context: unknown): Promise<JsonObject> => {
    const start = clock.monotonic();
    const log = createLog(write, openRedaction());
    const tick = isJsonObject(event) ? event : {};
    if (isSelfTest(tick)) return answerSelfTest(tick, env, log);
    const isShort = tick["Message"] === ONE_PAGE;
    const { request_id, time_limit_in_ms, memory_limit_in_mb } = isJsonObject(context) ? context : {};
    const requestId = text(request_id) ?? "";
    const timeLimitMs = typeof time_limit_in_ms === "number" ? time_limit_in_ms : TIME_LIMIT_MS;
    const limitMs = isShort ? Math.min(timeLimitMs, ONE_PAGE_LIMIT_MS) : timeLimitMs;
    const stats = newStats();
    let error: string | undefined;
    try {
      parsed ??= withSinks(parseConfFile(configFile), env);
      const end = start + limitMs - PLATFORM_MARGIN_MS;
      const isStopped = () => log.room() < LOG_RESERVE_BYTES || (isShort && stats.pulled > 0);
      const config: Config = isShort ? { ...parsed, idle: "stop" } : parsed;
      const openLog = () => log;
      own ??= isolateOwn?.(typeof memory_limit_in_mb === "number" ? memory_limit_in_mb : MEMORY_MB);
      const run = { config, env, clock, requestId, end, isStopped, receiveCounts, stats, openLog, own };
      await processQueue(run);
    } catch (reason) {
      const { code, message } = loadSdk().describeFailure(reason);
      error = log.clean(`${code ?? ""} ${message}`.trim());
    }
    const { inFlight: _none, ...summary } = stats;
    log.own.last({ requestId, ...summary, durationMs: clock.monotonic() - start, error });
    return { ...summary, error };
  };
}
