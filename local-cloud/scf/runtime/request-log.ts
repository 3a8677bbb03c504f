import type { FunctionDescription } from "./function";
import { errorOutput, type Invocation } from "./invocation";
import { cutLine } from "./line-reader";

export interface LogLine {
  namespace: string;
  functionName: string;
  requestId: string;
  text: string;
  /** Milliseconds since 1970 */
  time: number;
  /** When the request began. */
  startTime: number;
  /** The platform's own line, not the function's. */
  isPlatform: boolean;
  /** How many times an asynchronous request was tried before. */
  retryNum: number;
  /** What became of the request, from the platform's last lines on. */
  invocation?: Invocation;
}

export interface RequestLogOptions {
  readonly requestId: string;
  readonly retryNum: number;
  readonly now: () => number;
  readonly emit: (line: LogLine) => void;
}

/**
 * The log of one request: the function's lines between the platform's
 * (docs/tencent-protocols.md#function-log).
 */
export class RequestLog {
  readonly #description: FunctionDescription;
  readonly #options: RequestLogOptions;
  readonly #startTime: number;

  constructor(description: FunctionDescription, options: RequestLogOptions) {
    this.#description = description;
    this.#options = options;
    this.#startTime = options.now();
  }

  /** A line of the function's. */
  write(text: string): void {
    this.#emit(text, { isPlatform: false });
  }

  start(): void {
    this.#emit(`START RequestId:${this.#options.requestId}`, { isPlatform: true });
  }

  end(invocation: Invocation): void {
    const { error, result, durationMs, memoryMb } = invocation;
    const id = `RequestId:${this.#options.requestId}`;
    const limit = this.#description.memorySize;
    const lines = [
      error
        ? `ERROR ${id} Result:${JSON.stringify(errorOutput(error))}`
        : `Response ${id} RetMsg:${JSON.stringify(result)}`,
      `END ${id}`,
      `Report ${id} Duration:${durationMs}ms Memory:${limit}MB MemUsage:${memoryMb}MB`,
    ];
    for (const line of lines) this.#emit(line, { isPlatform: true, invocation });
  }

  #emit(text: string, more: Pick<LogLine, "isPlatform" | "invocation">): void {
    const { namespace, name: functionName } = this.#description;
    const { requestId, retryNum, now, emit } = this.#options;
    const common = { namespace, functionName, requestId, retryNum, startTime: this.#startTime };
    emit({ ...common, ...more, text: cutLine(text), time: now() });
  }
}
