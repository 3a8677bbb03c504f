import { randomUUID } from "node:crypto";
import { systemClock } from "../../lib/clock";
import { ConfigError, type Environment, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { createLog } from "../../lib/log/log";
import { redactor, secretsOf } from "../../lib/log/redact";
import { processQueue } from "../../lib/reliable/process-queue";
import { ConfirmError } from "../../lib/reliable/queue";
import { createReceiveCounts } from "../../lib/reliable/receive-count";
import { newStats } from "../../lib/reliable/stats";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { createVod } from "../../lib/tencent-cloud/vod";
import { CallError } from "../cloud/account";
import { asFunctionHas } from "../cloud/credentials";
import { useBoundedTransport } from "../cloud/sdk-transport";
import { checkSite } from "../cloud/site";
import { readProjectConfig } from "../project";
import { showProgress } from "../pull/progress";
import { drained, exit, onPrintFailure, print, printError } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";

/** How long a question to VOD is tried, beside the events. */
const PATIENCE_MS = 10_000;

/**
 * Processes the events of the reliable callback's queue on this machine until it is stopped. The log goes to
 * standard output, progress to standard error. When stopped it finishes the events in flight.
 * @param options.once ends when the queue is empty; the queue may hold events from before VOD stopped using it
 * @returns false if `once` is set and events were left to VOD, which redelivers them
 * @throws if the configuration or the credentials are wrong, or VOD does not use its queue and `once` is not set
 */
export async function pull(
  environment: Environment,
  { once = false }: { once?: boolean } = {},
): Promise<boolean> {
  const env = asFunctionHas(environment);
  const config = {
    ...withEnvironment(parseConfig(readProjectConfig(env)), env),
    idle: once ? "stop" : "wait",
  } as const;
  const secrets = secretsOf(config, env);
  checkSite(env);
  useBoundedTransport();
  const vod = createVod(() => clientConfig(config, env), systemClock);
  const application = config.subAppId === undefined ? {} : { SubAppId: config.subAppId };
  const deadlineMs = () => systemClock.monotonic() + PATIENCE_MS;
  const { Mode } = await vod
    .call((client) => client.DescribeEventConfig(application), deadlineMs())
    .catch(failed("DescribeEventConfig", secrets));
  if (Mode !== "PULL") {
    const problem = `VOD sends its events to an address (Mode: ${Mode || "not set"}), so its queue gets no new events.`;
    if (!once) {
      throw new Error(
        `${problem} Run ./vod-receiver event-config --mode pull --yes, then run this again. To process only the events that still wait: ./vod-receiver pull --once`,
      );
    }
    printError(`${problem} Processing the events that still wait in it.`);
  }

  // Without the log, a parked event would be acknowledged without being recorded.
  onPrintFailure((error) => {
    printError(`The log can't be written (${error.message}). VOD redelivers the events in flight.`);
    void exit(1);
  });
  let stopped = false;
  void untilStopped().then(() => {
    stopped = true;
    progress.logLine("Stopping. Finishing the events in flight first.");
  });
  const stats = newStats();
  const receiveCounts = createReceiveCounts();
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
      receiveCounts,
      stats,
      openLog: () => createLog(write, clean),
      written: drained,
    }).catch((error) =>
      error instanceof ConfirmError
        ? failed("ConfirmEvents", secrets)(error.cause)
        : failed("PullEvents", secrets)(error),
    );
  } finally {
    progress.end();
  }
  const { pulled, done, park } = stats;
  const left = receiveCounts.size();
  printError(
    `${pulled} event${pulled === 1 ? "" : "s"}: ${done} done, ${park} parked (recorded in the log above)${left > 0 ? `; VOD redelivers ${left}` : ""}.`,
  );
  return !once || left === 0;
}

/** Adds the name of the failed call to its error, and redacts secrets in its message. */
function failed(action: string, secrets: readonly string[]): (error: unknown) => never {
  return (error) => {
    throw error instanceof ConfigError ? error : new CallError(action, error, secrets);
  };
}
