import type {
  CreateTriggerRequest,
  TriggerInfo,
  UpdateTriggerRequest,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { isJsonObject } from "../../lib/json";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { FunctionName } from "../cloud/function-names";
import { addressOf, isMissing, readTriggers, triggerDescription } from "../cloud/remote-function";
import { changeWhenFree, type DeployContext } from "../cloud/wait-active";
import type { FunctionSpec } from "./serverless-file";

const ADDRESS_TRIES = 30;
const ADDRESS_PAUSE_MS = 1000;

type HttpSpec = NonNullable<FunctionSpec["http"]>;
type TimerSpec = FunctionSpec["timers"][number];

/**
 * Sets a function's triggers as described and changes only what differs.
 * @returns the function's address, if it has one
 * @throws if the address does not appear
 */
export async function ensureTriggers(
  name: FunctionName,
  spec: FunctionSpec,
  context: DeployContext,
): Promise<string | undefined> {
  const { account, clock } = context;
  const triggers = await readTriggers(account, name);
  for (const timer of spec.timers) await ensureTimer(name, timer, triggers, context);
  if (!spec.http) return undefined;
  await ensureHttp(name, spec.http, triggers, context);
  let address = addressOf(triggers);
  for (let tries = 0; address === undefined && tries < ADDRESS_TRIES; tries++) {
    if (tries > 0) await clock.sleep(ADDRESS_PAUSE_MS);
    address = addressOf(await readTriggers(account, name));
  }
  if (address === undefined)
    throw new Error(
      "The function URL was created but has no address yet. Wait a minute, then run this again.",
    );
  return address;
}

async function ensureHttp(
  { namespace, name }: FunctionName,
  spec: HttpSpec,
  triggers: readonly TriggerInfo[],
  context: DeployContext,
): Promise<void> {
  const { enableIntranet: EnableIntranet, enableExtranet: EnableExtranet } = spec.netConfig;
  const TriggerDesc = JSON.stringify({
    AuthType: spec.authType,
    NetConfig: { EnableIntranet, EnableExtranet },
    ...(spec.corsConfig && { CorsConfig: corsOf(spec.corsConfig) }),
  });
  // A function has one function URL for each version, and the cloud may have chosen its name.
  const found = triggers.find(({ Type }) => Type === "http");
  const request = { FunctionName: name, Namespace: namespace, Type: "http", TriggerDesc, Enable: "OPEN" };
  if (!found) {
    await createTrigger({ ...request, TriggerName: spec.name, Qualifier: spec.qualifier }, context);
  } else if (!hasHttp(found, spec)) {
    const { TriggerName = spec.name, Qualifier = spec.qualifier } = found;
    await updateTrigger({ ...request, TriggerName, Qualifier }, context);
  }
}

async function createTrigger(request: CreateTriggerRequest, context: DeployContext): Promise<void> {
  const name = nameIn(request);
  try {
    await changeWhenFree(name, context, () => context.account.scf.CreateTrigger(request));
  } catch (error) {
    // A cut connection hides whether the call before this one was carried out; if it was, the trigger is there.
    if (!describeFailure(error).code?.startsWith("ResourceInUse")) throw error;
    const { TriggerName, Type } = request;
    const triggers = await readTriggers(context.account, name);
    if (!triggers.some((one) => one.Type === Type && (Type === "http" || one.TriggerName === TriggerName)))
      throw error;
  }
}

async function updateTrigger(request: UpdateTriggerRequest, context: DeployContext): Promise<void> {
  const { scf } = context.account;
  await changeWhenFree(nameIn(request), context, () => scf.UpdateTrigger(request));
}

/** Removes a trigger; one that does not exist is not an error. */
export async function deleteTrigger(
  { namespace, name }: FunctionName,
  { TriggerName = "", Type = "", Qualifier }: TriggerInfo,
  context: DeployContext,
): Promise<void> {
  const { scf } = context.account;
  const request = { FunctionName: name, Namespace: namespace, TriggerName, Type };
  try {
    await changeWhenFree({ namespace, name }, context, () =>
      scf.DeleteTrigger({ ...request, ...(Qualifier && { Qualifier }) }),
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function nameIn(request: { FunctionName: string; Namespace?: string }): FunctionName {
  return { namespace: request.Namespace ?? "default", name: request.FunctionName };
}

function hasHttp(trigger: TriggerInfo, spec: HttpSpec): boolean {
  const { AuthType, NetConfig, CorsConfig } = triggerDescription(trigger);
  return (
    trigger.Enable === 1 &&
    AuthType === spec.authType &&
    isJsonObject(NetConfig) &&
    NetConfig["EnableExtranet"] === spec.netConfig.enableExtranet &&
    NetConfig["EnableIntranet"] === spec.netConfig.enableIntranet &&
    (spec.corsConfig === undefined || JSON.stringify(CorsConfig) === JSON.stringify(corsOf(spec.corsConfig)))
  );
}

function corsOf(cors: NonNullable<HttpSpec["corsConfig"]>): object {
  return {
    Enable: cors.enable,
    Origins: cors.origins,
    Methods: cors.methods,
    Headers: cors.headers,
    ExposeHeaders: cors.exposeHeaders,
    MaxAge: cors.maxAge,
    Credentials: cors.credentials,
  };
}

async function ensureTimer(
  { namespace, name }: FunctionName,
  spec: TimerSpec,
  triggers: readonly TriggerInfo[],
  context: DeployContext,
): Promise<void> {
  const found = triggers.find(({ Type, TriggerName }) => Type === "timer" && TriggerName === spec.name);
  const same =
    found?.Enable === (spec.enable ? 1 : 0) &&
    triggerDescription(found)["cron"] === spec.cronExpression &&
    (found.CustomArgument ?? "") === (spec.argument ?? "");
  if (same) return;
  const request = {
    FunctionName: name,
    Namespace: namespace,
    TriggerName: spec.name,
    Type: "timer",
    TriggerDesc: spec.cronExpression,
    Qualifier: spec.qualifier,
    Enable: spec.enable ? "OPEN" : "CLOSE",
    ...(spec.argument === undefined ? {} : { CustomArgument: spec.argument }),
  };
  if (found) await updateTrigger(request, context);
  else await createTrigger(request, context);
}
