import type {
  GetFunctionEventInvokeConfigRequest,
  GetFunctionEventInvokeConfigResponse,
  GetReservedConcurrencyConfigRequest,
  GetReservedConcurrencyConfigResponse,
  PutReservedConcurrencyConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import type { Functions } from "../runtime/functions";
import { boundOf } from "./function-record";
import { checkQualifier } from "./function-rules";
import type { FunctionStore } from "./function-store";

/** Reserves memory for a function, which then has no more than that. @throws {ApiError} */
export function putReservation(
  { ReservedConcurrencyMem, ...address }: PutReservedConcurrencyConfigRequest,
  store: FunctionStore,
  functions: Functions,
): void {
  const record = store.require(address);
  if (ReservedConcurrencyMem < 0 || ReservedConcurrencyMem % 128 !== 0) {
    throw new ApiError("InvalidParameterValue", "ReservedConcurrencyMem must be a multiple of 128 MB.");
  }
  record.reservedMemory = ReservedConcurrencyMem;
  functions.limit(record.namespace, record.name, boundOf(record));
}

/** @throws {ApiError} */
export function getReservation(
  address: GetReservedConcurrencyConfigRequest,
  store: FunctionStore,
): GetReservedConcurrencyConfigResponse {
  const { reservedMemory } = store.require(address);
  return reservedMemory === undefined ? {} : { ReservedMem: reservedMemory };
}

/**
 * RetryNum is 0 to 2; MsgTTL at most the six hours that it is by default
 * (docs/tencent-protocols.md#asynchronous-retries).
 * @throws {ApiError}
 */
export function updateAsyncConfig(
  { AsyncTriggerConfig, ...address }: UpdateFunctionEventInvokeConfigRequest,
  store: FunctionStore,
): void {
  const record = store.require(address);
  const { RetryConfig, MsgTTL } = AsyncTriggerConfig;
  const retries = RetryConfig[0]?.RetryNum ?? -1;
  if (RetryConfig.length !== 1 || retries < 0 || retries > 2 || MsgTTL < 60 || MsgTTL > 6 * 3600) {
    throw new ApiError(
      "InvalidParameterValue",
      "AsyncTriggerConfig must have one RetryNum of 0 to 2 and a MsgTTL of 60 to 21600.",
    );
  }
  record.asyncConfig = AsyncTriggerConfig;
}

/** @throws {ApiError} */
export function getAsyncConfig(
  { Qualifier, ...address }: GetFunctionEventInvokeConfigRequest,
  store: FunctionStore,
): GetFunctionEventInvokeConfigResponse {
  checkQualifier(Qualifier);
  return { AsyncTriggerConfig: store.require(address).asyncConfig };
}
