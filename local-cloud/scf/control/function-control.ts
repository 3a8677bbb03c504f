import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { refuseUnsupported } from "../../api/unsupported";
import { cloudTime } from "../../cloud-time";
import type { Functions } from "../runtime/functions";
import { readCode, readZip } from "./code-package";
import { type FunctionRecord, newFunctionRecord } from "./function-record";
import { checkFunctionName, checkHandler, checkQualifier, isTrue } from "./function-rules";
import type { FunctionStore } from "./function-store";
import type { Rollout } from "./rollout";
import type { SettingsReferences } from "./settings";
import { changedSettings, newSettings } from "./settings-changes";
import { State } from "./state";

/** A namespace's (docs/tencent-protocols.md#scf-limits). */
const MAX_COUNT = 50;

export interface ControlOptions {
  readonly store: FunctionStore;
  readonly functions: Functions;
  readonly rollout: Rollout;
  readonly around: SettingsReferences;
  /** How many GetFunction calls must see a change before it ends. */
  readonly statePolls: number;
  readonly now: () => number;
}

/** The actions that make, change and remove functions. */
export class FunctionControl {
  readonly #options: ControlOptions;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} */
  create(request: CreateFunctionRequest): void {
    const { store, around, statePolls, now } = this.#options;
    const { FunctionName: name, Namespace: namespace = "default" } = request;
    checkFunctionName(name);
    store.namespaces.require(namespace);
    // Observed with this code; ResourceInUse.Function, which means the same, is the older one.
    if (store.find(namespace, name)) {
      throw new ApiError("ResourceInUse.FunctionName", `The function ${name} exists already.`);
    }
    const zip = readCode(request.Code);
    const settings = newSettings(request, around);
    if (store.in(namespace).length >= MAX_COUNT) {
      throw new ApiError("LimitExceeded.Function", `A namespace has at most ${MAX_COUNT} functions.`);
    }
    const record = newFunctionRecord({ namespace, name, settings, zip, state: new State(statePolls) }, now());
    store.add(record);
    this.#options.rollout.begin(record, "Creating", settings, zip);
  }

  /** @throws {ApiError} */
  updateCode({
    FunctionName,
    Namespace = "default",
    Code,
    ZipFile,
    Handler,
    InstallDependency,
    Publish,
    CodeSource: _source,
    ...others
  }: UpdateFunctionCodeRequest): void {
    refuseUnsupported(others);
    if (isTrue("InstallDependency", InstallDependency)) refuseUnsupported({ InstallDependency });
    if (isTrue("Publish", Publish)) refuseUnsupported({ Publish });
    const record = this.#options.store.require({ FunctionName, Namespace });
    refuseUnusable(record);
    const zip = ZipFile === undefined ? readCode(Code ?? {}) : readZip(ZipFile);
    if (Handler !== undefined) checkHandler(Handler);
    const { settings } = record;
    this.#change(record, { ...settings, handler: Handler ?? settings.handler }, zip);
  }

  /** @throws {ApiError} */
  updateConfiguration({
    FunctionName,
    Namespace = "default",
    Runtime,
    ...changes
  }: UpdateFunctionConfigurationRequest): void {
    const record = this.#options.store.require({ FunctionName, Namespace });
    if (!record.state.isUsable) {
      // FunctionStatusError is not among this action's codes.
      throw new ApiError("FailedOperation.UpdateFunctionConfiguration", stateOf(record));
    }
    if (Runtime !== undefined && Runtime !== record.settings.runtime) {
      throw new ApiError("InvalidParameterValue.Runtime", "Runtime can't be changed.");
    }
    this.#change(record, changedSettings(record.settings, changes, this.#options.around), record.zip);
  }

  /** @throws {ApiError} */
  async delete({ Qualifier, ...address }: DeleteFunctionRequest): Promise<void> {
    checkQualifier(Qualifier);
    const record = this.#options.store.require(address);
    if (["Creating", "Updating"].includes(record.state.status)) throw wrongState(record);
    this.#options.store.delete(record);
    await Promise.all(record.triggers.splice(0).map((trigger) => trigger.source.close()));
    this.#options.functions.limit(record.namespace, record.name, undefined);
    await this.#options.functions.remove(record.namespace, record.name);
  }

  #change(record: FunctionRecord, settings: FunctionRecord["settings"], zip: Uint8Array): void {
    record.modTime = cloudTime(this.#options.now());
    this.#options.rollout.begin(record, "Updating", settings, zip);
  }
}

/** Lets only a function pass that can run and is not being changed. @throws {ApiError} */
export function refuseUnusable(record: FunctionRecord): void {
  if (!record.state.isUsable) throw wrongState(record);
}

function wrongState(record: FunctionRecord): ApiError {
  return new ApiError("FailedOperation.FunctionStatusError", stateOf(record));
}

function stateOf({ name, state }: FunctionRecord): string {
  return `The function ${name} is ${state.status}, which does not allow this.`;
}
