import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { parseEvent, type VodEvent } from "../../lib/event/event";
import { identityOf } from "../../lib/event/identity";
import type { JsonObject } from "../../lib/json";
import { type EventReport, toReport } from "../../lib/report/event-report";
import { readParts } from "../../lib/report/parts";
import { ROOT } from "../../scripts/project";

type Example = ChildProcessByStdio<null, Readable, Readable>;

/** Runs a file of docs/examples with these variables only. */
export function runExample(name: string, env: Record<string, string>): Example {
  const file = join(ROOT, "docs/examples", name);
  return spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs an example that listens. @returns it and its address */
export async function startExample(name: string, env: Record<string, string>): Promise<[Example, string]> {
  const example = runExample(name, { ...env, PORT: "0" });
  const [line] = await once(createInterface({ input: example.stdout }), "line");
  return [example, /http:\S+/.exec(String(line))?.[0] ?? ""];
}

/** What an example that can't start prints, and its exit code. */
export async function failureOf(name: string, env: Record<string, string>): Promise<[string, unknown]> {
  const example = runExample(name, env);
  const [output, [code]] = await Promise.all([text(example.stderr), once(example, "exit")]);
  return [output, code];
}

/** A notification's event with its report, as the sinks get them. */
export function reported(notification: JsonObject): [VodEvent, EventReport] {
  const event = parseEvent(notification);
  const context = { subAppId: 1500000001, requestId: "r-1", identity: identityOf(event) };
  return [event, toReport(event, readParts(event), context)];
}
