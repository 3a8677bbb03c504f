import { parentPort, workerData } from "node:worker_threads";
import { custom } from "../../lib/handlers/custom";
import { isolateHandler } from "../../lib/reliable/isolate-handler";
import { serveOwnHandler } from "../../lib/reliable/serve-own-handler";
import { OWN_HANDLER } from "../../lib/reliable/worker-messages";
import type { FunctionRuntime } from "../../lib/runtime";

/**
 * What runs the user's own handler in a Worker; undefined if there is none, and then the build leaves all of this out.
 * In that Worker it begins to serve.
 * @param file the bundle
 */
export function isolateOwn(runtime: FunctionRuntime, file: string) {
  if (custom !== undefined && parentPort && workerData === OWN_HANDLER)
    serveOwnHandler(custom, runtime, parentPort);
  return custom === undefined
    ? undefined
    : (memoryMb: number) => isolateHandler(file, memoryMb, runtime.clock);
}
