import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { systemClock } from "../lib/clock";
import type { Environment } from "../lib/config";
import { PAYLOAD_KEYS } from "../lib/event/event";
import type { LocalCloud, LocalCloudOptions } from "../local-cloud";
import { type Account, openAccount } from "../scripts/cloud/account";
import { readTarget } from "../scripts/cloud/target";
import { EventLog } from "./event-log";
import { localActions } from "./local-actions";
import { buildPage, hasHls } from "./page-files";
import { type ConsoleHandler, type ConsoleOptions, createConsole } from "./server";
import { Watch, type WatchOptions } from "./watch";

const HOUR_MS = 3_600_000;
/** How often a page's data are read; of a real account within the rates of its API. */
const LOCAL_PAUSE_MS = 500;
const ACCOUNT_PAUSE_MS = 5000;

/**
 * Makes the console that a local cloud serves at its own address: `options` are to start the local cloud with, and
 * `connect` makes it work. It returns the page's address.
 */
export function createLocalConsole() {
  const events = new EventLog();
  let handler: ConsoleHandler = async () => false;
  let notified = () => {};
  const options: Pick<LocalCloudOptions, "page" | "onNotification"> = {
    page: (request, response) => handler(request, response),
    onNotification(notification) {
      events.addSent(notification);
      notified();
    },
  };
  /** @param env a user's variables for the local cloud */
  async function connect(cloud: LocalCloud, env: Environment): Promise<string> {
    const queue = () => cloud.queue();
    const looks = { sinceMs: HOUR_MS, pauseMs: LOCAL_PAUSE_MS, queue };
    const opened = await open(env, events, looks, (rest) => localActions({ ...rest, cloud, events, env }));
    handler = opened.handler;
    notified = () => opened.watch.sendEvents();
    return `${cloud.endpointUrl}/#${opened.token}`;
  }
  return { options, connect };
}

/**
 * Serves the console of a real account at a port of loopback; it changes nothing.
 * @param report gets a line before each retry of a call
 * @returns the page's address, and what ends it
 */
export async function serveConsole(env: Environment, port: number, report: (line: string) => void) {
  const looks = { sinceMs: HOUR_MS, pauseMs: ACCOUNT_PAUSE_MS };
  const { handler, token } = await open(env, new EventLog(), looks, undefined, report);
  const server = createServer(async (request, response) => {
    if (!(await handler(request, response))) response.writeHead(404).end();
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  const address = server.address();
  const opened = typeof address === "object" && address !== null ? address.port : port;
  const close = async () => {
    server.close().closeAllConnections();
    await once(server, "close");
  };
  return { address: `http://127.0.0.1:${opened}/#${token}`, close };
}

/** @param actionsOf what the page can change; nothing without it */
async function open(
  env: Environment,
  events: EventLog,
  looks: Pick<WatchOptions, "sinceMs" | "pauseMs" | "queue">,
  actionsOf?: (rest: { account: Account; watch: Watch }) => ConsoleOptions["actions"],
  report: (line: string) => void = () => {},
) {
  const target = readTarget(env);
  const account = openAccount(target, report);
  const watch = new Watch({ account, target, clock: systemClock, events, ...looks });
  const { region, namespace } = target;
  const eventTypes = Object.keys(PAYLOAD_KEYS);
  const about = { isLocal: actionsOf !== undefined, region, namespace, hasHls: hasHls(), eventTypes };
  const token = randomBytes(16).toString("hex");
  const actions = actionsOf?.({ account, watch }) ?? new Map();
  const handler = createConsole({ token, about, watch, events, files: await buildPage(), actions });
  return { watch, token, handler };
}
