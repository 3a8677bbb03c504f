import { randomUUID } from "node:crypto";
import { systemClock } from "../../lib/clock";
import { ConfigError, type Environment, parseConfig } from "../../lib/config";
import { createLog } from "../../lib/log/log";
import { redactor, secretsOf } from "../../lib/log/redact";
import { processQueue } from "../../lib/reliable/process-queue";
import { createReceiveCounts } from "../../lib/reliable/receive-count";
import { newStats } from "../../lib/reliable/stats";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { createVod } from "../../lib/tencent-cloud/vod";
import { CallError } from "../cloud/account";
import { useBoundedTransport } from "../cloud/sdk-transport";
import { readProjectConfig } from "../project";
import { showProgress } from "../pull/progress";
import { onPrintFailure, print, printError } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";

/** How long a question to VOD is tried, beside the events. */
const PATIENCE_MS = 10_000;

/**
 * Works through the reliable callback's queue on this machine, until it is stopped; the log goes to standard
 * output, progress to standard error. A stop finishes what is in flight.
 * @param options.once ends it when the queue is empty, which may be a rest from before VOD stopped using it
 * @throws where the configuration or the credentials are wrong, or VOD does not use its queue and no end is set
 */
export async function pull(env: Environment, { once = false }: { once?: boolean } = {}): Promise<void> {
  const config = { ...parseConfig(readProjectConfig(env)), idle: once ? "stop" : "wait" } as const;
  const secrets = secretsOf(config, env);
  useBoundedTransport();
  const vod = createVod(() => clientConfig(config, env), systemClock);
  const application = config.subAppId === undefined ? {} : { SubAppId: config.subAppId };
  const deadlineMs = () => systemClock.now() + PATIENCE_MS;
  const { Mode } = await vod
    .call((client) => client.DescribeEventConfig(application), deadlineMs())
    .catch(failed("DescribeEventConfig", secrets));
  if (Mode !== "PULL") {
    const problem = `VOD sends its events to an address (Mode: ${Mode || "not set"}), so its queue gets none.`;
    if (!once) {
      throw new Error(
        `${problem} Choose the reliable callback in the VOD console (callback settings), and call this again; --once works through what still waits.`,
      );
    }
    printError(`${problem} What still waits in it is worked through.`);
  }

  // What is parked would be confirmed, and kept nowhere.
  onPrintFailure((error) => {
    printError(`The log can't be written (${error.message}). What was in flight comes back to the queue.`);
    process.exit(1);
  });
  let stopped = false;
  void untilStopped().then(() => {
    stopped = true;
    progress.logLine("Stopping: what is in flight is finished first.");
  });
  const stats = newStats();
  const countWaiting = async () => {
    const state = await vod.call((client) => client.DescribeEventsState(application), deadlineMs());
    return state.CountOfEventsToPull;
  };
  const progress = showProgress({ stats, countWaiting, clock: systemClock });
  const write = (line: string) => progress.around(() => print(line));
  const clean = redactor(secrets);
  try {
    await processQueue({
      config,
      env,
      clock: systemClock,
      requestId: randomUUID(),
      end: Number.POSITIVE_INFINITY,
      isStopped: () => stopped,
      receiveCounts: createReceiveCounts(),
      stats,
      openLog: () => createLog(write, clean),
    }).catch(failed("PullEvents", secrets));
  } finally {
    progress.end();
  }
  const { pulled, done, park, confirmed } = stats;
  const left = pulled - confirmed;
  printError(
    `${pulled} event${pulled === 1 ? "" : "s"}: ${done} done, ${park} parked (kept in the log above)${left > 0 ? `; ${left} come back to the queue` : ""}.`,
  );
}

/** Names the call that failed, for what is printed of it, without what it quotes of the secrets. */
function failed(action: string, secrets: readonly string[]): (error: unknown) => never {
  return (error) => {
    throw error instanceof ConfigError ? error : new CallError(action, error, secrets);
  };
}
