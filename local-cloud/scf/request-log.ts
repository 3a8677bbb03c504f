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
}

/** The log of one request: the function's lines between the platform's (FACTS F, "Logs today"). */
export class RequestLog {
  readonly #description: FunctionDescription;
  readonly #requestId: string;
  readonly #emit: (line: LogLine) => void;

  constructor(description: FunctionDescription, requestId: string, emit: (line: LogLine) => void) {
    this.#description = description;
    this.#requestId = requestId;
    this.#emit = emit;
  }

  write(text: string): void {
    const { namespace, name: functionName } = this.#description;
    const requestId = this.#requestId;
    this.#emit({ namespace, functionName, requestId, text: cutLine(text), time: Date.now() });
  }

  start(): void {
    this.write(`START RequestId:${this.#requestId}`);
  }

  end({ error, result, durationMs, memoryMb }: Invocation): void {
    const id = `RequestId:${this.#requestId}`;
    if (error) this.write(`ERROR ${id} Result:${JSON.stringify(errorOutput(error))}`);
    else this.write(`Response ${id} RetMsg:${JSON.stringify(result)}`);
    this.write(`END ${id}`);
    const limit = this.#description.memorySize;
    this.write(`Report ${id} Duration:${durationMs}ms Memory:${limit}MB MemUsage:${memoryMb}MB`);
  }
}
