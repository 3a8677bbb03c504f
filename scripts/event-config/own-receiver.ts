import type { Environment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import { isLoopback } from "../../lib/tencent-cloud/client-config";
import { readHttpAddress } from "../cloud/http-address";
import { NO_RECEIVER, type Settings } from "../cloud/receiver-settings";
import { isSameAddress } from "../cloud/remote-function";

/** Settings of VOD's callback, and what to know before and after they are applied. */
export interface WantedConfig {
  readonly settings: Settings;
  /** The key, which can be set but not read back. */
  readonly signKey: string | undefined;
  /** The receiver that would lose the events, if it may belong to another service. */
  takenBy(now: Settings): string | undefined;
  /** @throws if nothing would receive the events */
  check(now: Settings): Promise<void>;
  /** What is printed afterwards, the next step last. */
  readonly afterwards: readonly string[];
}

/** The options that select a receiver. */
export interface ReceiverOptions {
  /** Rotates the sign key instead, at VOD and in the function. */
  readonly signKey?: boolean;
  /** The address of a receiver that is not a function, such as `serve`. ADDRESS is read if it is not given. */
  readonly url?: string;
  /** How VOD delivers events, without regard to what is deployed. */
  readonly mode?: string;
  /** Sends the events nowhere. */
  readonly clear?: boolean;
  /** Also switches on the events that are off by default. */
  readonly all?: boolean;
}

/** What the options ask for without regard to a deployed function. */
export interface OwnReceiver {
  readonly url: string | undefined;
  /**
   * @param deployed the addresses of the installation's functions
   * @param signKey the receiver's key
   */
  wanted(deployed: readonly (string | undefined)[], signKey: string | undefined): WantedConfig;
}

/**
 * Reads the options for a receiver of the user's own.
 * @returns undefined if they ask for the deployed functions
 * @throws {UsageError} if they contradict each other or a value is wrong
 */
export function readOwnReceiver(options: ReceiverOptions, env: Environment): OwnReceiver | undefined {
  const { mode, clear, signKey, all } = options;
  const url = options.url ?? (env["ADDRESS"] || undefined);
  if (mode !== undefined && mode !== "push" && mode !== "pull")
    throw new UsageError(`--mode must be "push" or "pull" (got "${mode}").`);
  if (signKey && (options.url !== undefined || mode || clear || all))
    throw new UsageError(
      "--sign-key rotates the key of the deployed function. Run it without --url, --mode, --clear and --all.",
    );
  if (clear && (mode || all))
    throw new UsageError("--clear sends the events nowhere. Run it without --mode and --all.");
  if (signKey || (url === undefined && !mode && !clear)) return undefined;
  if (mode === "pull" && options.url !== undefined)
    throw new UsageError("--mode pull needs no --url: VOD keeps the events in its queue.");
  if (url !== undefined) checkAddress(url, options.url === undefined ? "ADDRESS" : "--url", env);
  const isPull = mode === "pull";
  const settings: Settings = clear
    ? NO_RECEIVER
    : {
        Mode: isPull ? "PULL" : "PUSH",
        ...(url !== undefined && !isPull && { NotificationUrl: url }),
        UploadMediaCompleteEventSwitch: "ON",
      };
  const keepsAddress = settings.NotificationUrl === undefined && !isPull;
  const next = isPull ? "Process the events: ./vod-receiver pull" : "Receive them: ./vod-receiver serve";
  return {
    url,
    wanted: (deployed, receiversKey) => ({
      settings,
      signKey: clear || isPull ? undefined : receiversKey,
      takenBy({ Mode, NotificationUrl }) {
        if (Mode === "PULL") return isPull ? undefined : "the reliable callback";
        const isOurs = [url, ...deployed].some((one) => one && isSameAddress(NotificationUrl, one));
        return NotificationUrl && !keepsAddress && !isOurs ? "another address" : undefined;
      },
      async check({ NotificationUrl }) {
        if (!clear && keepsAddress && !NotificationUrl)
          throw new UsageError("VOD has no address to send events to. Pass it: --mode push --url …");
      },
      afterwards: clear
        ? ["VOD sends its events nowhere. To receive them again: ./vod-receiver event-config"]
        : [next],
    }),
  };
}

/** VOD's rule is not documented; what it could never reach is refused. */
function checkAddress(text: string, name: string, { CLOUD_ENDPOINT_URL }: Environment): void {
  const host = readHttpAddress(text, name)
    .hostname.replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
  // VOD gets the text as it is. A placeholder of the documents has some of these too.
  if (/[\s<>"#\\^`{|}]|[^ -~]/.test(text))
    throw new UsageError(`${name} has a space, a # or another character that an address must encode.`);
  if (!CLOUD_ENDPOINT_URL && (isLoopback(host) || /^(0\.0\.0\.0|::|::ffff:7f[0-9a-f]{2}:.*)$/.test(host)))
    throw new UsageError(
      `${name} names this machine to itself only, so VOD can't reach it. Pass this machine's public address.`,
    );
}
