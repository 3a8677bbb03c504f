import type { Clock } from "../../lib/clock";
import { type Environment, parseConfig, withEnvironment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import { sign } from "../cloud/sign";
import { readProjectConfig } from "../project";
import { nearest } from "../terminal/nearest";
import { print, printError } from "../terminal/output";
import { canFail, makeExample } from "../trigger/example";
import { EXPLANATIONS } from "../trigger/explanations";
import { override } from "../trigger/override";
import { runBundle } from "../trigger/run-bundle";
import { send } from "../trigger/send";

export interface TriggerOptions {
  /** Prints every event type instead. */
  readonly list?: boolean;
  /** Makes a failed one, where the type has failures. */
  readonly fail?: boolean;
  /** `path=value` each. */
  readonly override: readonly string[];
  /** Where to send it; it is signed where a sign key is set. */
  readonly to?: string;
  /** Runs the built function with it. */
  readonly bundle?: boolean;
}

/**
 * Makes an example of an event, and prints it, sends it or runs the function with it.
 * @returns whether it was answered with a 2xx, where it was sent anywhere
 * @throws where there is no such event type or path, or no answer
 */
export async function trigger(
  name: string | undefined,
  options: TriggerOptions,
  env: Environment,
  clock: Clock,
): Promise<boolean> {
  if (options.list) {
    print(...list());
    return true;
  }
  if (options.to !== undefined && options.bundle) throw new UsageError("Choose one: --to or --bundle.");
  const eventType = eventTypeOf(name);
  const fail = options.fail ?? false;
  if (fail && !canFail(eventType)) printError(`${eventType} has no place for a failure: it is as always.`);
  const notification = options.override.reduce(override, makeExample(eventType, { fail }));
  if (options.to === undefined && !options.bundle) {
    print(...JSON.stringify(notification, null, 2).split("\n"));
    return true;
  }
  const { signKeys } = withEnvironment(parseConfig(readProjectConfig(env)), env);
  const [key] = signKeys;
  const signed = key === undefined ? notification : { ...notification, ...sign(key, clock.now()) };
  return options.to === undefined ? runBundle(signed, env) : send(signed, options.to);
}

function list(): string[] {
  const width = Math.max(...eventTypes().map((name) => name.length));
  return eventTypes().map((name) => `${name.padEnd(width)}  ${EXPLANATIONS[name]}`);
}

function eventTypeOf(name: string | undefined): EventType {
  if (name === undefined) throw new UsageError("Name an event type; they are: ./vod-receiver trigger --list");
  if (isEventType(name)) return name;
  throw new UsageError(
    `There is no event type ${name}. The nearest: ${nearest(name, eventTypes()).join(", ")}. ` +
      "All of them: ./vod-receiver trigger --list",
  );
}

function eventTypes(): EventType[] {
  return Object.keys(PAYLOAD_KEYS).filter(isEventType);
}

function isEventType(name: string): name is EventType {
  return Object.hasOwn(PAYLOAD_KEYS, name);
}
