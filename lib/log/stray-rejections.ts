import type { FunctionRuntime } from "../runtime";
import { createLog } from "./log";
import { createRedaction } from "./redact";

/**
 * Logs each rejection that nothing waits for. Without it, one that an event left behind would end the instance, and so
 * the request that it handles then.
 */
export function logStrayRejections({ env, write }: Pick<FunctionRuntime, "env" | "write">): void {
  const openRedaction = createRedaction(env, () => undefined);
  process.on("unhandledRejection", (error) => {
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    createLog(write, openRedaction()).line(`Unhandled rejection: ${text}`);
  });
}
