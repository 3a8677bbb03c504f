import type {
  SortBy,
  TimeRange,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";

/** @throws {ApiError} InvalidParameterValue if a query's Sort has a field or an order that it does not accept */
export function checkSort({ Field, Order }: SortBy, fields: readonly string[]): void {
  if (fields.includes(Field) && (Order === "Asc" || Order === "Desc")) return;
  throw new ApiError(
    "InvalidParameterValue",
    `Sort must be ${fields.join(" or ")}, in the order Asc or Desc.`,
  );
}

/**
 * Whether a time, in milliseconds since 1970, is in a range of an official query: `After` is in it, and `Before`
 * is where the query's document says so.
 * @throws {ApiError} InvalidParameterValue if a bound is not an ISO time
 */
export function inRange({ After, Before }: TimeRange, bounds: "with Before" | "without Before") {
  const after = After ? parse(After) : Number.NEGATIVE_INFINITY;
  const before = Before ? parse(Before) : Number.POSITIVE_INFINITY;
  return (ms: number): boolean => ms >= after && (ms < before || (bounds === "with Before" && ms === before));
}

function parse(time: string): number {
  const ms = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(ms)) throw new ApiError("InvalidParameterValue", `${time} is not an ISO 8601 time.`);
  return ms;
}
