import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Environment } from "../../lib/config";
import { isJsonObject } from "../../lib/json";
import { withBuild } from "../build/build";
import { toSources } from "../build/source-maps";
import { readProjectConfig } from "../project";
import { functionEnvironment } from "../serve/function-environment";
import { print, printError } from "../terminal/output";
import { printLogText } from "../terminal/trace";

/** The child's program: it gets the event from its parent, and its output is the function's log. */
const PROGRAM = `process.once("message", async ({ event, context }) => {
  const { main_handler } = require(process.argv[1]);
  const answer = await main_handler(event, context);
  process.send(answer, () => process.exit());
});`;
/** The function's own, in its serverless.yml. */
const TIME_LIMIT_MS = 10_000;

/**
 * Builds `callback` and runs it once in its own process, with a notification in a function URL's event. Prints its log
 * and its answer.
 * @returns whether the answer was a 2xx
 * @throws if it ends without an answer
 */
export async function runBundle(notification: object, env: Environment): Promise<boolean> {
  const config = readProjectConfig(env);
  const variables = functionEnvironment(config, env);
  const answer = await withBuild(config, ["callback"], (folder) =>
    run(join(folder, "callback", "index.js"), notification, variables),
  );
  if (!isJsonObject(answer))
    throw new Error("The function ended without an answer. Its output above has the reason.");
  print(`${answer["statusCode"]} ${answer["body"]}`);
  return /^2\d\d$/.test(String(answer["statusCode"]));
}

/** @returns what the bundle answered, or undefined if it ended without an answer */
async function run(bundle: string, notification: object, variables: Environment): Promise<unknown> {
  const child = spawn(process.execPath, ["-e", PROGRAM, bundle], {
    env: variables,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const printed = [
    printLines(child.stdout, (line) => printLogText(line, { resolve: toSources })),
    printLines(child.stderr, printError),
  ];
  const answered = once(child, "message");
  const ended = once(child, "exit");
  child.send({
    event: functionUrlEvent(notification, variables["PATH_TOKEN"] ?? ""),
    context: { request_id: "trigger", time_limit_in_ms: TIME_LIMIT_MS },
  });
  const [answer]: unknown[] = await Promise.race([answered, ended.then(() => [])]);
  await Promise.all([ended, ...printed]);
  return answer;
}

async function printLines(output: Readable | null, write: (line: string) => void): Promise<void> {
  if (output) for await (const line of createInterface({ input: output })) write(line);
}

/** The documented fields (docs/tencent-protocols.md#function-url-events). */
function functionUrlEvent(notification: object, token: string): object {
  const headers = { "content-type": "application/json", "x-scf-remote-addr": "127.0.0.1" };
  const body = JSON.stringify(notification);
  return { httpMethod: "POST", path: `/${token}`, queryString: {}, headers, body };
}
