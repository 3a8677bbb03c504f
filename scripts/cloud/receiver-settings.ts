import type {
  DescribeEventConfigResponse,
  ModifyEventConfigRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Account } from "./account";
import type { Application } from "./deployed-config";
import { readEventConfig } from "./vod-events";

/** VOD's callback settings that can be read back (docs/tencent-protocols.md#event-switches). */
export type Settings = Partial<
  Pick<
    ModifyEventConfigRequest & DescribeEventConfigResponse,
    | "Mode"
    | "NotificationUrl"
    | "UploadMediaCompleteEventSwitch"
    | "DeleteMediaCompleteEventSwitch"
    | "PersistenceCompleteEventSwitch"
  >
>;

const NAMES: readonly (keyof Settings)[] = [
  "Mode",
  "NotificationUrl",
  "UploadMediaCompleteEventSwitch",
  "DeleteMediaCompleteEventSwitch",
  "PersistenceCompleteEventSwitch",
];

/** The settings of an application that sends its events nowhere: VOD's defaults. */
export const NO_RECEIVER: Settings = {
  Mode: "PUSH",
  NotificationUrl: "",
  UploadMediaCompleteEventSwitch: "OFF",
  DeleteMediaCompleteEventSwitch: "OFF",
  PersistenceCompleteEventSwitch: "OFF",
};

/**
 * Changes VOD's callback settings.
 * @returns those that VOD has afterwards, which may not be the wanted ones
 */
export async function applySettings(
  account: Account,
  application: Application,
  settings: Settings,
  SignKey?: string,
): Promise<Settings> {
  await account.vod.ModifyEventConfig({ ...application, ...settings, ...(SignKey && { SignKey }) });
  return readEventConfig(account, application);
}

/** The names of the settings that are given. */
export function namesIn(settings: Settings): (keyof Settings)[] {
  return NAMES.filter((name) => settings[name] !== undefined);
}

/** The names of the wanted settings that VOD has otherwise. */
export function differing(now: Settings, wanted: Settings): (keyof Settings)[] {
  return namesIn(wanted).filter((name) => (now[name] ?? "") !== wanted[name]);
}
