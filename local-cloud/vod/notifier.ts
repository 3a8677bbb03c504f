import { createHash, randomUUID } from "node:crypto";
import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { EventConfig } from "./event-config";
import { notification } from "./null-siblings";

/**
 * VOD waits five seconds for the answer, and after a timeout sends the notification twice more
 * (docs/tencent-protocols.md#timeout-and-retries).
 */
const SENDINGS = 3;
const LATE = "no answer in time";
const VALIDITY_SECONDS = 10 * 60;

/** A notification on its way, or answered. */
export interface SentNotification {
  /** Of the notification; each sending of it has the same. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly eventType: string;
  /** JSON, as it was sent but without a signature. */
  readonly body: string;
  /** The status code, `queued`, or the reason why there is none; absent until it is known. */
  readonly answer?: string;
  readonly durationMs?: number;
}

export interface NotifierOptions {
  readonly config: EventConfig;
  readonly report: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly onNotification: (notification: SentNotification) => void;
}

/** Sends notifications as VOD's normal callback does. */
export class Notifier {
  private readonly closing = new AbortController();

  constructor(private readonly options: NotifierOptions) {}

  /**
   * Sends an event to the configured address. What is answered is ignored; a refused connection is not sent
   * again either, as only timeouts are known to be.
   */
  async send(event: EventContent): Promise<void> {
    const { NotificationUrl: url } = this.options.config.describe();
    const { report } = this.options;
    if (url === "")
      return report(`${event.EventType} is not sent, because no address is set (ModifyEventConfig).`);
    const plain = notification(event);
    const body = JSON.stringify({ ...plain, ...this.sign() });
    const sent = this.describe(event, JSON.stringify(plain));
    for (let sending = 1; sending <= SENDINGS && !this.closing.signal.aborted; sending++) {
      const startMs = this.options.now();
      this.options.onNotification(sent);
      const answer = await this.post(url, body, event.EventType ?? "");
      this.options.onNotification({ ...sent, answer, durationMs: this.options.now() - startMs });
      if (answer !== LATE) return;
    }
  }

  /** Reports an event that was put into the queue. */
  reportQueued(event: EventContent): void {
    const body = JSON.stringify(notification(event));
    this.options.onNotification({ ...this.describe(event, body), answer: "queued" });
  }

  private describe({ EventType = "" }: EventContent, body: string): SentNotification {
    return { id: randomUUID(), timeMs: this.options.now(), eventType: EventType, body };
  }

  /** Gives up what is on its way. */
  close(): void {
    this.closing.abort();
  }

  /**
   * Sign = MD5(SignKey + T); their place in the body is our best reading of the documents
   * (docs/tencent-protocols.md#place-of-sign-and-t).
   */
  private sign(): { Sign?: string; T?: number } {
    const { signKey } = this.options.config;
    if (signKey === "") return {};
    const T = Math.floor(this.options.now() / 1000) + VALIDITY_SECONDS;
    return { Sign: createHash("md5").update(`${signKey}${T}`).digest("hex"), T };
  }

  /** @returns the status code, or why there is none */
  private async post(url: string, body: string, eventType: string): Promise<string> {
    const late = AbortSignal.timeout(this.options.timeoutMs);
    // Depends on the long-lived signal without a listener on it: eleven of those print a warning.
    const signal = AbortSignal.any([this.closing.signal, late]);
    try {
      // A connection of its own: one that was kept could be closed by the other side at that very moment.
      const headers = { "Content-Type": "application/json", Connection: "close" };
      // Another address gets no notification, and an answer may have no end.
      const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
      await response.body?.cancel();
      this.options.report(`${eventType} was sent; the answer: ${response.status}.`);
      return String(response.status);
    } catch (error) {
      if (this.closing.signal.aborted) return "stopped";
      const cause = error instanceof Error ? String(error.cause ?? error.message) : String(error);
      const reason = late.aborted ? LATE : cause;
      this.options.report(`${eventType} could not be sent: ${reason}.`);
      return reason;
    }
  }
}
