import type { JsonObject } from "../../lib/json";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";

/** Invokes a function with an event and waits for its answer. @returns null if it has none */
export async function invokeWith(
  { scf }: Pick<Account, "scf">,
  { namespace, name }: FunctionName,
  event: JsonObject,
): Promise<unknown> {
  const { Result } = await scf.Invoke({
    ...{ FunctionName: name, Namespace: namespace, InvocationType: "RequestResponse" },
    ClientContext: JSON.stringify(event),
  });
  return JSON.parse(Result?.RetMsg || "null");
}
