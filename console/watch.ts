import type { Clock } from "../lib/clock";
import { type Account, CallError } from "../scripts/cloud/account";
import { type Application, applicationOf } from "../scripts/cloud/deployed-config";
import { readLines } from "../scripts/cloud/function-log";
import { type FoundFunction, listInstalled } from "../scripts/cloud/our-functions";
import { isMissing } from "../scripts/cloud/remote-function";
import type { Target } from "../scripts/cloud/target";
import type { EventLog } from "./event-log";
import type { FileRow, LogRow, QueueState, Settings, TaskRow, Update } from "./protocol";
import { fileRow, taskRow } from "./rows";
import { readSettings } from "./settings";

export interface WatchOptions {
  readonly account: Account;
  readonly target: Target;
  readonly clock: Clock;
  readonly events: EventLog;
  /** How far back the log is read, and how often everything is looked at. */
  readonly sinceMs: number;
  readonly pauseMs: number;
  /** How many events wait, if that is known better than by VOD's own count. */
  readonly queue?: () => Omit<QueueState, "parked">;
}

const MAX_FILES = 5000;
const PAGE = 100;
const MAX_LOG_ROWS = 50_000;
/** Lines reach the log service late and out of order, so each search overlaps the last one. */
const OVERLAP_MS = 60_000;
/** Of one look, so that the calls stay below an account's rates. */
const MAX_TASKS = 20;
const MAX_FILE_BATCHES = 5;
const FILE_BATCH = 20;
/** Settings change rarely. */
const SETTINGS_EVERY = 5;
const FILE_ID = /FileId: (\d+)/g;

type Listener = (update: Update) => void;

/** Looks at VOD, SCF and the functions' log while a page is open, and reports what has changed. */
export class Watch {
  readonly #files = new Map<string, Omit<FileRow, "tasks">>();
  readonly #tasks = new Map<string, { readonly fileId: string; readonly task: TaskRow }>();
  readonly #stale = new Set<string>();
  readonly #log: LogRow[] = [];
  readonly #seen = new Map<string, number>();
  readonly #listeners = new Set<Listener>();
  #settings: Settings | undefined;
  #functions: readonly FoundFunction[] = [];
  #application: Application = {};
  #lastQueue = "";
  #lastProblem = "";
  #from: number;
  #looks = 0;
  #lines = 0;
  #running = false;

  constructor(private readonly options: WatchOptions) {
    this.#from = options.clock.now() - options.sinceMs;
  }

