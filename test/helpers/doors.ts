import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type ApiCall, type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../local-cloud";
import type { LogLine } from "../../local-cloud/scf/runtime/functions";
import { instantTranscoder } from "../../local-cloud/vod/transcode";
import { pack } from "../../scripts/build/pack";
import { DIST } from "../../scripts/project";
import { NAMESPACE, SLOW_CLOCK, vodClient } from "./harness";
import { callerOf } from "./local-cloud";

/** What waits for its time in a local cloud, which passes when the test says so. */
export class Waiting {
  readonly #entries = new Set<() => void>();

  readonly schedule = (_delayMs: number, run: () => void) => {
    this.#entries.add(run);
    return () => void this.#entries.delete(run);
  };

  get size(): number {
    return this.#entries.size;
  }

  /** Has all that waits now run. */
  pass(): void {
    const due = [...this.#entries];
    this.#entries.clear();
    for (const run of due) run();
  }
}

/** A local cloud with callback and retry as deploying makes them, and its log. */
export class EntryPoints {
  readonly lines: LogLine[] = [];
  readonly vod: ReturnType<typeof vodClient>;
  readonly call: ReturnType<typeof callerOf>;

  static async open(options: LocalCloudOptions = {}): Promise<EntryPoints> {
    const waiting = new Waiting();
    const calls: ApiCall[] = [];
    const cloud = await startLocalCloud({
      transcoder: instantTranscoder,
      schedule: waiting.schedule,
      notificationTimeoutMs: 60_000,
      statePolls: 0,
      onCall: (call) => calls.push(call),
      ...options,
    });
    return new EntryPoints(cloud, waiting, calls);
  }

  private constructor(
    readonly cloud: LocalCloud,
    readonly waiting: Waiting,
    readonly calls: ApiCall[],
  ) {
    this.vod = vodClient(cloud);
    this.call = callerOf(cloud, "scf");
    cloud.functions.onLog((line) => this.lines.push(line));
  }

  /** The variables of a person who runs commands. */
  get env(): Record<string, string> {
    const { secretId, secretKey } = this.cloud.credential;
    return {
      SECRET_ID: secretId,
      SECRET_KEY: secretKey,
      CLOUD_ENDPOINT_URL: this.cloud.endpointUrl,
      DEFINITIONS: "100010,100020",
    };
  }

  /** Creates a function of ours with the account's keys. */
  async deploy(name: "callback" | "retry", variables: Record<string, string> = {}): Promise<void> {
    const { Namespaces } = await this.call("ListNamespaces", {});
    if (!Namespaces.some(({ Name }: { Name: string }) => Name === NAMESPACE)) {
      await this.call("CreateNamespace", { Namespace: NAMESPACE });
    }
    const { zip } = pack([join(DIST, name)]);
    await this.call("CreateFunction", {
      FunctionName: name,
      Namespace: NAMESPACE,
      Runtime: "Nodejs18.15",
      Handler: "index.main_handler",
      Timeout: 120,
      Code: { ZipFile: Buffer.from(zip).toString("base64") },
      Environment: this.environment(name, variables),
      AutoCreateClsTopic: "TRUE",
      AutoDeployClsTopicIndex: "TRUE",
    });
    await this.settled(name);
  }

  environment(name: string, variables: Record<string, string> = {}) {
    const { SECRET_ID = "", SECRET_KEY = "" } = this.env;
    const all = { VOD_RECEIVER: name, SECRET_ID, SECRET_KEY, ...SLOW_CLOCK, ...variables };
    return {
      Variables: Object.entries(all).flatMap(([Key, Value]) => (Value === "" ? [] : [{ Key, Value }])),
    };
  }

  async settled(FunctionName: string): Promise<void> {
    for (;;) {
      const { Status } = await this.call("GetFunction", { Namespace: NAMESPACE, FunctionName });
      if (Status === "Active") return;
      await turn();
    }
  }

  /** Stores a file, of which no notification is sent: the test does. */
  async upload(name = "a.mp4", sourceType?: string): Promise<string> {
    const { fileId } = await this.cloud.upload(name, Buffer.from("a film"), sourceType);
    return fileId;
  }

  /** Resolves when a line has been logged that matches. */
  line(pattern: RegExp): Promise<string> {
    return this.lineWhere(({ text }) => pattern.test(text));
  }

  lineWhere(matches: (line: LogLine) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const found = this.lines.find(matches);
      if (found) return resolve(found.text);
      const stop = this.cloud.functions.onLog((line) => {
        if (!matches(line)) return;
        stop();
        resolve(line.text);
      });
    });
  }

  started(fileId: string): number {
    return this.cloud.tasksStarted().get(fileId) ?? 0;
  }

  /** All that the functions wrote themselves. */
  own(name: string): string[] {
    return this.lines
      .filter(({ functionName, isPlatform }) => functionName === name && !isPlatform)
      .map(({ text }) => text);
  }
}

export const uploadOf = (fileId: string) => ({
  EventType: "NewFileUpload",
  FileUploadEvent: { FileId: fileId },
});
