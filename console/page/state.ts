import { computed, signal } from "@preact/signals";
import {
  type About,
  type EventRow,
  type FileRow,
  type LogRow,
  type QueueState,
  type Settings,
  TOKEN_HEADER,
  type Update,
} from "../protocol";

/** The views, in the order of the menu. */
export type View = "files" | "events" | "log" | "settings" | "queue" | "faults";

const MAX_LOG_ROWS = 50_000;
const RECONNECT_MS = 2000;

export const about = signal<About | undefined>(undefined);
export const view = signal<View>("files");
/** What every list shows, as the user typed it. */
export const filter = signal("");
export const openFile = signal<string | undefined>(undefined);
export const problem = signal("");
export const isConnected = signal(false);
export const files = signal<ReadonlyMap<string, Searchable<FileRow>>>(new Map());
export const events = signal<ReadonlyMap<string, Searchable<EventRow>>>(new Map());
export const settings = signal<Settings | undefined>(undefined);
export const queue = signal<QueueState | undefined>(undefined);
/** What commands that the page has run printed. */
export const output = signal<readonly string[]>([]);

/** With what a filter looks at, in lower case. */
export type Searchable<Row> = Row & { readonly search: string };

/** The log is large, so that it is changed in place; the signal has the number of changes. */
export const log: Searchable<LogRow>[] = [];
export const logChanges = signal(0);

export const filesByTime = computed(() => newestFirst(files.value));
export const eventsByTime = computed(() => newestFirst(events.value));

function newestFirst<Row extends { readonly timeMs: number }>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].sort((one, other) => other.timeMs - one.timeMs);
}

/** The fragment is never sent to a server. */
const token = location.hash.slice(1);

/** @throws with the server's text, for the user */
export async function call(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<unknown> {
  const isRaw = body instanceof Blob;
  const response = await fetch(`/console/api/${path}`, {
    method,
    headers: { [TOKEN_HEADER]: token },
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** Does something of the user's, and shows why it failed. */
export async function act(work: () => Promise<unknown>): Promise<void> {
  try {
    problem.value = "";
    await work();
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error);
  }
}

/** Reads the live stream, and connects again whenever it ends. */
export async function connect(): Promise<never> {
  for (;;) {
    try {
      const response = await fetch("/console/api/live", { headers: { [TOKEN_HEADER]: token } });
      if (!response.ok) throw new Error(await response.text());
      isConnected.value = true;
      log.length = 0;
      files.value = new Map();
      events.value = new Map();
      await readLines(response);
      problem.value = "";
    } catch (error) {
      // A server that has gone gives no reason.
      if (!(error instanceof TypeError))
        problem.value = error instanceof Error ? error.message : String(error);
    }
    isConnected.value = false;
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

async function readLines({ body }: Response): Promise<void> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) return;
    const lines = (rest + chunk.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) apply(JSON.parse(line));
  }
}

function apply(update: Update): void {
  switch (update.kind) {
    case "hello":
      about.value = update.about;
      break;
    case "files":
      files.value = merge(
        files.value,
        update.rows,
        ({ fileId }) => fileId,
        (file) => [file.name, file.fileId, file.type, file.category],
      );
      break;
    case "gone":
      files.value = new Map([...files.value].filter(([fileId]) => !update.fileIds.includes(fileId)));
      break;
    case "events":
      events.value = merge(
        events.value,
        update.rows,
        ({ id }) => id,
        ({ eventType, fileId, taskId, attempts }) => [
          ...[eventType, fileId, taskId],
          ...attempts.flatMap(({ requestId, error }) => [requestId, error]),
        ],
      );
      break;
    case "log":
      for (const row of update.rows) log.push(searchable(row, [row.functionName, row.requestId, row.text]));
      log.splice(0, log.length - MAX_LOG_ROWS);
      logChanges.value += 1;
      break;
    case "settings":
      settings.value = update.settings;
      break;
    case "queue":
      queue.value = update.queue;
      break;
    case "problem":
      problem.value = update.text;
      break;
    case "output":
      output.value = [...output.value, update.text].slice(-300);
  }
}

/** The rows with newer ones in the place of those with the same key. */
function merge<Row extends object>(
  before: ReadonlyMap<string, Searchable<Row>>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  textsOf: (row: Row) => readonly (string | undefined)[],
): ReadonlyMap<string, Searchable<Row>> {
  const after = new Map(before);
  for (const row of rows) after.set(keyOf(row), searchable(row, textsOf(row)));
  return after;
}

function searchable<Row extends object>(row: Row, texts: readonly (string | undefined)[]): Searchable<Row> {
  return { ...row, search: texts.join(" ").toLowerCase() };
}
