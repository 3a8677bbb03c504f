/**
 * Why a request failed: SCF's status code (docs/tencent-protocols.md#status-codes-of-invocations) and what
 * happened.
 */
export interface Failure {
  statusCode: number;
  message: string;
  /** The exception's stack, of a 430 only. */
  stackTrace?: string;
}

/** What became of one request. Exactly one of `result` and `error` is there. */
export interface Invocation {
  requestId: string;
  /** The handler's output after it went through JSON. */
  result?: unknown;
  error?: Failure;
  durationMs: number;
  /** The instance's peak so far; 0 if the operating system does not report it. */
  memoryMb: number;
}

/**
 * The platform's JSON for a failed request, as it stands in the ERROR line and in the client's answer:
 * errorCode 1 and a fixed message for an exception of the user's, -1 and the reason for all else. Observed in
 * the wild (logs that people posted in public issues), not documented.
 */
export function errorOutput({ statusCode, message, stackTrace }: Failure): Record<string, string | number> {
  return stackTrace === undefined
    ? { errorCode: -1, errorMessage: message, statusCode }
    : { errorCode: 1, errorMessage: "user code exception caught", stackTrace, statusCode };
}

export const requestTooLarge = (bytes: number): Failure => ({
  statusCode: 406,
  message: `RequestTooLarge: the event has ${bytes} bytes, more than 6 MB`,
});

export const responseTooLarge = (bytes: number): Failure => ({
  statusCode: 407,
  message: `The size of response exceeds the upper limit (6MB): ${bytes} bytes`,
});

export const concurrencyExceeded = (most: number): Failure => ({
  statusCode: 432,
  message: `ResourceLimitReached: the function's reserved concurrency allows ${most} requests at a time`,
});

export const timedOut = (seconds: number): Failure => ({
  statusCode: 433,
  message: `Invoking task timed out after ${seconds} seconds`,
});

// Which code the platform gives here is not known; a time limit is what it is.
export const initialisationTimedOut = (seconds: number): Failure => ({
  statusCode: 433,
  message: `Initialization timed out after ${seconds} seconds`,
});

export const outOfMemory = (limitMb: number): Failure => ({
  statusCode: 434,
  message: `MemoryLimitReached: the function used more than its ${limitMb} MB`,
});

export const functionNotFound = (namespace: string, name: string): Failure => ({
  statusCode: 435,
  message: `FunctionNotFound: the function ${name} does not exist in the namespace ${namespace}`,
});

export const handlerNotFound = (reason: string): Failure => ({
  statusCode: 437,
  message: `HandlerNotFound: ${reason}`,
});

export const stopped = (): Failure => ({
  statusCode: 438,
  message: "The function was stopped because the local cloud is shutting down",
});

export const exited = (how: string): Failure => ({
  statusCode: 439,
  message: `User process exit when running: ${how}`,
});
