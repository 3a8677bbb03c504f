import type { Filter } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import type { FunctionRecord } from "./function-record";
import type { TriggerRecord } from "./trigger-record";

/** Of each type (docs/tencent-protocols.md#scf-limits). */
const MAX_COUNT = 10;

/** What ListTriggers can filter by; the metadata lacks `Type`, which Tencent's own toolkit sends. */
const FILTERS: ReadonlyMap<string, (trigger: TriggerRecord) => string> = new Map([
  ["Qualifier", ({ qualifier }) => qualifier],
  ["TriggerName", ({ name }) => name],
  ["Description", ({ description }) => description],
  ["Type", ({ type }) => type],
]);

/** The check that a list of filters comes to. @throws {ApiError} InvalidParameterValue.Filters */
export function filterOf(filters: readonly Filter[]): (trigger: TriggerRecord) => boolean {
  const checks = filters.map(({ Name, Values }) => {
    const field = FILTERS.get(Name);
    if (field) return (trigger: TriggerRecord) => Values.includes(field(trigger));
    const names = [...FILTERS.keys()].join(", ");
    throw new ApiError(
      "InvalidParameterValue.Filters",
      `Filters: Name must be one of ${names}, not ${Name}.`,
    );
  });
  return (trigger) => checks.every((check) => check(trigger));
}

/**
 * Update and delete list this code too, so that they seem to be bound to the state as well.
 * @throws {ApiError} FailedOperation.CreateTrigger
 */
export function refuseUnlessUsable({ name, state }: FunctionRecord): void {
  if (state.isUsable) return;
  throw new ApiError(
    "FailedOperation.CreateTrigger",
    `The function ${name} is ${state.status}, which does not allow this.`,
  );
}

/** @throws {ApiError} ResourceInUse.TriggerName, ResourceInUse.Trigger, LimitExceeded.Trigger */
export function refuseIfTaken(record: FunctionRecord, name: string, type: string, qualifier: string): void {
  if (record.triggers.some((trigger) => trigger.name === name)) {
    throw new ApiError("ResourceInUse.TriggerName", `The trigger ${name} exists already.`);
  }
  const others = record.triggers.filter((trigger) => trigger.type === type);
  // One function URL a version or alias (docs/tencent-protocols.md#function-url-addresses).
  if (type === "http" && others.some((trigger) => trigger.qualifier === qualifier)) {
    throw new ApiError("ResourceInUse.Trigger", `${qualifier} already has a function URL.`);
  }
  if (others.length >= MAX_COUNT) {
    throw new ApiError("LimitExceeded.Trigger", `A function has at most ${MAX_COUNT} triggers of a type.`);
  }
}
