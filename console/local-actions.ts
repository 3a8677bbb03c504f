import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Environment } from "../lib/config";
import { type EventType, PAYLOAD_KEYS } from "../lib/event/event";
import { isJsonObject, type JsonObject } from "../lib/json";
import type { FaultRules, LocalCloud } from "../local-cloud";
import type { Account } from "../scripts/cloud/account";
import { ROOT } from "../scripts/project";
import { makeExample } from "../scripts/trigger/example";
import type { EventLog } from "./event-log";
import { type FaultSettings, NO_FAULTS, RUNS, type Run, type SwitchName } from "./protocol";
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
const SWITCHES: readonly SwitchName[] = [
  "UploadMediaCompleteEventSwitch",
  "DeleteMediaCompleteEventSwitch",
  "PersistenceCompleteEventSwitch",
];
/** What the local cloud can refuse an action with (docs/reference.md#fault-rules). */
const REFUSAL = { error: "InternalError", message: "The console's faults refuse this call." };

/** What a page can change; only at the local cloud. */
export function localActions({ cloud, account, events, watch, env }: LocalActionsOptions) {
  const running = new Set<Run>();
  const faults: { settings: FaultSettings } = { settings: NO_FAULTS };
  const actions: [string, Action][] = [
    [
      "POST upload",
      async ({ query, body }) => {
        const name = query.get("name") ?? "";
        if (!isFileName(name)) throw new Refused(400, "The name is not a file name.");
        const content = await body(MAX_UPLOAD_BYTES);
        if (content.length === 0) throw new Refused(400, `${name} is empty.`);
        const { fileId } = await cloud.upload(name, content);
        watch.refresh(fileId);
        return { fileId };
      },
    ],
    [
      "POST send",
      async ({ json }) => {
        const { id } = object(await json());
        const body = events.bodyOf(String(id));
        if (body === undefined) throw new Refused(404, "The console does not have this notification.");
        void cloud.notify(JSON.parse(body));
      },
    ],
    [
      "POST make",
      async ({ json }) => {
        const { eventType, fail } = object(await json());
        if (!isEventType(eventType)) throw new Refused(400, "The event type does not exist.");
        void cloud.notify(makeExample(eventType, { fail: fail === true }));
      },
    ],
    [
      "POST settings",
      async ({ json }) => {
        const given = object(await json());
        const changes = SWITCHES.flatMap((name) => {
          const value = given[name];
          return typeof value === "boolean" ? [[name, value ? "ON" : "OFF"]] : [];
        });
        const { NotificationUrl } = given;
        const url = typeof NotificationUrl === "string" ? { NotificationUrl } : {};
        await account.vod.ModifyEventConfig({ ...Object.fromEntries(changes), ...url });
      },
    ],
    ["GET faults", async () => faults.settings],
    [
      "PUT faults",
      async ({ json }) => {
        faults.settings = readFaults(object(await json()));
        cloud.faults.replace(rulesOf(faults.settings));
        return faults.settings;
      },
    ],
    ["POST kill", async () => ({ killed: cloud.functions.killInstances() })],
    [
      "POST run",
      async ({ json }) => {
        const { name } = object(await json());
        if (!isRun(name)) throw new Refused(400, "The console does not run this command.");
        if (running.has(name)) throw new Refused(409, "This command is already running.");
        running.add(name);
        try {
          return { code: await run(name) };
        } finally {
          running.delete(name);
        }
      },
    ],
  ];
  return new Map(actions);

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
    let rest = "";
    const read = (chunk: Buffer) => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) watch.send({ kind: "output", text });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    return new Promise((resolve, reject) => {
      child.once("error", reject).once("close", (code) => {
        if (rest !== "") watch.send({ kind: "output", text: rest });
        resolve(code ?? 1);
      });
    });
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

function isEventType(name: unknown): name is EventType {
  return typeof name === "string" && Object.hasOwn(PAYLOAD_KEYS, name);
}

function isRun(name: unknown): name is Run {
  return typeof name === "string" && Object.hasOwn(RUNS, name);
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
  const calls = ["ProcessMedia", "ProcessMediaByProcedure", "PullEvents", "ConfirmEvents", "Invoke"].flatMap(
    (action) => [
      ...(latencyMs > 0 ? [{ action, latencyMs }] : []),
      ...(errors > 0 ? [{ action, share: errors, ...REFUSAL }] : []),
      ...(cuts > 0 ? [{ action, share: cuts, cut: "after" as const }] : []),
      ...(throttling > 0 ? [{ action, share: throttling, error: "RequestLimitExceeded" }] : []),
    ],
  );
  // A permanent refusal, so that the file stops here and replay has something to do.
  const refused = refusedAction
    ? [{ action: refusedAction, error: "UnauthorizedOperation", message: REFUSAL.message }]
    : [];
  return {
    calls: [...refused, ...calls],
    instances: killedInstances > 0 ? [{ share: killedInstances, afterMs: [0, 500] }] : [],
  };
}
