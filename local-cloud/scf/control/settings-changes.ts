import type {
  CreateFunctionRequest,
  PublicNetConfigIn,
  UpdateFunctionConfigurationRequest,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { refuseUnsupported } from "../../api/unsupported";
import { checkEnvironment } from "./environment-rules";
import {
  checkDescription,
  checkHandler,
  checkInitTimeout,
  checkMemorySize,
  checkRuntime,
  checkTimeout,
  isTrue,
} from "./function-rules";
import { DEFAULTS, type LogTopic, type Settings, type SettingsReferences } from "./settings";

type Common = Omit<UpdateFunctionConfigurationRequest, "FunctionName" | "Namespace" | "Runtime">;

/** The settings of a new function. @throws {ApiError} */
export function newSettings(
  {
    FunctionName: _name,
    Namespace: _namespace,
    Code: _code,
    CodeSource: _source,
    Runtime = DEFAULTS.runtime,
    Handler = "",
    Type = "Event",
    Tags = [],
    AutoCreateClsTopic,
    AutoDeployClsTopicIndex,
    ...request
  }: CreateFunctionRequest,
  around: SettingsReferences,
): Settings {
  if (Type === "HTTP") refuseUnsupported({ "Type HTTP": true });
  if (Type !== "Event") throw new ApiError("InvalidParameterValue.Type", "Type must be Event or HTTP.");
  checkRuntime(Runtime);
  checkHandler(Handler);
  isTrue("AutoDeployClsTopicIndex", AutoDeployClsTopicIndex);
  const created = isTrue("AutoCreateClsTopic", AutoCreateClsTopic) ? around.defaultTopic() : undefined;
  const settings = { ...DEFAULTS, runtime: Runtime, handler: Handler, tags: Tags, topic: created };
  return changedSettings(settings, request, around);
}

/** What becomes of settings by those that a request has. @throws {ApiError} */
export function changedSettings(settings: Settings, request: Common, around: SettingsReferences): Settings {
  const { Description, MemorySize, Timeout, InitTimeout, Environment, Role, VpcConfig, PublicNetConfig } =
    request;
  refuseOthers(request);
  if (Description !== undefined) checkDescription(Description);
  if (MemorySize !== undefined) checkMemorySize(MemorySize);
  if (Timeout !== undefined) checkTimeout(Timeout);
  if (InitTimeout !== undefined) checkInitTimeout(InitTimeout);
  if (Role) around.checkRole(Role);
  return {
    ...settings,
    ...publicNetOf(settings, PublicNetConfig),
    description: Description ?? settings.description,
    memorySize: MemorySize ?? settings.memorySize,
    timeout: Timeout ?? settings.timeout,
    initTimeout: InitTimeout ?? settings.initTimeout,
    variables: Environment ? checkEnvironment(Environment) : settings.variables,
    role: Role ?? settings.role,
    topic: topicOf(settings, request, around),
    vpcId: VpcConfig?.VpcId ?? settings.vpcId,
    subnetId: VpcConfig?.SubnetId ?? settings.subnetId,
  };
}

function refuseOthers({
  Description: _description,
  MemorySize: _memory,
  Timeout: _timeout,
  InitTimeout: _init,
  Environment: _environment,
  Role: _role,
  VpcConfig: _vpc,
  PublicNetConfig: _net,
  ClsLogsetId: _logset,
  ClsTopicId: _topic,
  Layers = [],
  InstallDependency,
  Publish,
  ...others
}: Common): void {
  if (Layers.length > 0) throw new ApiError("ResourceNotFound.Layer", "Layers: the local cloud has none.");
  if (isTrue("InstallDependency", InstallDependency)) refuseUnsupported({ InstallDependency });
  if (isTrue("Publish", Publish)) refuseUnsupported({ Publish });
  refuseUnsupported(others);
}

/** Both identifiers together; empty ones end the delivery, which is our reading: the documents don't say. */
function topicOf(
  { topic }: Settings,
  { ClsLogsetId, ClsTopicId }: Common,
  around: SettingsReferences,
): LogTopic | undefined {
  if (ClsLogsetId === undefined && ClsTopicId === undefined) return topic;
  if (ClsLogsetId === "" && ClsTopicId === "") return undefined;
  const asked = { logsetId: ClsLogsetId ?? "", topicId: ClsTopicId ?? "" };
  if (around.hasTopic(asked)) return asked;
  throw new ApiError("InvalidParameterValue.Cls", "The topic of ClsLogsetId and ClsTopicId does not exist.");
}

function publicNetOf(
  { publicNet, fixedIp }: Settings,
  config: PublicNetConfigIn | undefined,
): Pick<Settings, "publicNet" | "fixedIp"> {
  return {
    publicNet: switchOf(config?.PublicNetStatus ?? publicNet),
    fixedIp: switchOf(config?.EipConfig?.EipStatus ?? fixedIp),
  };
}

function switchOf(value: string): "ENABLE" | "DISABLE" {
  if (value === "ENABLE" || value === "DISABLE") return value;
  throw new ApiError(
    "InvalidParameterValue.PublicNetConfig",
    "The values of PublicNetConfig must be ENABLE or DISABLE.",
  );
}
