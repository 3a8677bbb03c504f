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

/** The settings of an application that sends its events nowhere. */
export const NO_RECEIVER: Settings = {
  Mode: "PUSH",
  NotificationUrl: "",
  UploadMediaCompleteEventSwitch: "OFF",
};

/**
 * Changes VOD's callback settings.
 * @returns the names of those that VOD has otherwise afterwards
 */
export async function applySettings(
  account: Account,
  application: Application,
  settings: Settings,
  SignKey?: string,
): Promise<string[]> {
  await account.vod.ModifyEventConfig({ ...application, ...settings, ...(SignKey && { SignKey }) });
  return differing(await readEventConfig(account, application), settings);
}

/** The names of the settings that VOD has otherwise. */
export function differing(now: Settings, wanted: Settings): (keyof Settings)[] {
  const names: readonly (keyof Settings)[] = [
    "Mode",
    "NotificationUrl",
    "UploadMediaCompleteEventSwitch",
    "DeleteMediaCompleteEventSwitch",
    "PersistenceCompleteEventSwitch",
  ];
  return names.filter((name) => wanted[name] !== undefined && (now[name] ?? "") !== wanted[name]);
}
