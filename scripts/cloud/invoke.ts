import { isJsonObject, type JsonObject } from "../../lib/json";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";

/** Invokes a function with an event and waits. @returns its answer; an empty object if it failed or has no such answer */
export async function invokeWith(
  { scf }: Pick<Account, "scf">,
  { namespace, name }: FunctionName,
  event: JsonObject,
): Promise<JsonObject> {
  const { Result } = await scf.Invoke({
    ...{ FunctionName: name, Namespace: namespace, InvocationType: "RequestResponse" },
    ClientContext: JSON.stringify(event),
  });
  // A failed invocation has the platform's error in its place.
  if (Result?.InvokeResult) return {};
  try {
    const answer: unknown = JSON.parse(Result?.RetMsg || "null");
    return isJsonObject(answer) ? answer : {};
  } catch {
    return {};
  }
}
