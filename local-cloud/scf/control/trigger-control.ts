import { randomBytes } from "node:crypto";
import type {
  CreateTriggerRequest,
  CreateTriggerResponse,
  DeleteTriggerRequest,
  ListTriggersRequest,
  ListTriggersResponse,
  UpdateTriggerRequest,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { cloudTime } from "../../cloud-time";
import type { Schedule } from "../../schedule";
import type { Functions } from "../runtime/functions";
import type { Platform } from "../runtime/platform";
import type { AsyncInvocations } from "./async-invocations";
import type { FunctionRecord } from "./function-record";
import { checkQualifier } from "./function-rules";
import type { FunctionStore } from "./function-store";
import { HttpTrigger } from "./http-trigger";
import { pageOf } from "./page";
import { TimerTrigger } from "./timer-trigger";
import { filterOf, refuseIfTaken, refuseUnlessUsable } from "./trigger-checks";
import { describeTrigger, type TriggerRecord, type TriggerSource } from "./trigger-record";
import { checkCustomArgument, checkTriggerName, isOpenOf, typeOf } from "./trigger-rules";

export interface TriggerOptions {
  readonly store: FunctionStore;
  readonly functions: Functions;
  readonly asyncInvocations: AsyncInvocations;
  readonly platform: Platform;
  readonly schedule: Schedule;
  readonly now: () => number;
}

/** The actions that make, change and remove triggers. */
export class TriggerControl {
  readonly #options: TriggerOptions;
  #closed = false;

  constructor(options: TriggerOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} */
  async create(request: CreateTriggerRequest): Promise<CreateTriggerResponse> {
    const { TriggerName: name, Qualifier: qualifier = "$LATEST", CustomArgument, Description = "" } = request;
    const type = typeOf(request.Type);
    // The official example has no Enable, and its answer says 0.
    const isOpen = isOpenOf(request.Enable ?? "CLOSE");
    checkTriggerName(name);
    checkQualifier(qualifier);
    checkCustomArgument(type, CustomArgument);
    const source = await this.#open(this.#receiver(request, name, type, qualifier), type, request);
    let record: FunctionRecord;
    try {
      // Opening took a moment, in which all may have changed.
      record = this.#receiver(request, name, type, qualifier);
    } catch (error) {
      await source.close();
      throw error;
    }
    const time = cloudTime(this.#options.now());
    const { region, uin } = this.#options.platform;
    const trigger: TriggerRecord = {
      ...{ name, type, qualifier, isOpen, source },
      resourceId: `qcs::scf:${region}:uin/${uin}:function/${record.name}/${name}`,
      addTime: time,
      modTime: time,
      description: Description,
      customArgument: CustomArgument ?? "",
    };
    record.triggers.push(trigger);
    source.enable(isOpen);
    return { TriggerInfo: describeTrigger(trigger) };
  }

  /** @throws {ApiError} */
  update(request: UpdateTriggerRequest): void {
    const { TriggerDesc, Enable, Description, CustomArgument } = request;
    const isOpen = Enable === undefined ? undefined : isOpenOf(Enable);
    const record = this.#options.store.require(request);
    const trigger = this.#find(record, request);
    checkCustomArgument(trigger.type, CustomArgument);
    refuseUnlessUsable(record);
    if (TriggerDesc !== undefined) trigger.source.configure(TriggerDesc);
    trigger.isOpen = isOpen ?? trigger.isOpen;
    if (isOpen !== undefined) trigger.source.enable(isOpen);
    trigger.description = Description ?? trigger.description;
    trigger.customArgument = CustomArgument ?? trigger.customArgument;
    trigger.modTime = cloudTime(this.#options.now());
  }

  /** @throws {ApiError} */
  async delete(request: DeleteTriggerRequest): Promise<void> {
    const record = this.#options.store.require(request);
    const trigger = this.#find(record, request);
    refuseUnlessUsable(record);
    record.triggers.splice(record.triggers.indexOf(trigger), 1);
    await trigger.source.close();
  }

  /** @throws {ApiError} */
  list(request: ListTriggersRequest): ListTriggersResponse {
    const { OrderBy = "mod_time", Order = "DESC", Filters = [], Offset, Limit } = request;
    if (OrderBy !== "mod_time" && OrderBy !== "add_time") {
      throw new ApiError("InvalidParameterValue.OrderBy", "OrderBy must be add_time or mod_time.");
    }
    const keyOf = ({ addTime, modTime }: TriggerRecord) => (OrderBy === "add_time" ? addTime : modTime);
    const found = this.#options.store
      .require(request)
      .triggers.filter(filterOf(Filters))
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    if (Order === "DESC") found.reverse();
    return { TotalCount: found.length, Triggers: pageOf(found, Offset, Limit).map(describeTrigger) };
  }

  /** Closes every address and every timer. */
  async close(): Promise<void> {
    this.#closed = true;
    const triggers = this.#options.store.all().flatMap((record) => record.triggers.splice(0));
    await Promise.all(triggers.map((trigger) => trigger.source.close()));
  }

  /** The function of a trigger that is to be made. */
  #receiver(request: CreateTriggerRequest, name: string, type: string, qualifier: string): FunctionRecord {
    if (this.#closed) throw new ApiError("InternalError", "The local cloud is shutting down.");
    const record = this.#options.store.require(request);
    refuseUnlessUsable(record);
    refuseIfTaken(record, name, type, qualifier);
    return record;
  }

  /** A trigger belongs to a version or alias; UpdateTrigger's and DeleteTrigger's default is $LATEST. */
  #find(
    record: FunctionRecord,
    request: { TriggerName: string; Type: string; Qualifier?: string },
  ): TriggerRecord {
    const { TriggerName, Type, Qualifier = "$LATEST" } = request;
    const found = record.triggers.find(
      ({ name, type, qualifier }) => name === TriggerName && type === Type && qualifier === Qualifier,
    );
    if (found) return found;
    const what = `trigger ${TriggerName} of type ${Type} on ${Qualifier}`;
    throw new ApiError("ResourceNotFound.Trigger", `The function ${record.name} has no ${what}.`);
  }

  async #open(
    { namespace, name }: FunctionRecord,
    type: "http" | "timer",
    { TriggerName, TriggerDesc = "" }: CreateTriggerRequest,
  ): Promise<TriggerSource> {
    const { functions, platform, schedule, now, asyncInvocations, store } = this.#options;
    if (type === "http") {
      return await HttpTrigger.open({
        description: TriggerDesc,
        host: `${platform.appId}-${randomBytes(5).toString("hex")}`,
        region: platform.region,
        invoke: (event, requestId) => functions.invoke(namespace, name, event, { requestId }),
      });
    }
    const messageOf = () =>
      store.find(namespace, name)?.triggers.find((one) => one.name === TriggerName)?.customArgument ?? "";
    return new TimerTrigger({
      ...{ description: TriggerDesc, schedule, now },
      fire: (Time) => {
        const event = { Type: "Timer", TriggerName, Time, Message: messageOf() };
        asyncInvocations.submit(namespace, name, event, "timer");
      },
    });
  }
}
