import type { Clock } from "../../lib/clock";
import { type Environment, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { UsageError } from "../../lib/errors";
import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import { sign } from "../cloud/sign";
import { checkVariables } from "../name-rules";
import { readProjectConfig } from "../project";
import { nearest } from "../terminal/nearest";
import { print, printError } from "../terminal/output";
import { canFail, makeExample } from "../trigger/example";
import { EXPLANATIONS } from "../trigger/explanations";
import { override } from "../trigger/override";
import { runBundle } from "../trigger/run-bundle";
import { send } from "../trigger/send";

export interface TriggerOptions {
  /** Prints all event types instead. */
  readonly list?: boolean;
  /** Makes the event report a failure, if the type can. */
  readonly fail?: boolean;
  /** `path=value` each. */
  readonly override: readonly string[];
  /** The URL to send it to; it is signed if a sign key is set. */
  readonly to?: string;
  /** Runs the built function with it. */
  readonly bundle?: boolean;
}

/**
 * Makes an example of an event, and prints it, sends it or runs the function with it.
 * @returns whether the answer was a 2xx; true if the event was only printed
 * @throws if the event type or a path does not exist, or no answer arrives
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
  if (options.to !== undefined && options.bundle)
    throw new UsageError("Pass either --to or --bundle, not both.");
  const eventType = eventTypeOf(name);
  const fail = options.fail ?? false;
  if (fail && !canFail(eventType))
    printError(`${eventType} can't report a failure, so --fail has no effect.`);
  const notification = options.override.reduce(override, makeExample(eventType, { fail }));
  if (options.to === undefined && !options.bundle) {
    print(...JSON.stringify(notification, null, 2).split("\n"));
    return true;
  }
  const config = parseConfig(readProjectConfig(env));
  const { signKeys } = checkVariables(() => withEnvironment(config, env));
  const [key = await keyOfFunction(options.to, env)] = signKeys;
  const signed = key === undefined ? notification : { ...notification, ...sign(key, clock.now()) };
  return options.to === undefined ? runBundle(signed, env) : send(signed, options.to);
}

/** The key of the deployed callback, if that is where the event goes; it may be a random one that nobody else knows. */
async function keyOfFunction(to: string | undefined, env: Environment): Promise<string | undefined> {
  if (to === undefined || !env["SECRET_ID"] || !env["SECRET_KEY"]) return undefined;
  const [{ openAccount }, { findFunction }, { isSameAddress, serviceAddress }, { readTarget }] =
    await Promise.all([
      import("../cloud/account"),
      import("../cloud/our-functions"),
      import("../cloud/remote-function"),
      import("../cloud/target"),
    ]);
  const target = readTarget(env);
  try {
    const callback = await findFunction(openAccount(target, printError), "callback", target);
    const address = callback && serviceAddress(callback.remote, callback.triggers);
    return address && isSameAddress(address, to) ? callback.remote.variables["SIGN_KEY"] : undefined;
  } catch (error) {
    printError(
      `The event is not signed, because the function can't be read: ${describeFailure(error).message}`,
    );
    return undefined;
  }
}

function list(): string[] {
  const width = Math.max(...eventTypes().map((name) => name.length));
  return eventTypes().map((name) => `${name.padEnd(width)}  ${EXPLANATIONS[name]}`);
}

function eventTypeOf(name: string | undefined): EventType {
  if (name === undefined)
    throw new UsageError("An event type is missing. To list them: ./vod-receiver trigger --list");
  if (isEventType(name)) return name;
  throw new UsageError(
    `The event type ${name} does not exist. The nearest: ${nearest(name, eventTypes()).join(", ")}. ` +
      "To list all: ./vod-receiver trigger --list",
  );
}

function eventTypes(): EventType[] {
  return Object.keys(PAYLOAD_KEYS).filter(isEventType);
}

function isEventType(name: string): name is EventType {
  return Object.hasOwn(PAYLOAD_KEYS, name);
}
