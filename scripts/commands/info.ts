import type { Environment } from "../../lib/config";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import { type Account, openAccount } from "../cloud/account";
import { applicationOf } from "../cloud/deployed-config";
import { type FoundFunction, listInstalled, nothingInstalled } from "../cloud/our-functions";
import { serviceAddress, triggerDescription } from "../cloud/remote-function";
import { readTarget, type Target } from "../cloud/target";
import { countOfEvents, NOT_IN_USE, readEventConfig } from "../cloud/vod-events";
import { print, printError } from "../terminal/output";

/** Prints what is deployed: each function, its state, its triggers, its address and its queue. */
export async function printInfo(environment: Environment): Promise<void> {
  const target = readTarget(environment);
  const account = openAccount(target, printError);
  const found = await listInstalled(account, target);
  if (found.length === 0) return print(`${nothingInstalled(target)}.`);
  // The address comes last, where it is easy to find.
  for (const one of [...found].reverse()) {
    print(...describe(one));
    if (one.entryPoint === "reliable") print(...(await describeQueue(account, one, target)));
  }
}

function describe({ name, remote, triggers }: FoundFunction): string[] {
  const { Status, Runtime, MemorySize, Timeout, Role, ModTime, ClsTopicId } = remote.description;
  const address = serviceAddress(remote, triggers);
  return [
    `${name.namespace}/${name.name}`,
    `  state: ${Status}, changed ${ModTime?.replace(" ", "T")}+08:00`,
    `  runtime: ${Runtime}, ${MemorySize} MB, ${Timeout} s`,
    `  credentials: ${Role ? `role ${Role}` : "SECRET_ID and SECRET_KEY in its environment"}`,
    `  log: ${ClsTopicId ? `CLS topic ${ClsTopicId}` : "not delivered (no CLS topic)"}`,
    `  code: ${remote.variables["CODE_DIGEST"] ?? "unknown"}`,
    ...triggers
      .filter(({ Type }) => Type === "timer")
      .map((timer) => {
        const off = timer.Enable === 1 ? "" : " (disabled)";
        return `  timer: ${timer.TriggerName} ${triggerDescription(timer)["cron"]}${off}`;
      }),
    ...(address ? [`  Service address: ${address}`] : []),
  ];
}

/** VOD's count of its queue. If VOD does not answer, the other lines are still printed. */
async function describeQueue(account: Account, reliable: FoundFunction, target: Target): Promise<string[]> {
  try {
    const application = applicationOf([reliable], target);
    const waiting = await countOfEvents(account, application);
    const { Mode } = await readEventConfig(account, application);
    return [
      "count" in waiting
        ? `  queue: ${waiting.count} events about three minutes ago`
        : `  queue: unknown (${waiting.unknown})`,
      ...(Mode === "PULL" ? [] : [`  ${NOT_IN_USE}`]),
    ];
  } catch (error) {
    return [`  queue: unknown (${describeFailure(error).message})`];
  }
}
