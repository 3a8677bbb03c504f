import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { propertyNames } from "../api/schemas";

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

/** All members that the SDK declares for a type of VOD's, each null. */
export function nullsOf(type: string): Record<string, null> {
  return Object.fromEntries(propertyNames("vod", type).map((name) => [name, null]));
}
