import { systemClock } from "../../../lib/clock";
import type { Config } from "../../../lib/config";
import { parseConfig } from "../../../lib/config/keys";
import { dispatch } from "../../../lib/dispatch";
import { parseEvent } from "../../../lib/event/event";
import { isJsonObject } from "../../../lib/json";
import { createLog } from "../../../lib/log/log";
import { processQueue } from "../../../lib/reliable/process-queue";
import { createQueue } from "../../../lib/reliable/queue";
import { createRateLimiter } from "../../../lib/reliable/rate-limiter";
import { createReceiveCounts } from "../../../lib/reliable/receive-count";
import { newStats } from "../../../lib/reliable/stats";
import { clientConfig } from "../../../lib/tencent-cloud/client-config";
import { createVod } from "../../../lib/tencent-cloud/vod";
import { type BenchCloud, withCloud } from "./cloud";
import { type Progress, type Row, row } from "./row";

const LATENCY_MS = 50;
/** Enough that the first moments don't count. */
const NAIVE_EVENTS = 160;
const EVENTS = 1600;

/** How fast this loop drains a queue of uploads, against one that takes one event after the other. */
export async function benchDrain(progress: Progress): Promise<Row[]> {
  return [
    await compare("within the rate limits", true, 4, progress),
    await compare("without rate limits", false, 15, progress),
  ];
}

async function compare(name: string, rateLimits: boolean, atLeast: number, progress: Progress): Promise<Row> {
  progress(`draining the queue ${name}`);
  const options = { rateLimits, latencyMs: LATENCY_MS };
  const theirs = await withCloud({ ...options, uploads: NAIVE_EVENTS }, (cloud) => drainNaively(cloud));
  const ours = await withCloud({ ...options, uploads: EVENTS }, (cloud) => drainOurs(cloud, rateLimits));
  return row({
    name: `reliable callback, ${name}`,
    unit: "events/s",
    yardstick: "one event after the other",
    ours,
    theirs,
    bar: `at least ${atLeast}`,
  });
}

/** Pulls, handles one by one, confirms. */
async function drainNaively(cloud: BenchCloud): Promise<number> {
  const config = configOf(cloud);
  const env = { CLOUD_ENDPOINT_URL: cloud.endpointUrl };
  const credentials = () => clientConfig(config, env);
  const clock = systemClock;
  const vod = createVod(credentials, clock);
  const free = createRateLimiter(Number.POSITIVE_INFINITY, clock);
  const queue = createQueue({
    vod,
    clientConfig: credentials,
    subAppId: undefined,
    pulling: free,
    confirming: free,
  });
  const start = performance.now();
  let confirmed = 0;
  while (confirmed < NAIVE_EVENTS) {
    const handles: string[] = [];
    for (const event of await queue.pull()) {
      if (!isJsonObject(event)) continue;
      const deadlineMs = clock.monotonic() + 10_000;
      const log = createLog(() => {});
      await dispatch(parseEvent(event), { config, log, vod, deadlineMs, clock, requestId: "" });
      handles.push(String(event["EventHandle"]));
    }
    const { refused } = await queue.confirm(handles, clock.monotonic() + 10_000);
    confirmed += handles.length - refused.length;
  }
  return (confirmed * 1000) / (performance.now() - start);
}

async function drainOurs(cloud: BenchCloud, rateLimits: boolean): Promise<number> {
  const config = configOf(cloud);
  const stats = newStats();
  const start = performance.now();
  await processQueue({
    config: rateLimits ? config : { ...config, callsPerSecond: Number.POSITIVE_INFINITY },
    env: { CLOUD_ENDPOINT_URL: cloud.endpointUrl },
    clock: systemClock,
    requestId: "",
    end: Number.POSITIVE_INFINITY,
    isStopped: () => stats.pulled >= EVENTS,
    receiveCounts: createReceiveCounts(),
    stats,
    openLog: () => createLog(() => {}),
  });
  return (stats.confirmed * 1000) / (performance.now() - start);
}

function configOf({ secretId, secretKey }: BenchCloud): Config {
  return parseConfig({ secret_id: secretId, secret_key: secretKey, definitions: [100010] });
}
