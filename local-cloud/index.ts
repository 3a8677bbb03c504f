import { randomInt } from "node:crypto";
import { appendFileSync, closeSync, fchmodSync, fstatSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { checkAccount } from "./account/account-rules";
import { executionRoles } from "./account/execution-roles";
import { Keys } from "./account/keys";
import { createEndpoint } from "./api/endpoint";
import { RateLimits } from "./api/rate-limits";
import { requestValidator } from "./api/schemas";
import type { ServiceName } from "./api/sdk-models";
import type { Credential } from "./api/signature";
import { createCam } from "./cam/service";
import { createCls } from "./cls/service";
import { Faults } from "./faults/faults";
import { createMonitor } from "./monitor/service";
import type { LocalCloudOptions } from "./options";
import { type Gateway, openGateway } from "./scf/gateway/gateway";
import { Functions } from "./scf/runtime/functions";
import { createScf } from "./scf/service";
import { realSchedule } from "./schedule";
import { makeTemporaryFolder, removeAbandonedFolders } from "./temporary-folder";
import { createVod, type Vod } from "./vod/service";
import { faultsRoute } from "./web/faults";
import { ownOnly } from "./web/guard";
import { createSite } from "./web/site";
import { uploadRoute } from "./web/upload";

export type { ApiCall } from "./api/endpoint";
export { ApiError } from "./api/error";
export type { Interception } from "./api/interception";
export { loadSchemas, readDeclarations, type Schema } from "./api/load-schemas";
export { type FaultRules, parseFaultRules } from "./faults/fault-rules";
export { randomNumbers } from "./faults/random";
export { foreignReason } from "./foreign-request";
export type { LocalCloudOptions } from "./options";
export { realSchedule, type Schedule } from "./schedule";
export type { SentNotification } from "./vod/notifier";
export { instantTranscoder } from "./vod/transcode";

/** Checks an action's parameters against the SDK's types. @throws {ApiError} that names the parameter */
export function checkRequest(service: ServiceName, action: string, params: unknown): void {
  requestValidator(service, action)(params);
}

/** A stand-in for Tencent Cloud on loopback: the API, VOD, SCF and its gateway, CAM and CLS. */
export interface LocalCloud {
  /** What CLOUD_ENDPOINT_URL must be to reach its API. */
  readonly endpointUrl: string;
  readonly appId: string;
  readonly region: string;
  /** The account's own key. */
  readonly credential: Credential;
  readonly functions: Functions;
  /** What goes wrong on purpose; nothing unless `faults` was given. */
  readonly faults: Faults;
  /** Temporary credentials that may do everything. */
  assumeRole(): Required<Credential>;
  /** Gives a function an address: a function URL, or a gateway with API Gateway's events. */
  openAddress(namespace: string, name: string, shape?: "function-url" | "api-gateway"): Promise<string>;
  /** Stores a file in VOD as the console's upload does; as if from elsewhere with another `sourceType`. */
  upload: Vod["upload"];
  /**
   * Makes VOD send an event as configured: over HTTP or through its queue. Resolves when the event is in the
   * queue, or when the receiver had its chances.
   */
  notify: Vod["notify"];
  /** How many events of VOD's queue are not confirmed yet. */
  queuedEvents(): number;
  /** The same, divided into those that wait and those that were delivered. */
  queue: Vod["queue"];
  /** How many task flows VOD has started for each FileId. */
  tasksStarted(): ReadonlyMap<string, number>;
  /** Ends everything it started and removes every file it made. */
  close(): Promise<void>;
}

/** VOD waits five seconds (docs/tencent-protocols.md#timeout-and-retries). */
const NOTIFICATION_TIMEOUT_MS = 5000;
/** At most five seconds (docs/tencent-protocols.md#pulling-events). */
const PULL_HOLD_MS = 5000;
const REGION = "ap-guangzhou";

/** Starts a local cloud of its own; several can run at once. */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { now = Date.now, report = () => {}, region = REGION, deny = () => false } = options;
  const { schedule = realSchedule, rateLimits = true } = options;
  const appId = `125${randomInt(10 ** 6, 10 ** 7)}`;
  const uin = `1000${randomInt(10 ** 7, 10 ** 8)}`;

  const record = options.recordFile === undefined ? undefined : openRecord(options.recordFile);
  // A query has up to 32 KB, which is more than Node.js takes by default.
  const server = createServer({ maxHeaderSize: 64 * 1024 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  // With a host and a port the address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const endpointUrl = `http://127.0.0.1:${port}`;
  await removeAbandonedFolders();
  const folder = await makeTemporaryFolder("vod");

  const vod = await createVod({
    appId,
    folder,
    mediaUrl: `${endpointUrl}/media`,
    now,
    report,
    schedule,
    transcoder: options.transcoder,
    pullHoldMs: options.pullHoldMs ?? PULL_HOLD_MS,
    emptyPull: options.emptyPull ?? "empty",
    partialConfirm: options.partialConfirm ?? false,
    notificationTimeoutMs: options.notificationTimeoutMs ?? NOTIFICATION_TIMEOUT_MS,
    procedureStatus: options.procedureStatus ?? true,
    onNotification: options.onNotification ?? (() => {}),
  });
  const faults = new Faults({ now, schedule });
  faults.replace(options.faults ?? {});
  const disturb: Faults["disturb"] = (...request) => faults.disturb(...request);
  const { findNode } = options;
  const platform = {
    region,
    appId,
    uin,
    cloudEndpointUrl: endpointUrl,
    now,
    report,
    disturb,
    ...(findNode && { findNode }),
  };
  const functions = new Functions(platform);
  const keys = new Keys();
  const cam = createCam({ appId, uin, now });
  const cls = createCls(region, now);
  const roles = executionRoles(cam.roles, keys, region);
  const scf = createScf({
    functions,
    platform,
    around: {
      checkRole: roles.check,
      defaultTopic: () => cls.topics.default(),
      hasTopic: ({ logsetId, topicId }) => cls.topics.find(topicId)?.logsetId === logsetId,
    },
    assumeRole: roles.assume,
    statePolls: options.statePolls ?? 2,
    failChange: options.failChange ?? (() => undefined),
    schedule,
    now,
  });
  const monitor = createMonitor({ region, now });
  functions.onRequest((request) => monitor.figures.add(request));
  functions.onLog((line) => {
    const topic = scf.topicOf(line.namespace, line.functionName);
    if (topic) cls.topics.deliver(topic.topicId, line);
  });

  const { activated = () => true, subAppIdNeeded = () => false, intercept } = options;
  const limits = new RateLimits(now);
  const api = createEndpoint({
    services: [vod.service, scf.service, cam.service, cls.service, monitor.service],
    credentials: (secretId) => keys.find(secretId),
    now,
    authorize: (call) => {
      checkAccount(call, { activated, subAppIdNeeded, allows: (asked) => keys.allows(asked) });
      if (rateLimits) limits.check(call);
    },
    ...(options.report && { onBug: (error) => report(`A bug in the local cloud: ${inspect(error)}`) }),
    intercept: async (call) => (await intercept?.(call)) ?? faults.intercept(call),
    onCall: (call) => {
      options.onCall?.(call);
      if (record !== undefined) appendFileSync(record, `${JSON.stringify(call)}\n`);
    },
  });
  const upload = uploadRoute(
    async (name, content, subAppId) => (await vod.upload(name, content, undefined, subAppId)).fileId,
  );
  const routes = new Map([
    ["faults", ownOnly(faultsRoute(faults))],
    ["upload", ownOnly(upload)],
  ]);
  server.on(
    "request",
    createSite({ api, vod: vod.serve, page: options.page ?? (async () => false), routes, report }),
  );
  const addresses: Gateway[] = [];

  return {
    endpointUrl,
    appId,
    region,
    credential: keys.issue(({ service, action }) => !deny(service, action)),
    functions,
    faults,
    assumeRole: () => keys.issueTemporary(() => true),
    async openAddress(namespace, name, shape = "function-url") {
      const invoke = (event: unknown) => functions.invoke(namespace, name, event);
      const gateway = await openGateway({ shape, invoke });
      addresses.push(gateway);
      return gateway.address;
    },
    upload: vod.upload,
    notify: vod.notify,
    queuedEvents: vod.queuedEvents,
    queue: vod.queue,
    tasksStarted: vod.tasksStarted,
    async close() {
      await Promise.all([scf.close(), ...addresses.map((gateway) => gateway.close())]);
      await Promise.all([vod.close(), functions.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
      if (record !== undefined) closeSync(record);
    },
  };
}

/**
 * Opens a file for more lines that only its owner can read, since parameters hold the caller's secrets.
 * @throws if the file is another user's
 */
function openRecord(path: string): number {
  const file = openSync(path, "a", 0o600);
  const info = fstatSync(file);
  // The mode of a pipe or a device, such as /dev/null, is for all who use it.
  if (!info.isFile()) return file;
  if (process.getuid !== undefined && info.uid !== process.getuid()) {
    closeSync(file);
    throw new Error(`${path} belongs to another user, who could read the secrets in it. Name another file.`);
  }
  fchmodSync(file, 0o600);
  return file;
}
