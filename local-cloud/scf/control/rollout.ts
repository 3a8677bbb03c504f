import type { StatusReason } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { type Functions, InvalidZip } from "../runtime/functions";
import { boundOf, type FunctionRecord } from "./function-record";
import type { Settings } from "./settings";
import type { Change } from "./state";

/** For tests of failures: why a change is to fail, if it is. */
export type FailChange = (change: {
  readonly namespace: string;
  readonly name: string;
  readonly change: Change;
}) => StatusReason | undefined;

export interface RolloutOptions {
  readonly functions: Functions;
  readonly failChange: FailChange;
  /** New temporary credentials of an execution role. */
  assumeRole(name: string): { secretId: string; secretKey: string; token: string };
}

/** Puts code and settings onto new instances. */
export class Rollout {
  readonly #options: RolloutOptions;

  constructor(options: RolloutOptions) {
    this.#options = options;
  }

  /**
   * Begins a change of a function; what the record says of code and settings holds once it has succeeded.
   * @param zip the code from then on
   */
  begin(record: FunctionRecord, change: Change, settings: Settings, zip: Uint8Array): void {
    record.state.begin(change, this.#work(record, change, settings, zip));
  }

  async #work(
    record: FunctionRecord,
    change: Change,
    settings: Settings,
    zip: Uint8Array,
  ): Promise<StatusReason | undefined> {
    const { namespace, name } = record;
    try {
      const reason = this.#options.failChange({ namespace, name, change });
      if (reason) return reason;
      await this.#deploy(record, settings, zip);
    } catch (error) {
      const ErrorMessage = error instanceof Error ? error.message : String(error);
      return { ErrorCode: codeOf(error), ErrorMessage };
    }
    record.settings = settings;
    record.zip = zip;
    this.#options.functions.limit(namespace, name, boundOf(record));
    return undefined;
  }

  async #deploy({ namespace, name }: FunctionRecord, settings: Settings, zip: Uint8Array): Promise<void> {
    await this.#options.functions.deploy({
      namespace,
      name,
      runtime: settings.runtime,
      handler: settings.handler,
      memorySize: settings.memorySize,
      timeout: settings.timeout,
      environment: Object.fromEntries(settings.variables.map(({ Key, Value }) => [Key, Value])),
      ...(settings.role !== "" && { role: this.#options.assumeRole(settings.role) }),
      zip,
    });
  }
}

function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  return error instanceof InvalidZip ? "InvalidParameterValue.ZipFile" : "InternalError";
}
