import { StringDecoder } from "node:string_decoder";
import type {
  InvokeRequest,
  InvokeResponse,
  Result,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { refuseUnsupported } from "../../api/unsupported";
import type { Functions } from "../runtime/functions";
import { errorOutput, type Invocation } from "../runtime/invocation";
import { PAYLOAD_LIMIT } from "../runtime/limits";
import type { AsyncInvocations } from "./async-invocations";
import { refuseUnusable } from "./function-control";
import { checkQualifier } from "./function-rules";
import type { FunctionStore } from "./function-store";

const ASYNC_LIMIT = 128 * 1024;
/** What LogType Tail gives of the log, from its end (docs/tencent-protocols.md#invoke-log). */
const TAIL_LIMIT = 4 * 1024;

export interface InvokeOptions {
  readonly store: FunctionStore;
  readonly functions: Functions;
  readonly asyncInvocations: AsyncInvocations;
}

/** The Invoke action. @throws {ApiError} */
export async function invoke(request: InvokeRequest, options: InvokeOptions): Promise<InvokeResponse> {
  const { InvocationType = "RequestResponse", LogType = "None", ClientContext = "{}", ...rest } = request;
  const { Qualifier, FunctionName, Namespace = "default", ...others } = rest;
  refuseUnsupported(others);
  checkQualifier(Qualifier);
  const record = options.store.require({ FunctionName, Namespace });
  refuseUnusable(record);
  if (InvocationType === "Event") {
    const event = readEvent(ClientContext, ASYNC_LIMIT);
    return { Result: accepted(options.asyncInvocations.submit(Namespace, FunctionName, event)) };
  }
  if (InvocationType !== "RequestResponse" || !["None", "Tail"].includes(LogType)) {
    throw new ApiError("InvalidParameterValue.Param", "InvocationType or LogType has an unknown value.");
  }
  const event = readEvent(ClientContext, PAYLOAD_LIMIT);
  const lines: { requestId: string; text: string }[] = [];
  const stop = options.functions.onLog((line) => lines.push(line));
  const invocation = await options.functions.invoke(Namespace, FunctionName, event).finally(stop);
  const own = lines.filter(({ requestId }) => requestId === invocation.requestId);
  return { Result: resultOf(invocation, LogType === "Tail" ? tailOf(own.map(({ text }) => text)) : "") };
}

function readEvent(json: string, most: number): unknown {
  if (Buffer.byteLength(json) > most) {
    // Listed for InvokeFunction, Invoke's younger sister; Invoke has no code of its own for this.
    throw new ApiError("InvalidParameter.RequestTooLarge", `ClientContext has more than ${most / 1024} KB.`);
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new ApiError("InvalidParameterValue.Param", "ClientContext is not JSON.");
  }
}

function accepted(requestId: string): Result {
  return {
    Log: "",
    RetMsg: "",
    ErrMsg: "",
    MemUsage: 0,
    Duration: 0,
    BillDuration: 0,
    FunctionRequestId: requestId,
    InvokeResult: 0,
  };
}

/** What stands where after a failure is not documented, but for the fields' names. */
function resultOf({ requestId, result, error, durationMs, memoryMb }: Invocation, log: string): Result {
  return {
    ...accepted(requestId),
    Log: log,
    RetMsg: JSON.stringify(error ? errorOutput(error) : result),
    ErrMsg: error?.message ?? "",
    InvokeResult: error ? (error.stackTrace === undefined ? -1 : 1) : 0,
    MemUsage: Math.round(memoryMb * 1024 * 1024),
    Duration: durationMs,
    BillDuration: Math.max(1, durationMs),
  };
}

function tailOf(lines: string[]): string {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  let start = Math.max(0, bytes.length - TAIL_LIMIT);
  // Not in the middle of a character.
  while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return new StringDecoder("utf8").end(bytes.subarray(start));
}
