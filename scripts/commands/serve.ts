import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCallback } from "../../functions/callback/callback";
import { systemClock } from "../../lib/clock";
import { type Environment, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { asFunctionHas } from "../cloud/credentials";
import { useBoundedTransport } from "../cloud/sdk-transport";
import { checkSite } from "../cloud/site";
import { weaknessOf } from "../deploy/variables";
import { readProjectConfig, withoutSecrets } from "../project";
import { functionEnvironment } from "../serve/function-environment";
import { createReceiver, stop } from "../serve/receiver";
import { redaction } from "../serve/redact";
import { print } from "../terminal/output";
import { untilStopped } from "../terminal/wait-for-signal";

export interface ServeOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** The address to listen on; all addresses of the machine by default. */
  readonly host?: string;
}

/**
 * Receives notifications on this machine until it is stopped, as the function does in SCF.
 * @throws if the configuration is wrong or the port can't be used
 */
export async function serve({ port, host }: ServeOptions, environment: Environment): Promise<void> {
  const stopped = untilStopped();
  const content = readProjectConfig(environment);
  const env = asFunctionHas(functionEnvironment(content, environment));
  checkSite(env);
  useBoundedTransport();
  const folder = mkdtempSync(join(tmpdir(), "vod-receiver-"));
  try {
    // The entry point reads a file, as in SCF; the secrets are in its environment.
    const configFile = join(folder, "config.json");
    writeFileSync(configFile, JSON.stringify(withoutSecrets(content)));
    const callback = createCallback({ configFile, env, clock: systemClock, write: print });
    const config = withEnvironment(parseConfig(content), env);
    const inProgress = new Set<Promise<unknown>>();
    const handle = (event: object) => {
      const answer = callback(event, { request_id: randomUUID() });
      inProgress.add(answer);
      return answer.finally(() => inProgress.delete(answer));
    };
    const server = createReceiver({ handle, config, redaction: redaction(env), write: print });
    print(`Started httpserver on port ${await listen(server, port, host)}`);
    print(...advice(host, env));
    await stopped;
    print("Stopping. Finishing the requests that have been received first.");
    await stop(server);
    // A client that has gone keeps no connection open, but its event was read.
    await Promise.allSettled(inProgress);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the port */
async function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  try {
    await once(server.listen({ port, ...(host !== undefined && { host }) }), "listening");
  } catch (error) {
    throw new Error(reasonOf(error, port, host), { cause: error });
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function reasonOf(error: unknown, port: number, host: string | undefined): string {
  switch (Object(error).code) {
    case "EADDRINUSE":
      return `Port ${port} is in use. Use another one: ./vod-receiver serve --port ${port + 1}`;
    case "EACCES":
      return `This user lacks the permission to use port ${port}. Pass --port with 1024 or higher.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine does not have the address ${host}. Pass one of its own with --host, or omit --host.`;
    default:
      return `Port ${port} can't be used: ${error instanceof Error ? error.message : error}`;
  }
}

function advice(host = "all interfaces", { PATH_TOKEN, SIGN_KEY, SIGN_KEY_NEXT }: Environment): string[] {
  const path = PATH_TOKEN ? "/<the path token>" : "/";
  const isOpen = !PATH_TOKEN && !SIGN_KEY && !SIGN_KEY_NEXT;
  const weakness = weaknessOf(PATH_TOKEN);
  return [
    `Listening on ${host}. VOD's callback URL is http://<this machine's public address>:<port>${path}`,
    "To set it at VOD: ADDRESS=<that URL> ./vod-receiver event-config",
    ...(isOpen
      ? [
          "Warning: anyone who finds this port can send events. Set PATH_TOKEN or SIGN_KEY, or path_token or sign_keys in config.local.json.",
        ]
      : []),
    ...(weakness ? [`Warning: ${weakness.problem} Set another one: PATH_TOKEN=$(openssl rand -hex 16)`] : []),
    "Press Ctrl-C to stop.",
  ];
}
