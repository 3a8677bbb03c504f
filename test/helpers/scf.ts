import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { strToU8, zipSync } from "fflate";
import { type FunctionDescription, Functions, type Platform } from "../../local-cloud/scf/runtime/functions";

export function zipOf(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

/** A function whose index.js is the given source. */
function functionOf(source: string, changes: Partial<FunctionDescription> = {}): FunctionDescription {
  return {
    namespace: "vod_demo",
    name: "callback",
    runtime: "Nodejs18.15",
    handler: "index.main_handler",
    memorySize: 128,
    timeout: 10,
    environment: {},
    zip: zipOf({ "index.js": source }),
    ...changes,
  };
}

function platformOf(changes: Partial<Platform> = {}): Platform {
  return { region: "ap-guangzhou", appId: "1250000000", uin: "100000000001", report() {}, ...changes };
}

/** Functions, all their log lines, and a short way to deploy and invoke. */
export class Bench {
  readonly functions: Functions;
  readonly lines: { requestId: string; text: string }[] = [];

  constructor(changes: Partial<Platform> = {}) {
    this.functions = new Functions(platformOf(changes));
    this.functions.onLog(({ requestId, text }) => this.lines.push({ requestId, text }));
  }

  deploy(source: string, changes?: Partial<FunctionDescription>): Promise<void> {
    return this.functions.deploy(functionOf(source, changes));
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

  /** Resolves when a request has written the line. */
  async seen(text: string): Promise<void> {
    if (this.lines.some((line) => line.text === text)) return;
    await new Promise<void>((resolve) => {
      const stop = this.functions.onLog((line) => {
        if (line.text !== text) return;
        stop();
        resolve();
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
