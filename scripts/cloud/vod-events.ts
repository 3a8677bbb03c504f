import type { DescribeEventConfigResponse } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { Account } from "./account";
import type { Application } from "./deployed-config";
import type { FoundFunction } from "./our-functions";
import { triggerDescription } from "./remote-function";

/** Reads VOD's callback settings. */
export function readEventConfig(
  { vod }: Account,
  application: Application,
): Promise<DescribeEventConfigResponse> {
  return vod.DescribeEventConfig({ ...application });
}

/**
 * How many events waited in VOD's queue about three minutes ago (DescribeEventsState).
 * @returns why it is not known, if VOD refuses the question; the international API may lack it
 */
export async function countOfEvents(
  { vod }: Account,
  application: Application,
): Promise<{ readonly count: number } | { readonly unknown: string }> {
  try {
    const { CountOfEventsToPull } = await vod.DescribeEventsState({ ...application });
    return { count: CountOfEventsToPull ?? 0 };
  } catch (error) {
    const { code, message } = describeFailure(error);
    return { unknown: code ?? message };
  }
}

/** The cron expression of a function's first enabled timer; undefined if it has none. */
export function openTimer({ triggers }: FoundFunction): string | undefined {
  const timer = triggers.find(({ Type, Enable }) => Type === "timer" && Enable === 1);
  return timer && String(triggerDescription(timer)["cron"] ?? "");
}

/** The notice about reliable while VOD sends its events to an address. */
export const NOT_IN_USE =
  "VOD puts no events into its queue. To switch to it: MODE=reliable ./vod-receiver event-config --yes. If you " +
  "have returned to the normal callback, remove this function when the queue has been empty for some minutes: " +
  "./vod-receiver remove --only reliable";
