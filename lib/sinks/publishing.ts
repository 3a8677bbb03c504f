import type { Clock } from "../clock";
import type { Config } from "../config";
import type { EventReport } from "../report/event-report";
import { LoggedFailure, type Sink } from "./deliver";

// A build without PUBLISH_URL leaves this module out (scripts/build/optional-sinks.ts).

/** The user's web hook; undefined if events are not published. */
export function publisherSink(
  { publishUrl: url, publishSecret: secret }: Config,
  report: () => EventReport,
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Sink | undefined {
  if (url === undefined || secret === undefined) return undefined;
  return {
    name: "publisher",
    always: false,
    async deliver() {
      // Loaded only here: a start must not wait for it.
      const { publish }: typeof import("./publisher") = require("./publisher");
      const failure = await publish(report(), { url, secret }, clock, deadlineMs);
      if (failure) throw new LoggedFailure(failure);
    },
  };
}
