import type { Clock } from "../clock";
import { isNamed } from "../errors";
import { type Log, withoutForgery } from "../log/log";
import type { Outcome, Step } from "../outcome";
import { isForbidden } from "../tencent-cloud/errors";
import { Late } from "./deadline";

/** A destination of events after their handler. */
export interface Sink {
  readonly name: Exclude<Step, "handler">;
  /** Whether it also gets events whose handler is not done. */
  readonly always: boolean;
  deliver(): Promise<void>;
}

export interface DeliveryContext {
  readonly log: Log;
  readonly clock: Clock;
  /** Ends the wait for a sink when the event's time is over. */
  readonly within: (work: Promise<void>) => Promise<void>;
  /** A sink that would begin later is left to the next try, on the monotonic clock. */
  readonly lastStartMs?: number | undefined;
}

export type Failure = Exclude<Outcome, { kind: "done" }>;

/** A failure that was logged where it happened. */
export class LoggedFailure extends Error {
  override readonly name = "LoggedFailure";

  constructor(readonly failure: Failure) {
    super(failure.error);
  }
}

/**
 * Delivers an event to the sinks in order; if one fails, the next still runs.
 * @param handled the handler's outcome
 * @returns `retry` if any step asks for it, else `park` if any parks; with the steps that are not done
 */
export async function deliver(
  sinks: readonly Sink[],
  handled: Outcome,
  { log, clock, within, lastStartMs = Number.POSITIVE_INFINITY }: DeliveryContext,
): Promise<Outcome> {
  const isHandled = handled.kind === "done";
  const failures: Failure[] = isHandled ? [] : [handled];
  const pending: Step[] = isHandled ? [] : ["handler"];
  let isUnavailable = false;
  for (const { name, always, deliver } of sinks) {
    if (isHandled || always) {
      try {
        if (clock.monotonic() > lastStartMs) throw new Late(`no time was left to start ${name}`);
        await within(deliver());
        continue;
      } catch (error) {
        const failure = failureOf(error, log);
        failures.push(failure);
        isUnavailable ||= name === "database" && failure.kind === "retry";
      }
    }
    pending.push(name);
  }
  if (failures.length === 0) return handled;
  return {
    kind: failures.some(({ kind }) => kind === "retry") ? "retry" : "park",
    ...(isUnavailable && { isUnavailable }),
    error: failures.map(({ error }) => error).join("; "),
    pending,
    ...(!isHandled && handled.work && { work: handled.work }),
  };
}

/** What only the owner can change, such as a missing permission, lasts longer than any retry. */
export function failureOf(error: unknown, log: Log): Failure {
  if (isNamed<LoggedFailure>(error, "LoggedFailure")) return error.failure;
  if (error instanceof Late) return { kind: "retry", error: error.message };
  withoutForgery(log).line(describeThrown(error, (thrown) => thrown.stack ?? String(thrown)));
  const isPermanent = (error instanceof Error && "parks" in error) || isForbidden(error);
  return { kind: isPermanent ? "park" : "retry", error: describeThrown(error, String) };
}

/** Anything can be thrown. */
function describeThrown(error: unknown, describe: (error: Error) => string): string {
  if (error instanceof Error) return describe(error);
  if (typeof error !== "object" || error === null) return String(error);
  try {
    return JSON.stringify(error);
  } catch {
    return String(error);
  }
}
