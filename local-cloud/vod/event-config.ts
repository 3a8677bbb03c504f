import type {
  DescribeEventConfigResponse,
  ModifyEventConfigRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";

type Settings = Required<Omit<DescribeEventConfigResponse, "RequestId">>;

/** Which events are sent, and where to (ModifyEventConfig, DescribeEventConfig). */
export class EventConfig {
  private settings: Settings = {
    Mode: "PUSH",
    NotificationUrl: "",
    // Off by default: an account that has not switched it on gets no NewFileUpload.
    UploadMediaCompleteEventSwitch: "OFF",
    DeleteMediaCompleteEventSwitch: "OFF",
    PersistenceCompleteEventSwitch: "OFF",
  };

  /** The key that signs notifications; no action returns it. */
  signKey = "";

  /** @throws {ApiError} InvalidParameterValue */
  modify({ SubAppId: _application, SignKey, ...changes }: ModifyEventConfigRequest): void {
    if (SignKey !== undefined && !/^[A-Za-z0-9]{0,32}$/.test(SignKey)) {
      throw new ApiError("InvalidParameterValue", "SignKey must be at most 32 letters and digits.");
    }
    oneOf("Mode", changes.Mode, ["PUSH", "PULL"]);
    for (const name of SWITCHES) oneOf(name, changes[name], ["ON", "OFF"]);
    if (changes.NotificationUrl && !/^https?:\/\//.test(changes.NotificationUrl)) {
      throw new ApiError("InvalidParameterValue", "NotificationUrl must begin with http:// or https://.");
    }
    this.settings = { ...this.settings, ...changes };
    this.signKey = SignKey ?? this.signKey;
  }

  describe(): Settings {
    return this.settings;
  }

  /** The switch that disables an event in both modes; undefined if there is none. */
  switchedOff(eventType: string | undefined): string | undefined {
    const name = SWITCHES.find((one) => SWITCHED[one] === eventType);
    return name !== undefined && this.settings[name] === "OFF" ? name : undefined;
  }
}

/** What each switch is for (docs/tencent-protocols.md#event-switches); all other events are always sent. */
const SWITCHED = {
  UploadMediaCompleteEventSwitch: "NewFileUpload",
  DeleteMediaCompleteEventSwitch: "FileDeleted",
  PersistenceCompleteEventSwitch: "PersistenceComplete",
} as const;

const SWITCHES = [
  "UploadMediaCompleteEventSwitch",
  "DeleteMediaCompleteEventSwitch",
  "PersistenceCompleteEventSwitch",
] as const;

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new ApiError("InvalidParameterValue", `${name} must be one of ${allowed.join(", ")}.`);
}
