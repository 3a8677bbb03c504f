import type { DescribeEventConfigResponse } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
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

/** How many events waited in VOD's queue about three minutes ago (DescribeEventsState). */
export async function countOfEvents({ vod }: Account, application: Application): Promise<number> {
  const { CountOfEventsToPull } = await vod.DescribeEventsState({ ...application });
  return CountOfEventsToPull ?? 0;
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
