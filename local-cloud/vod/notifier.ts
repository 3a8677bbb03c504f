import { createHash } from "node:crypto";
import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { propertyNames } from "../api/schemas";
import type { EventConfig } from "./event-config";

/** FACTS A: the answer is waited for five seconds; after a timeout the notification is sent twice more. */
const SENDINGS = 3;
const VALIDITY_SECONDS = 10 * 60;

export interface NotifierOptions {
  readonly config: EventConfig;
  readonly report: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timeoutMs: number;
}

/** Sends notifications as VOD's normal callback does. */
export class Notifier {
  private readonly closing = new AbortController();

  constructor(private readonly options: NotifierOptions) {}

  /**
   * Sends an event to the configured address, if its kind is switched on. What is answered is ignored; a
   * refused connection is not sent again either, as only timeouts are known to be.
   */
  async send(event: EventContent): Promise<void> {
    const { NotificationUrl: url, UploadMediaCompleteEventSwitch: uploads } = this.options.config.describe();
    const { report } = this.options;
    if (url === "") return report(`${event.EventType} is not sent: no address is set (ModifyEventConfig).`);
    if (event.EventType === "NewFileUpload" && uploads !== "ON") {
      return report("NewFileUpload is not sent: UploadMediaCompleteEventSwitch is OFF (ModifyEventConfig).");
    }
    const body = JSON.stringify({ ...notification(event), ...this.sign() });
    for (let sending = 1; sending <= SENDINGS && !this.closing.signal.aborted; sending++) {
      if (await this.post(url, body, event.EventType ?? "")) return;
    }
  }

  /** Gives up what is on its way. */
  close(): void {
    this.closing.abort();
  }

  /** Sign = MD5(SignKey + T); their place in the body is our best reading of the documents (FACTS A). */
  private sign(): { Sign?: string; T?: number } {
    const { signKey } = this.options.config;
    if (signKey === "") return {};
    const T = Math.floor(this.options.now() / 1000) + VALIDITY_SECONDS;
    return { Sign: createHash("md5").update(`${signKey}${T}`).digest("hex"), T };
  }

  /** @returns whether that was that: false after a timeout */
  private async post(url: string, body: string, eventType: string): Promise<boolean> {
    const timeout = AbortSignal.timeout(this.options.timeoutMs);
    const either = new AbortController();
    for (const signal of [timeout, this.closing.signal]) {
      signal.addEventListener("abort", () => either.abort(), { once: true });
    }
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(url, { method: "POST", body, headers, signal: either.signal });
      await response.arrayBuffer();
      this.options.report(`${eventType} was sent; the answer: ${response.status}.`);
      return true;
    } catch (error) {
      if (this.closing.signal.aborted) return true;
      const reason = error instanceof Error ? String(error.cause ?? error.message) : String(error);
      this.options.report(
        `${eventType} could not be sent: ${timeout.aborted ? "no answer in time" : reason}.`,
      );
      return !timeout.aborted;
    }
  }
}

/** As real notifications are: every other payload, and every other task of a result, is there, with null. */
export function notification({ EventHandle: _handle, ...event }: EventContent): object {
  const results = event.ProcedureStateChangeEvent?.MediaProcessResultSet;
  const nulls = nullsOf("EventContent");
  delete nulls["EventHandle"];
  if (!event.ProcedureStateChangeEvent || !results) return { ...nulls, ...event };
  const siblings = nullsOf("MediaProcessTaskResult");
  return {
    ...nulls,
    ...event,
    ProcedureStateChangeEvent: {
      ...event.ProcedureStateChangeEvent,
      MediaProcessResultSet: results.map((item) => ({ ...siblings, ...item })),
    },
  };
}

function nullsOf(type: string): Record<string, null> {
  return Object.fromEntries(propertyNames("vod", type).map((name) => [name, null]));
}