  /** Reports everything that is known, and every change from now on. @returns ends it */
  subscribe(listener: Listener): () => void {
    if (this.#settings) listener({ kind: "settings", settings: this.#settings });
    listener({ kind: "files", rows: [...this.#files.keys()].flatMap((fileId) => this.#rowOf(fileId)) });
    listener({ kind: "events", rows: this.options.events.all() });
    listener({ kind: "log", rows: this.#log });
    this.#lastQueue = "";
    this.#listeners.add(listener);
    void this.#run();
    return () => this.#listeners.delete(listener);
  }

  /** Sends something to all pages. */
  readonly send: Listener = (update) => {
    for (const listener of this.#listeners) listener(update);
  };

  /** Sends the events that have changed, at once. */
  sendEvents(): void {
    const rows = this.options.events.takeChanges();
    if (rows.length > 0) this.send({ kind: "events", rows });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#listeners.size > 0) {
      await this.#look();
      await this.options.clock.sleep(this.options.pauseMs);
    }
    this.#running = false;
  }

  /** Each part goes on if another fails. */
  async #look(): Promise<void> {
    const problems: string[] = [];
    const parts = [
      () => this.#lookAtSettings(),
      () => this.#lookAtLog(),
      () => this.#lookForFiles(),
      () => this.#lookAtTasks(),
      () => this.#lookAtFiles(),
      () => this.#lookAtQueue(),
    ];
    for (const part of parts) await part().catch((error: unknown) => problems.push(problemOf(error)));
    this.#looks += 1;
    const text = [...new Set(problems)].join("\n");
    if (text !== this.#lastProblem) this.send({ kind: "problem", text });
    this.#lastProblem = text;
  }

  async #lookAtSettings(): Promise<void> {
    if (this.#looks % SETTINGS_EVERY !== 0) return;
    const { account, target } = this.options;
    this.#functions = await listInstalled(account, target);
    this.#application = applicationOf(this.#functions, target);
    const settings = await readSettings(account, target, this.#functions, this.#application);
    if (isSame(settings, this.#settings)) return;
    this.#settings = settings;
    this.send({ kind: "settings", settings });
  }

  async #lookAtLog(): Promise<void> {
    const { account, clock, events } = this.options;
    const to = Math.max(this.#from, clock.now());
    const rows: LogRow[] = [];
    for (const { name, remote } of this.#functions) {
      const topicId = remote.description.ClsTopicId;
      if (!topicId) continue;
      for await (const line of readLines(account, topicId, name, this.#from, to)) {
        const key = `${name.name} ${line.key}`;
        if (this.#seen.has(key)) continue;
        this.#seen.set(key, line.time);
        const { SCF_RequestId, SCF_Type } = line.fields;
        rows.push({
          ...{ id: ++this.#lines, timeMs: line.time, functionName: name.name, text: line.text },
          requestId: String(SCF_RequestId ?? ""),
          isPlatform: SCF_Type !== undefined && SCF_Type !== "Custom",
        });
      }
    }
    const next = to - OVERLAP_MS;
    for (const [key, time] of this.#seen) if (time < next) this.#seen.delete(key);
    this.#from = Math.max(this.#from, next);
    if (rows.length === 0) return;
    rows.sort((one, other) => one.timeMs - other.timeMs || one.id - other.id);
    this.#log.push(...rows);
    this.#log.splice(0, this.#log.length - MAX_LOG_ROWS);
    for (const row of rows) {
      events.addLine(row);
      for (const [, fileId = ""] of row.text.matchAll(FILE_ID)) this.#stale.add(fileId);
    }
    this.send({ kind: "log", rows });
    this.sendEvents();
  }

  /** The newest files; all that VOD lists, at the first look. */
  async #lookForFiles(): Promise<void> {
    const { vod } = this.options.account;
    for (let Offset = 0; Offset < MAX_FILES; Offset += PAGE) {
      const { MediaInfoSet } = await vod.SearchMedia({
        ...{ ...this.#application, Sort: { Field: "CreateTime", Order: "Desc" } },
        ...{ Offset, Limit: PAGE, Filters: ["basicInfo"] },
      });
      const found = (MediaInfoSet ?? []).map(fileRow);
      const fresh = found.filter(({ fileId }) => fileId && !this.#files.has(fileId));
      for (const row of fresh) {
        this.#files.set(row.fileId, row);
        // Their outputs are read too; those of older ones when the page asks for them.
        if (Offset === 0) this.#stale.add(row.fileId);
      }
      this.#sendFiles(fresh);
      if (found.length < PAGE || fresh.length === 0) return;
    }
  }

  /** The newest task flows that have not ended, as far as is known. */
  async #lookAtTasks(): Promise<void> {
    const { vod } = this.options.account;
    const { TaskSet } = await vod.DescribeTasks({
      ...{ ...this.#application, Limit: PAGE, Sort: { Field: "CreateTime", Order: "Desc" } },
    });
    const open = (TaskSet ?? []).filter(
      ({ TaskId, TaskType }) =>
        TaskType === "Procedure" && this.#tasks.get(TaskId ?? "")?.task.status !== "FINISH",
    );
    for (const { TaskId = "" } of open.slice(0, MAX_TASKS)) {
      const found = taskRow(await vod.DescribeTaskDetail({ ...this.#application, TaskId }));
      if (!found) continue;
      if (isSame(this.#tasks.get(TaskId), found)) continue;
      this.#tasks.set(TaskId, found);
      this.#stale.add(found.fileId);
      this.#sendFiles([found]);
    }
  }

  /** Reads the details of the files of which something may have changed. */
  async #lookAtFiles(): Promise<void> {
    const { vod } = this.options.account;
    const fileIds = [...this.#stale].slice(0, MAX_FILE_BATCHES * FILE_BATCH);
    for (let at = 0; at < fileIds.length; at += FILE_BATCH) {
      const batch = fileIds.slice(at, at + FILE_BATCH);
      const answer = await vod.DescribeMediaInfos({ ...this.#application, FileIds: batch });
      for (const fileId of batch) this.#stale.delete(fileId);
      const rows = (answer.MediaInfoSet ?? []).map(fileRow);
      const changed = rows.filter((row) => !isSame(row, this.#files.get(row.fileId)));
      for (const row of changed) this.#files.set(row.fileId, row);
      this.#sendFiles(changed);
      const gone = (answer.NotExistFileIdSet ?? []).filter((fileId) => this.#files.delete(fileId));
      if (gone.length > 0) this.send({ kind: "gone", fileIds: gone });
    }
  }

  /** Reads a file again at the next look. */
  refresh(fileId: string): void {
    this.#stale.add(fileId);
  }

  async #lookAtQueue(): Promise<void> {
    const { queue: known, events } = this.options;
    if (!known && this.#settings?.mode !== "PULL") return;
    const queue: QueueState = { ...(known?.() ?? (await this.#countQueue())), parked: events.parked() };
    if (JSON.stringify(queue) !== this.#lastQueue) this.send({ kind: "queue", queue });
    this.#lastQueue = JSON.stringify(queue);
  }

  /** VOD's own count is three minutes late. */
  async #countQueue(): Promise<{ waiting: number }> {
    const { CountOfEventsToPull } = await this.options.account.vod.DescribeEventsState({
      ...this.#application,
    });
    return { waiting: CountOfEventsToPull ?? 0 };
  }

  #sendFiles(files: readonly { readonly fileId: string }[]): void {
    const rows = files.flatMap(({ fileId }) => this.#rowOf(fileId));
    if (rows.length > 0) this.send({ kind: "files", rows });
  }

  #rowOf(fileId: string): FileRow[] {
    const file = this.#files.get(fileId);
    if (!file) return [];
    const tasks = [...this.#tasks.values()].filter((one) => one.fileId === fileId);
    return [{ ...file, tasks: tasks.map(({ task }) => task) }];
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function problemOf(error: unknown): string {
  if (isMissing(error)) return "";
  if (error instanceof CallError) return `${error.action}: ${error.code ?? ""} ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
