import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { strToU8, zipSync } from "fflate";
import { type FunctionDescription, Functions, type Platform } from "../../local-cloud/scf/runtime/functions";

export function zipOf(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

/** Functions, all their log lines, and a short way to deploy and invoke. */
export class Bench {
  readonly functions: Functions;
  readonly lines: { requestId: string; text: string }[] = [];

  constructor(changes: Partial<Platform> = {}) {
    const platform = { region: "ap-guangzhou", appId: "1250000000", uin: "100000000001", report() {} };
    this.functions = new Functions({ ...platform, ...changes });
    this.functions.onLog(({ requestId, text }) => this.lines.push({ requestId, text }));
  }

  /** Deploys a function whose index.js is the given source. */
  deploy(source: string, changes?: Partial<FunctionDescription>): Promise<void> {
    return this.functions.deploy({
      namespace: "vod_demo",
      name: "callback",
      runtime: "Nodejs18.15",
      handler: "index.main_handler",
      memorySize: 128,
      timeout: 10,
      environment: {},
      zip: zipOf({ "index.js": source }),
      ...changes,
    });
  }

  invoke(event: unknown = {}, triggerSource?: string) {
    return this.functions.invoke("vod_demo", "callback", event, triggerSource ? { triggerSource } : {});
  }

  async result(event?: unknown): Promise<unknown> {
    const { result, error } = await this.invoke(event);
    if (error) throw new Error(`${error.statusCode} ${error.message}`);
    return result;
  }

  textsOf(requestId: string): string[] {
    return this.lines.filter((line) => line.requestId === requestId).map(({ text }) => text);
  }

  /** The first line that matches, as soon as a request has written it. */
  async seen(pattern: RegExp): Promise<string> {
    const found = this.lines.find(({ text }) => pattern.test(text));
    if (found) return found.text;
    return new Promise((resolve) => {
      const stop = this.functions.onLog(({ text }) => {
        if (!pattern.test(text)) return;
        stop();
        resolve(text);
      });
    });
  }
}

/** Whether a process runs; one that has ended but was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    return false;
  }
}

/** For what happens in processes that are not ours, of which we get no event. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10);
}
