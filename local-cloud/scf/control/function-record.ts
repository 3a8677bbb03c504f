import { randomBytes } from "node:crypto";
import type { AsyncTriggerConfig } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { cloudTime } from "../../cloud-time";
import type { Settings } from "./settings";
import type { State } from "./state";
import type { TriggerRecord } from "./trigger-record";

/** A function as the API knows it, whether it can run or not. */
export interface FunctionRecord {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  readonly addTime: string;
  modTime: string;
  settings: Settings;
  zip: Uint8Array;
  readonly state: State;
  readonly triggers: TriggerRecord[];
  /** MB; undefined without a reservation. */
  reservedMemory: number | undefined;
  asyncConfig: AsyncTriggerConfig;
}

/** Runtime errors twice, throttling for up to six hours (docs/tencent-protocols.md#asynchronous-retries). */
const ASYNC_DEFAULTS: AsyncTriggerConfig = { RetryConfig: [{ RetryNum: 2 }], MsgTTL: 6 * 3600 };

/** @param nowMs milliseconds since 1970 */
export function newFunctionRecord(
  made: Pick<FunctionRecord, "namespace" | "name" | "settings" | "zip" | "state">,
  nowMs: number,
): FunctionRecord {
  const time = cloudTime(nowMs);
  return {
    ...made,
    id: `lam-${randomBytes(4).toString("hex")}`,
    addTime: time,
    modTime: time,
    triggers: [],
    reservedMemory: undefined,
    asyncConfig: ASYNC_DEFAULTS,
  };
}

/** How many requests the function's reservation lets it handle at a time; undefined without one. */
export function boundOf({ reservedMemory, settings }: FunctionRecord): number | undefined {
  return reservedMemory === undefined ? undefined : Math.floor(reservedMemory / settings.memorySize);
}
