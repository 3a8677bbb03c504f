import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCallback } from "../../functions/callback/callback";
import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { readProjectConfig, withoutSecrets } from "../project";
import { functionEnvironment } from "../serve/function-environment";
import { createReceiver, stop } from "../serve/receiver";
import { redaction } from "../serve/redact";
import { untilStopped } from "../terminal/wait-for-signal";

/**
 * Receives notifications on this machine, as the function does in SCF, until it is stopped.
 * @param port 0 for a free one
 * @throws where the configuration is wrong or the port can't be had
 */
export async function serve(port: number, environment: Environment): Promise<void> {
  const stopped = untilStopped();
  const content = readProjectConfig(environment);
  const env = functionEnvironment(content, environment);
  const folder = mkdtempSync(join(tmpdir(), "vod-receiver-"));
  try {
    // The entry point reads a file, as in SCF; the secrets are in its environment.
    const configFile = join(folder, "config.json");
    writeFileSync(configFile, JSON.stringify(withoutSecrets(content)));
    const write = (line: string) => console.log(line);
    const callback = createCallback({ configFile, env, clock: systemClock, write });
    const handle = (event: object) => callback(event, { request_id: randomUUID() });
    const server = createReceiver({ handle, redaction: redaction(env), write });
    console.log(`Started httpserver on port ${await listen(server, port)}`);
    for (const line of advice(env)) console.log(line);
    await stopped;
    console.log("Stopping: what has been received is finished.");
    await stop(server);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the port, on all of the machine's interfaces: VOD comes from outside */
async function listen(server: Server, port: number): Promise<number> {
  try {
    await once(server.listen(port), "listening");
  } catch (error) {
    throw new Error(reasonOf(error, port), { cause: error });
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function reasonOf(error: unknown, port: number): string {
  switch (Object(error).code) {
    case "EADDRINUSE":
      return `Port ${port} is in use. Choose another one: ./vod-receiver serve --port ${port + 1}`;
    case "EACCES":
      return `Port ${port} may not be used by this user. Choose one from 1024 on.`;
    default:
      return `Port ${port} can't be used: ${error instanceof Error ? error.message : error}`;
  }
}

function advice({ PATH_TOKEN, SIGN_KEY, SIGN_KEY_NEXT }: Environment): string[] {
  const path = PATH_TOKEN ? "/<the path token>" : "/";
  return [
    `It listens on all interfaces. VOD's callback URL is http://<this machine's public address>:<port>${path}`,
    ...(PATH_TOKEN || SIGN_KEY || SIGN_KEY_NEXT
      ? []
      : [
          "Warning: whoever finds this port can send events. Set PATH_TOKEN or SIGN_KEY, or path_token or sign_keys in config.local.json.",
        ]),
    "Ctrl-C ends it.",
  ];
}
