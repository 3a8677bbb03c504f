import type { Tag } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { EnvironmentVariable } from "./environment-rules";

/** Where a function's log goes. */
export interface LogTopic {
  readonly logsetId: string;
  readonly topicId: string;
}

/** What a function's settings refer to. */
export interface SettingsReferences {
  /** @throws {ApiError} if SCF can't use the execution role */
  checkRole(name: string): void;
  /** The topic that SCF makes for the logs of functions. */
  defaultTopic(): LogTopic;
  hasTopic(topic: LogTopic): boolean;
}

/** A function's configuration, complete. */
export interface Settings {
  readonly runtime: string;
  readonly handler: string;
  readonly description: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly initTimeout: number;
  readonly variables: readonly EnvironmentVariable[];
  /** Empty without an execution role. */
  readonly role: string;
  /** Undefined if the log is not delivered, which is the default. */
  readonly topic: LogTopic | undefined;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly publicNet: "ENABLE" | "DISABLE";
  readonly fixedIp: "ENABLE" | "DISABLE";
  readonly tags: readonly Tag[];
}

/** The defaults of a function (docs/tencent-protocols.md#scf-limits). */
export const DEFAULTS: Settings = {
  runtime: "Python2.7",
  handler: "",
  description: "",
  memorySize: 128,
  timeout: 3,
  initTimeout: 65,
  variables: [],
  role: "",
  topic: undefined,
  vpcId: "",
  subnetId: "",
  publicNet: "ENABLE",
  fixedIp: "DISABLE",
  tags: [],
};
