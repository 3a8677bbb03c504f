import type { Environment } from "../lib/config";
import { openAccount } from "./deploy/account";
import { withDefaults } from "./deploy/deploy";
import { type FoundFunction, listOurFunctions } from "./deploy/our-functions";
import { serviceAddress, triggerDescription } from "./deploy/remote-function";

/** Prints what is deployed in the namespace: each function, its state, its triggers and its address. */
export async function printInfo(environment: Environment): Promise<void> {
  const env = withDefaults(environment);
  const account = openAccount(env, console.error);
  const found = await listOurFunctions(account, env["NAMESPACE"] ?? "");
  if (found.length === 0) {
    console.log(`Nothing is deployed in the namespace ${env["NAMESPACE"]} of ${account.region}.`);
    return;
  }
  for (const one of found) console.log(describe(one).join("\n"));
}

function describe({ name, remote, triggers }: FoundFunction): string[] {
  const { Status, Runtime, MemorySize, Timeout, Role, ModTime, ClsTopicId } = remote.description;
  const address = serviceAddress(remote, triggers);
  return [
    `${name.namespace}/${name.name}`,
    `  state: ${Status}, changed ${ModTime}`,
    `  runtime: ${Runtime}, ${MemorySize} MB, ${Timeout} s`,
    `  credentials: ${Role ? `role ${Role}` : "SECRET_ID and SECRET_KEY in its environment"}`,
    `  log: ${ClsTopicId ? `CLS topic ${ClsTopicId}` : "not delivered (no CLS topic)"}`,
    `  code: ${remote.variables["CODE_DIGEST"] ?? "unknown"}`,
    ...triggers
      .filter(({ Type }) => Type === "timer")
      .map((timer) => `  timer: ${timer.TriggerName} ${triggerDescription(timer)["cron"]}`),
    ...(address ? [`  Service address: ${address}`] : []),
  ];
}
