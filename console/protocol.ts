// What the console's server and its page send each other. Times are milliseconds since 1970.

/** One output of a file, its cover or its source. */
export interface OutputRow {
  /** Such as `Transcode` or `AdaptiveDynamicStreaming`. */
  readonly kind: string;
  readonly definition?: number | undefined;
  readonly url: string;
  /** What a page can do with it. */
  readonly media: "video" | "audio" | "image" | "hls" | "other";
  readonly sizeBytes?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** One task flow of a file. */
export interface TaskRow {
  readonly taskId: string;
  readonly status: string;
  /** Of its unfinished parts, 0 to 100. */
  readonly progress: number;
  /** In words, of each part that failed. */
  readonly errors: readonly string[];
}

export interface FileRow {
  readonly fileId: string;
  readonly name: string;
  readonly type: string;
  readonly category: string;
  readonly timeMs: number;
  readonly source: OutputRow;
  readonly coverUrl?: string | undefined;
  readonly outputs: readonly OutputRow[];
  readonly tasks: readonly TaskRow[];
}

/** How a function processed a notification. */
export interface Attempt {
  readonly functionName: string;
  readonly requestId: string;
  readonly timeMs: number;
  readonly outcome: string;
  readonly leftTo?: string | undefined;
  readonly durationMs: number;
  readonly error?: string | undefined;
}

/** A notification, or what the log reports of one. */
export interface EventRow {
  readonly id: string;
  readonly timeMs: number;
  readonly eventType: string;
  readonly fileId?: string | undefined;
  readonly taskId?: string | undefined;
  /** What VOD was answered: a status code, `queued`, or why there is none. */
  readonly answer?: string | undefined;
  readonly attempts: readonly Attempt[];
  /** Whether the server has the notification itself. */
  readonly hasBody: boolean;
}

export interface LogRow {
  readonly id: number;
  readonly timeMs: number;
  readonly functionName: string;
  readonly requestId: string;
  readonly text: string;
  /** The platform's own line, not the function's. */
  readonly isPlatform: boolean;
}

export interface FunctionRow {
  readonly name: string;
  readonly state: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** With the token covered. */
  readonly address?: string | undefined;
  readonly timer?: string | undefined;
  readonly recordsToDatabase: boolean;
}

/** The callback settings, the functions and the configuration. */
export interface Settings {
  readonly mode: "PUSH" | "PULL" | "";
  /** With the token covered. */
  readonly url: string;
  /** Whether the address is the deployed function's. */
  readonly isOurAddress: boolean;
  /** Those that are on. */
  readonly switches: readonly SwitchName[];
  readonly functions: readonly FunctionRow[];
  /** `config.json` as it is deployed, without secrets. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

export const SWITCHES = [
  "UploadMediaCompleteEventSwitch",
  "DeleteMediaCompleteEventSwitch",
  "PersistenceCompleteEventSwitch",
] as const;
type SwitchName = (typeof SWITCHES)[number];

export interface QueueState {
  readonly waiting: number;
  /** Delivered and not confirmed; absent if VOD does not report it. */
  readonly inFlight?: number;
  /** Events that failed permanently, by the log that was read. */
  readonly parked: number;
}

/** A line of the live stream. */
export type Update =
  | { readonly kind: "hello"; readonly about: About }
  | { readonly kind: "files"; readonly rows: readonly FileRow[] }
  | { readonly kind: "gone"; readonly fileIds: readonly string[] }
  | { readonly kind: "events"; readonly rows: readonly EventRow[] }
  | { readonly kind: "log"; readonly rows: readonly LogRow[] }
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "queue"; readonly queue: QueueState }
  | { readonly kind: "problem"; readonly text: string }
  | { readonly kind: "output"; readonly text: string };

export interface About {
  /** Whether the page may change something: only the local cloud's. */
  readonly isLocal: boolean;
  readonly region: string;
  readonly namespace: string;
  readonly eventTypes: readonly string[];
  /** Whether `hls.js` is installed. */
  readonly hasHls: boolean;
}

/** `GET event`. */
export interface EventDetail {
  readonly body: unknown;
  readonly report: unknown;
}

/** `POST run`; a command of the command line. */
export const RUNS = {
  replay: ["replay", "--yes"],
  normal: ["event-config", "--yes", "--replace"],
  reliable: ["event-config", "--yes", "--replace"],
} as const;
export type Run = keyof typeof RUNS;

/** The calls of functions that faults hit. */
export const FAULTY_ACTIONS = [
  ...["ProcessMedia", "ProcessMediaByProcedure", "PullEvents", "ConfirmEvents", "Invoke"],
];

/** `PUT faults`: shares from 0 to 1. */
export interface FaultSettings {
  readonly errors: number;
  readonly cuts: number;
  readonly throttling: number;
  readonly latencyMs: number;
  readonly killedInstances: number;
  /** An action that is refused each time; "" for none. */
  readonly refusedAction: string;
}

export const NO_FAULTS: FaultSettings = {
  ...{ errors: 0, cuts: 0, throttling: 0, latencyMs: 0, killedInstances: 0, refusedAction: "" },
};

/** The page's own header; a form or another origin's page cannot set it. */
export const TOKEN_HEADER = "x-console-token";
