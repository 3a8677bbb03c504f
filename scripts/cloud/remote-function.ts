import type {
  GetFunctionResponse,
  TriggerInfo,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { escapeControls } from "../../lib/log/log";
import { redact, secretsOf } from "../../lib/log/redact";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";

/** A function as the cloud describes it. */
export interface RemoteFunction {
  readonly description: GetFunctionResponse;
  readonly variables: Readonly<Record<string, string>>;
}

/** The variable that marks a function as ours; its value is the entry point. */
export const MARKER = "VOD_RECEIVER";

/** Reads a function; undefined if it does not exist. */
export async function readFunction(
  { scf }: Pick<Account, "scf">,
  { namespace, name }: FunctionName,
): Promise<RemoteFunction | undefined> {
  try {
    const description = await scf.GetFunction({
      FunctionName: name,
      Namespace: namespace,
      ShowCode: "FALSE",
    });
    const pairs: unknown = description.Environment?.Variables ?? [];
    // Read as nothing, an answer of another form would stand for a function that is not there.
    if (typeof description.FunctionName !== "string" || !isPairs(pairs))
      throw new Error(`SCF's answer about ${namespace}/${name} can't be read. Run this again.`);
    return { description, variables: Object.fromEntries(pairs.map(({ Key, Value }) => [Key, Value])) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isPairs(value: unknown): value is readonly { readonly Key: string; readonly Value: string }[] {
  const isPair = (one: unknown) => isJsonObject(one) && typeof one["Key"] === "string";
  return Array.isArray(value) && value.every(isPair);
}

/** Whether an API call failed because its subject does not exist. */
export function isMissing(error: unknown): boolean {
  return describeFailure(error).code?.startsWith("ResourceNotFound") ?? false;
}

/** A message of the platform about a function, in one line, with the user's and the function's secrets redacted. */
export function redactPlatformMessage(
  text: string,
  { secrets }: Account,
  { variables }: RemoteFunction,
): string {
  return escapeControls(redact(text, [...secrets, ...secretsOf(undefined, variables)]));
}

/** All triggers of a function. */
export async function readTriggers(
  { scf }: Pick<Account, "scf">,
  { namespace, name }: FunctionName,
): Promise<readonly TriggerInfo[]> {
  const { Triggers } = await scf.ListTriggers({ FunctionName: name, Namespace: namespace, Limit: 100 });
  return Triggers ?? [];
}

/** A trigger's description, which is JSON in a string. */
export function triggerDescription(trigger: TriggerInfo): JsonObject {
  try {
    const description: unknown = JSON.parse(trigger.TriggerDesc ?? "");
    return isJsonObject(description) ? description : {};
  } catch {
    return {};
  }
}

/**
 * The address of a function URL, without the token. It is read, never composed: it does not follow from a trigger's
 * name (docs/tencent-protocols.md#http-triggers).
 */
export function addressOf(triggers: readonly TriggerInfo[]): string | undefined {
  for (const trigger of triggers) {
    if (trigger.Type !== "http") continue;
    const { NetConfig } = triggerDescription(trigger);
    const url = isJsonObject(NetConfig) ? NetConfig["ExtranetUrl"] : undefined;
    if (typeof url === "string" && url !== "") return url;
  }
  return undefined;
}

/** The address as VOD has it: with the token, if the function has one. */
export function serviceAddress(
  { variables }: RemoteFunction,
  triggers: readonly TriggerInfo[],
): string | undefined {
  const url = addressOf(triggers);
  return url && withToken(url, variables["PATH_TOKEN"]);
}

/** A function URL with the path token appended, if there is one. */
export function withToken(url: string, token: string | undefined): string {
  return token ? `${url.replace(/\/$/, "")}/${token}` : url;
}

/** Whether two addresses lead to the same function; one slash at the end makes no difference. */
export function isSameAddress(one = "", other = ""): boolean {
  return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}
