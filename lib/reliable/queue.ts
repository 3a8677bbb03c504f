import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import { loadSdk } from "../tencent-cloud/load-sdk";
import type { Vod } from "../tencent-cloud/vod";
import type { RateLimiter } from "./rate-limiter";

/** A pull is held for 5 s at most (docs/tencent-protocols.md#pulling-events). */
const PULL_TIMEOUT_MS = 7000;

/** The result of a confirmation. */
interface Confirmation {
  /** The handles that were rejected or not confirmed in time. */
  readonly refused: readonly string[];
  /** The last one's reason. */
  readonly reason: string;
}

/** VOD confirms nothing, such as for want of permission: whatever is pulled comes back. */
export class ConfirmError extends Error {
  override readonly name = "ConfirmError";
  readonly code: string | undefined;

  constructor(cause: unknown) {
    const { code, message } = loadSdk().describeFailure(cause);
    super(`ConfirmEvents was refused, so no event can leave the queue: ${message}`, { cause });
    this.code = code;
  }
}

/** Refusals that may be about one of the handles. */
const ABOUT_HANDLES =
  /^(InvalidParameter|InvalidParameterValue|FailedOperation|ResourceNotFound)(\.(?!SubAppId)|$)/;

/** The reliable callback's queue of an application. */
export interface EventQueue {
  /**
   * Asks for events once.
   * @returns up to 16 events; none if the queue was empty for 5 s
   * @throws the SDK's error, which `describeFailure` reads
   */
  pull(): Promise<readonly unknown[]>;
  /**
   * Confirms events, with retries after transient errors.
   * @param handles 1 to 16
   * @param deadlineMs when to give up, on the monotonic clock
   * @throws {ConfirmError} if VOD refuses every confirmation, whatever its handles are
   */
  confirm(handles: readonly string[], deadlineMs: number): Promise<Confirmation>;
}

export interface QueueOptions {
  readonly vod: Vod;
  readonly clientConfig: () => ClientConfig;
  readonly subAppId: number | undefined;
  readonly pulling: RateLimiter;
  readonly confirming: RateLimiter;
}

export function createQueue({ vod, clientConfig, subAppId, pulling, confirming }: QueueOptions): EventQueue {
  const application = subAppId === undefined ? {} : { SubAppId: subAppId };

  async function confirm(handles: readonly string[], deadlineMs: number): Promise<Confirmation> {
    const request = { EventHandles: [...handles], ...application };
    try {
      await vod.call((client) => confirming.run(() => client.ConfirmEvents(request)), deadlineMs);
      return { refused: [], reason: "" };
    } catch (error) {
      const { describeFailure, isTransientFailure } = loadSdk();
      const { code = "", message } = describeFailure(error);
      const reason = `${code} ${message}`.trim();
      const isPermanent = !isTransientFailure(error);
      if (isPermanent && !ABOUT_HANDLES.test(code)) throw new ConfirmError(error);
      if (!isPermanent || handles.length === 1) return { refused: handles, reason };
      // One stale handle seems to fail the whole batch (docs/tencent-protocols.md#confirming-events), so the others
      // are confirmed without it.
      const middle = Math.ceil(handles.length / 2);
      const first = await confirm(handles.slice(0, middle), deadlineMs);
      const second = await confirm(handles.slice(middle), deadlineMs);
      return { refused: [...first.refused, ...second.refused], reason: second.reason || first.reason };
    }
  }

  return {
    async pull() {
      const { AbortableClient, describeFailure } = loadSdk();
      const ask = () => new AbortableClient(clientConfig(), AbortSignal.timeout(PULL_TIMEOUT_MS));
      try {
        const { EventSet }: { EventSet?: unknown } = await pulling.run(() => ask().PullEvents(application));
        return Array.isArray(EventSet) ? EventSet : [];
      } catch (error) {
        // Listed for PullEvents without a word on what it means; nothing but events can be missing.
        if (describeFailure(error).code?.startsWith("ResourceNotFound")) return [];
        throw error;
      }
    },
    confirm,
  };
}
