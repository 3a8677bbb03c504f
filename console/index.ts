import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { systemClock } from "../lib/clock";
import type { Environment } from "../lib/config";
import { PAYLOAD_KEYS } from "../lib/event/event";
import type { LocalCloud, LocalCloudOptions } from "../local-cloud";
import { openAccount } from "../scripts/cloud/account";
import { readTarget } from "../scripts/cloud/target";
import { EventLog } from "./event-log";
import { localActions } from "./local-actions";
import { buildPage, hasHls } from "./page-files";
import { createConsole } from "./server";
import { Watch, type WatchOptions } from "./watch";

const HOUR_MS = 3_600_000;
/** How often a page's data are read; of a real account within the rates of its API. */
const LOCAL_PAUSE_MS = 500;
const ACCOUNT_PAUSE_MS = 5000;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The console of a local cloud. */
export interface LocalConsole {
  /** To start the local cloud with. */
  readonly options: Pick<LocalCloudOptions, "page" | "onNotification">;
  /** @param env a user's variables for the local cloud @returns the page's address */
  connect(cloud: LocalCloud, env: Environment): Promise<string>;
}

/** Makes the console that a local cloud serves at its own address; it works once it is connected. */
export function createLocalConsole(): LocalConsole {
  const events = new EventLog();
  let handler: Handler = async () => false;
  let notified = () => {};
  return {
    options: {
      page: (request, response) => handler(request, response),
      onNotification(notification) {
        events.addSent(notification);
        notified();
      },
    },
    async connect(cloud, env) {
      const queue = () => cloud.queue();
      const { account, watch, token, files, about } = await prepare(env, events, true, {
        ...{ sinceMs: HOUR_MS, pauseMs: LOCAL_PAUSE_MS, queue },
      });
      notified = () => watch.sendEvents();
      const actions = localActions({ cloud, account, events, watch, env });
      handler = createConsole({ token, about, watch, events, files, actions });
      return `${cloud.endpointUrl}/#${token}`;
    },
  };
}

/**
 * Serves the console of a real account at a port of loopback; it changes nothing.
 * @param report gets a line before each retry of a call
 * @returns the page's address, and what ends it
 */
export async function serveConsole(env: Environment, port: number, report: (line: string) => void) {
  const events = new EventLog();
  const options = { sinceMs: HOUR_MS, pauseMs: ACCOUNT_PAUSE_MS };
  const { watch, token, files, about } = await prepare(env, events, false, options, report);
  const handler = createConsole({ token, about, watch, events, files, actions: new Map() });
  const server = createServer(async (request, response) => {
    if (!(await handler(request, response))) response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const opened = typeof address === "object" && address !== null ? address.port : port;
  return {
    address: `http://127.0.0.1:${opened}/#${token}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function prepare(
  env: Environment,
  events: EventLog,
  isLocal: boolean,
  options: Pick<WatchOptions, "sinceMs" | "pauseMs" | "queue">,
  report: (line: string) => void = () => {},
) {
  const target = readTarget(env);
  const account = openAccount(target, report);
  const watch = new Watch({ account, target, clock: systemClock, events, ...options });
  const about = {
    ...{ isLocal, region: target.region, namespace: target.namespace, hasHls: hasHls() },
    eventTypes: Object.keys(PAYLOAD_KEYS),
  };
  return { account, watch, about, token: randomBytes(16).toString("hex"), files: await buildPage() };
}
