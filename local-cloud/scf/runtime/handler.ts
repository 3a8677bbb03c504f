import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { types } from "node:util";

type HandlerFunction = (event: unknown, context: unknown, callback?: Callback) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

export class HandlerNotFound extends Error {
  override readonly name = "HandlerNotFound";
}

const isFunction = (value: unknown): value is HandlerFunction => typeof value === "function";

/**
 * Loads the handler from the folder with the code.
 * @param name file and export, "index.main_handler" is main_handler of ./index.js
 * @throws HandlerNotFound, or what the module's top level throws
 */
export function loadHandler(folder: string, name: string): HandlerFunction {
  const dot = name.lastIndexOf(".");
  const file = join(folder, `${name.slice(0, Math.max(dot, 0))}.js`);
  const key = name.slice(dot + 1);
  if (dot < 1 || !existsSync(file)) throw new HandlerNotFound(`the package has no file for ${name}`);
  const exported: unknown = createRequire(file)(file);
  const handler = new Map<string, unknown>(Object.entries(Object(exported))).get(key);
  if (!isFunction(handler)) throw new HandlerNotFound(`${name} is not an exported function`);
  return handler;
}

/**
 * Calls the handler by the documented rule (docs/tencent-protocols.md#handler): what an async one returns
 * counts, and what a non-async one passes to its callback; anything else runs into the time limit, as there
 * is nothing to answer. `callbackWaitsForEmptyEventLoop` changes nothing here: what it does on today's
 * runtimes is not known.
 */
export async function callHandler(
  handler: HandlerFunction,
  event: unknown,
  context: unknown,
): Promise<unknown> {
  if (types.isAsyncFunction(handler)) return await handler(event, context);
  return await new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
    if (types.isPromise(returned)) {
      returned.catch(reject);
      console.error(
        "local cloud: the handler is not async but returned a promise. SCF documents a callback for such a handler.",
      );
    }
  });
}
