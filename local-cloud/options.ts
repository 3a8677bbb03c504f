import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccountRules } from "./account/account-rules";
import type { ApiCall } from "./api/endpoint";
import type { Intercept } from "./api/interception";
import type { FaultRules } from "./faults/fault-rules";
import type { FailChange } from "./scf/control/rollout";
import type { Platform } from "./scf/runtime/platform";
import type { Schedule } from "./schedule";
import type { QueueOptions } from "./vod/event-queue";
import type { SentNotification } from "./vod/notifier";
import type { Transcoder } from "./vod/transcode";

/** What a local cloud can be started with; nothing is needed. */
export interface LocalCloudOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The one region that SCF and CLS are in; ap-guangzhou by default. */
  readonly region?: string;
  /** A file that gets a JSON line for every API call. */
  readonly recordFile?: string;
  /** Told of every API call before its answer is sent. */
  readonly onCall?: (call: ApiCall) => void;
  /** Answers requests for pages at this address; false for others. Asked after those for media. */
  readonly page?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Told of every notification of VOD: when it is sent or put into the queue, and again when it was answered. */
  readonly onNotification?: (notification: SentNotification) => void;
  /** Gets messages for the user about the local cloud. */
  readonly report?: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Fires timers, tries asynchronous invocations again and ends pulls; by the machine's clock by default. */
  readonly schedule?: Schedule;
  /** How long VOD waits for the answer to a notification. */
  readonly notificationTimeoutMs?: number;
  /** How long a pull from an empty queue is held; five seconds by default. */
  readonly pullHoldMs?: number;
  /** What a pull from an empty queue answers; "empty" by default. */
  readonly emptyPull?: QueueOptions["emptyPull"];
  /** Whether ConfirmEvents confirms the good handles of a batch with a stale one; no by default, the harsher. */
  readonly partialConfirm?: QueueOptions["partialConfirm"];
  /**
   * Whether ProcedureStateChanged and DescribeTaskDetail have the task flow's own ErrCode and Message, as captures
   * of real ones; yes by default.
   */
  readonly procedureStatus?: boolean;
  /** Whether calls are refused that are more than an account has a second; yes by default. */
  readonly rateLimits?: boolean;
  /** Makes VOD's outputs; ffmpeg by default, if the machine has it. */
  readonly transcoder?: Transcoder;
  /** How many GetFunction calls see a change going on before it ends; 2 by default. */
  readonly statePolls?: number;
  /** What goes wrong on purpose from the start; nothing by default. */
  readonly faults?: FaultRules;
  /** The Node.js of a function's runtime; the installed one by default. */
  readonly findNode?: Platform["findNode"];
  /** For tests of failures: asked for every call that would be performed. */
  readonly intercept?: Intercept;
  /** Why a function's creation or update is to fail, if it is. */
  readonly failChange?: FailChange;
  /** What the account's own key may not do; nothing by default. Asked at each call, as are the next two. */
  readonly deny?: (service: string, action: string) => boolean;
  /** Whether the account has activated a service; every one by default. */
  readonly activated?: AccountRules["activated"];
  /** Whether every VOD action needs a SubAppId; no by default. */
  readonly subAppIdNeeded?: () => boolean;
}
