import type { UpdateFunctionConfigurationRequest } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { RemoteFunction } from "../cloud/remote-function";
import type { FunctionSpec } from "./serverless-file";

/** What both creating and updating a function set. */
export type Configuration = Omit<
  UpdateFunctionConfigurationRequest,
  "FunctionName" | "Namespace" | "Runtime"
>;

/** The configuration that a description asks for; what it leaves out is not set. */
export function configurationOf(
  spec: FunctionSpec,
  role: string | undefined,
  variables: Readonly<Record<string, string>>,
): Configuration {
  return {
    Description: spec.description,
    MemorySize: spec.memorySize,
    Timeout: spec.timeout,
    Environment: { Variables: Object.entries(variables).map(([Key, Value]) => ({ Key, Value })) },
    PublicNetConfig: { PublicNetStatus: spec.publicAccess ? "ENABLE" : "DISABLE" },
    // Whether an empty one would remove a role is not known, so an existing role stays.
    ...(role && { Role: role }),
    ...(spec.initTimeout === undefined ? {} : { InitTimeout: spec.initTimeout }),
    ...(spec.vpcConfig && { VpcConfig: { VpcId: spec.vpcConfig.vpcId, SubnetId: spec.vpcConfig.subnetId } }),
    ...(spec.layers && {
      Layers: spec.layers.map(({ name, version }) => ({ LayerName: name, LayerVersion: version })),
    }),
    ...(spec.cls && { ClsLogsetId: spec.cls.logsetId, ClsTopicId: spec.cls.topicId }),
  };
}

/** The tags, as key=value, that a description has and a function lacks; SCF sets tags only at creation. */
export function missingTags({ description }: RemoteFunction, { tags = {} }: FunctionSpec): string[] {
  const there = new Map((description.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  return Object.entries(tags).flatMap(([key, value]) => (there.get(key) === value ? [] : `${key}=${value}`));
}

/** Whether a function already has that configuration. */
export function isConfigured(
  { description: now, variables }: RemoteFunction,
  wanted: Configuration,
): boolean {
  const pairs = wanted.Environment?.Variables ?? [];
  const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  return (
    now.Description === wanted.Description &&
    now.MemorySize === wanted.MemorySize &&
    now.Timeout === wanted.Timeout &&
    (wanted.Role === undefined || now.Role === wanted.Role) &&
    Object.keys(variables).length === pairs.length &&
    pairs.every(({ Key = "", Value }) => variables[Key] === Value) &&
    now.PublicNetConfig?.PublicNetStatus === wanted.PublicNetConfig?.PublicNetStatus &&
    (wanted.InitTimeout === undefined || now.InitTimeout === wanted.InitTimeout) &&
    (wanted.ClsTopicId === undefined || now.ClsTopicId === wanted.ClsTopicId) &&
    (wanted.VpcConfig === undefined ||
      (now.VpcConfig?.VpcId === wanted.VpcConfig.VpcId &&
        now.VpcConfig?.SubnetId === wanted.VpcConfig.SubnetId)) &&
    (wanted.Layers === undefined ||
      same(
        now.Layers?.map(({ LayerName, LayerVersion }) => [LayerName, LayerVersion]),
        wanted.Layers.map(({ LayerName, LayerVersion }) => [LayerName, LayerVersion]),
      ))
  );
}
