import type { Trigger } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";

/** What makes a trigger of its kind. */
export interface TriggerSource {
  /** TriggerDesc, as the API gives it. */
  describe(): string;
  /** @throws {ApiError} InvalidParameterValue.TriggerDesc, with nothing changed */
  configure(description: string): void;
  /** OPEN and CLOSE. */
  enable(open: boolean): void;
  close(): Promise<void>;
}

export interface TriggerRecord {
  readonly name: string;
  readonly type: "http" | "timer";
  readonly qualifier: string;
  readonly resourceId: string;
  readonly addTime: string;
  modTime: string;
  isOpen: boolean;
  description: string;
  customArgument: string;
  readonly source: TriggerSource;
}

/** A trigger as CreateTrigger, ListTriggers and GetFunction give it. */
export function describeTrigger(trigger: TriggerRecord): Trigger {
  return {
    Enable: trigger.isOpen ? 1 : 0,
    Qualifier: trigger.qualifier,
    TriggerName: trigger.name,
    Type: trigger.type,
    TriggerDesc: trigger.source.describe(),
    AvailableStatus: "Available",
    CustomArgument: trigger.customArgument,
    Description: trigger.description,
    AddTime: trigger.addTime,
    ModTime: trigger.modTime,
    ResourceId: trigger.resourceId,
    BindStatus: "on",
    TriggerAttribute: "single",
  };
}
