import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Environment } from "../lib/config";
import { PAYLOAD_KEYS } from "../lib/event/event";
import { isJsonObject, type JsonObject } from "../lib/json";
import type { FaultRules, LocalCloud } from "../local-cloud";
import type { Account } from "../scripts/cloud/account";
import { ROOT } from "../scripts/project";
import { makeExample } from "../scripts/trigger/example";
import type { EventLog } from "./event-log";
import { FAULTY_ACTIONS, type FaultSettings, NO_FAULTS, RUNS, type Run, SWITCHES } from "./protocol";
import { type Action, Refused } from "./server";
import type { Watch } from "./watch";

export interface LocalActionsOptions {
  readonly cloud: LocalCloud;
  readonly account: Account;
  readonly events: EventLog;
  readonly watch: Watch;
  /** For the commands that the page runs. */
  readonly env: Environment;
}

const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;
/** What the local cloud can refuse an action with (docs/reference.md#fault-rules). */
const REFUSAL = { error: "InternalError", message: "The console's faults refuse this call." };

/** What a page can change; only at the local cloud. */
export function localActions({ cloud, account, events, watch, env }: LocalActionsOptions) {
  const running = new Set<Run>();
  let faults = NO_FAULTS;
  const actions: Readonly<Record<string, Action>> = {
    async "POST upload"({ query, body }) {
      const name = query.get("name") ?? "";
      if (!isFileName(name)) throw new Refused(400, "The name is not a file name.");
      const content = await body(MAX_UPLOAD_BYTES);
      if (content.length === 0) throw new Refused(400, `${name} is empty.`);
      const { fileId } = await cloud.upload(name, content);
      watch.refresh(fileId);
      return { fileId };
    },
    async "POST send"({ json }) {
      const { id } = object(await json());
      const body = events.bodyOf(String(id));
      if (body === undefined) throw new Refused(404, "The console does not have this notification.");
      void cloud.notify(JSON.parse(body));
    },
    async "POST make"({ json }) {
      const { eventType, fail } = object(await json());
      if (!isKeyOf(PAYLOAD_KEYS, eventType)) throw new Refused(400, "The event type does not exist.");
      void cloud.notify(makeExample(eventType, { fail: fail === true }));
    },
    async "POST settings"({ json }) {
      const given = object(await json());
      const changes = SWITCHES.filter((name) => typeof given[name] === "boolean");
      const settings = changes.map((name) => [name, given[name] ? "ON" : "OFF"]);
      await account.vod.ModifyEventConfig(Object.fromEntries(settings));
    },
    "GET faults": async () => faults,
    async "PUT faults"({ json }) {
      faults = readFaults(object(await json()));
      cloud.faults.replace(rulesOf(faults));
      return faults;
    },
    "POST kill": async () => ({ killed: cloud.functions.killInstances() }),
    async "POST run"({ json }) {
      const { name } = object(await json());
      if (!isKeyOf(RUNS, name)) throw new Refused(400, "The console does not run this command.");
      if (running.has(name)) throw new Refused(409, "This command is already running.");
      running.add(name);
      try {
        return { code: await run(name) };
      } finally {
        running.delete(name);
      }
    },
  };
  return new Map(Object.entries(actions));

  /** Runs a command as a user would in a second terminal. @returns its exit code */
  async function run(name: Run): Promise<number> {
    const mode = name === "replay" ? {} : { MODE: name };
    // The function of the mode must be there before VOD is set to it.
    if (name === "reliable") {
      const code = await spawnCommand(["deploy"], mode);
      if (code !== 0) return code;
    }
    return spawnCommand(RUNS[name], mode);
  }

  async function spawnCommand(args: readonly string[], variables: Environment): Promise<number> {
    const words = Object.entries(variables).map(([key, value]) => `${key}=${value} `);
    watch.send({ kind: "output", text: `$ ${words.join("")}./vod-receiver ${args.join(" ")}` });
    const child = spawn(join(ROOT, "vod-receiver"), args, {
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on("line", (text) => watch.send({ kind: "output", text }));
    const [code] = await once(child, "close");
    return code ?? 1;
  }
}

function object(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Refused(400, "The body is not a JSON object.");
}

function isFileName(name: string): boolean {
  return (
    name !== "" && Buffer.byteLength(name) <= 200 && !/[/\\\p{Cc}]/u.test(name) && !/^\.{1,2}$/.test(name)
  );
}

function isKeyOf<Table extends object>(table: Table, name: unknown): name is keyof Table & string {
  return typeof name === "string" && Object.hasOwn(table, name);
}

function readFaults(given: JsonObject): FaultSettings {
  const share = (name: string) => between(given[name], 1);
  const action = given["refusedAction"];
  return {
    ...{ errors: share("errors"), cuts: share("cuts"), throttling: share("throttling") },
    ...{ latencyMs: between(given["latencyMs"], 60_000), killedInstances: share("killedInstances") },
    refusedAction: typeof action === "string" && /^\w{0,60}$/.test(action) ? action : "",
  };
}

function between(value: unknown, max: number): number {
  return typeof value === "number" && value >= 0 ? Math.min(value, max) : 0;
}

/** Faults hit what functions call; the console's own calls and commands do not stop. */
function rulesOf(settings: FaultSettings): FaultRules {
  const { errors, cuts, throttling, latencyMs, killedInstances, refusedAction } = settings;
  const calls = FAULTY_ACTIONS.flatMap((action) => [
    ...(latencyMs > 0 ? [{ action, latencyMs }] : []),
    ...(errors > 0 ? [{ action, share: errors, ...REFUSAL }] : []),
    ...(cuts > 0 ? [{ action, share: cuts, cut: "after" as const }] : []),
    ...(throttling > 0 ? [{ action, share: throttling, error: "RequestLimitExceeded" }] : []),
  ]);
  // A permanent refusal, so that the file stops here and replay has something to do.
  const refused = refusedAction
    ? [{ action: refusedAction, error: "UnauthorizedOperation", message: REFUSAL.message }]
    : [];
  return {
    calls: [...refused, ...calls],
    instances: killedInstances > 0 ? [{ share: killedInstances, afterMs: [0, 500] }] : [],
  };
}
