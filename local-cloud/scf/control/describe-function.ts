import type {
  Function as FunctionInList,
  GetFunctionResponse,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { FunctionRecord } from "./function-record";
import { describeTrigger } from "./trigger-record";

/** GetFunction's answer, with every member that the official example has for a function without an image. */
export function describeFunction(record: FunctionRecord): GetFunctionResponse {
  const { settings, zip } = record;
  const {
    ReservedConcurrencyMem: _memory,
    TotalProvisionedConcurrencyMem: _total,
    ...common
  } = summary(record);
  const codeFailed = common.Status === "CreateFailed";
  return {
    ...common,
    Qualifier: "$LATEST",
    FunctionVersion: "$LATEST",
    Timeout: settings.timeout,
    InitTimeout: settings.initTimeout,
    MemorySize: settings.memorySize,
    VpcConfig: { VpcId: settings.vpcId, SubnetId: settings.subnetId },
    Environment: { Variables: settings.variables.map((variable) => ({ ...variable })) },
    Handler: settings.handler,
    UseGpu: "FALSE",
    Role: settings.role,
    CodeSize: zip.length,
    CodeInfo: "",
    // Which words stand here for code that failed, and the number, is not documented.
    CodeResult: codeFailed ? "failed" : "success",
    CodeError: codeFailed ? (common.StatusDesc ?? "") : "",
    ErrNo: 0,
    InstallDependency: "FALSE",
    AvailableStatus: "Available",
    L5Enable: "FALSE",
    DnsCache: "FALSE",
    EipConfig: { EipFixed: "FALSE", Eips: [] },
    Layers: [],
    DeadLetterConfig: { Type: "", Name: "", FilterType: "" },
    OnsEnable: "FALSE",
    PublicNetConfig: {
      PublicNetStatus: settings.publicNet,
      EipConfig: { EipStatus: settings.fixedIp, EipAddress: [] },
    },
    ProtocolType: "",
    Triggers: record.triggers.map(describeTrigger),
    ClsLogsetId: settings.topic?.logsetId ?? "",
    ClsTopicId: settings.topic?.topicId ?? "",
    AccessInfo: { Host: "", Vip: "" },
    CfsConfig: { CfsInsList: [] },
    IntranetConfig: { IpFixed: "DISABLE" },
  };
}

/** A function as ListFunctions has it. */
export function summary(record: FunctionRecord): FunctionInList {
  const { settings, state } = record;
  return {
    Namespace: record.namespace,
    FunctionName: record.name,
    FunctionId: record.id,
    Description: settings.description,
    Tags: [...settings.tags],
    Runtime: settings.runtime,
    Type: "Event",
    AsyncRunEnable: "FALSE",
    TraceEnable: "FALSE",
    ...(record.reservedMemory !== undefined && { ReservedConcurrencyMem: record.reservedMemory }),
    TotalProvisionedConcurrencyMem: 0,
    Status: state.status,
    StatusDesc: state.reasons[0]?.ErrorMessage ?? "",
    StatusReasons: state.reasons,
    AddTime: record.addTime,
    ModTime: record.modTime,
  };
}
