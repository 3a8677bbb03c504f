// What runs in an instance's process, on SCF's Node: loads the handler, then takes one order at a time.
import { writeSync } from "node:fs";
import { inspect } from "node:util";
import { callHandler, HandlerNotFound, loadHandler } from "./handler";
import { PAYLOAD_LIMIT } from "./limits";
import type { Order, Report } from "./messages";

const stdout = process.stdout.write.bind(process.stdout);
const stderr = process.stderr.write.bind(process.stderr);
const send = process.send?.bind(process);

// On one pipe console.log and console.error keep their order.
Object.assign(process.stderr, { write: stdout });
// The function sees no parent process, as on the platform.
for (const key of ["send", "disconnect"]) Reflect.deleteProperty(process, key);

function sendReport(report: Report): void {
  send?.(report, undefined, undefined, () => {});
}

function writeMark(
  { writable }: { writable: boolean },
  write: typeof stdout,
  descriptor: number,
  mark: string,
) {
  return new Promise<void>((resolve) => {
    if (writable) {
      write(mark, () => resolve());
      return;
    }
    // The function has ended its output; if the descriptor is closed too, the platform sees its end.
    try {
      writeSync(descriptor, mark);
    } catch {}
    resolve();
  });
}

function exception(error: unknown): Report {
  return error instanceof Error
    ? { type: "exception", message: String(error.message), stackTrace: String(error.stack ?? error) }
    : { type: "exception", message: inspect(error), stackTrace: inspect(error) };
}

function serialise(result: unknown): Report {
  const json = JSON.stringify(result) ?? "null";
  const bytes = Buffer.byteLength(json);
  return bytes > PAYLOAD_LIMIT ? { type: "result-too-large", bytes } : { type: "result", json };
}

function start(): void {
  const handler = loadHandler(process.cwd(), process.argv[2] ?? "");
  process.on("message", async ({ event, context, triggerSource, mark }: Order) => {
    if (triggerSource === null) delete process.env["TRIGGER_SRC"];
    else process.env["TRIGGER_SRC"] = triggerSource;
    const report = await callHandler(handler, JSON.parse(event), context).then(serialise).catch(exception);
    await writeMark(process.stdout, stdout, 1, mark);
    await writeMark(process.stderr, stderr, 2, mark);
    sendReport(report);
  });
  sendReport({ type: "loaded" });
}

// The group is the instance and whatever it started; it must not outlive the local cloud.
process.on("disconnect", () => process.kill(0, "SIGKILL"));
try {
  start();
} catch (error) {
  sendReport(
    error instanceof HandlerNotFound
      ? { type: "handler-not-found", reason: error.message }
      : exception(error),
  );
}
