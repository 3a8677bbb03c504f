import type { JsonObject } from "../../lib/json";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { Account } from "../cloud/account";
import { invokeWith } from "../cloud/invoke";
import type { FoundFunction } from "../cloud/our-functions";
import { printError } from "../terminal/output";
import type { ReplayContext } from "./replay-context";

/** The most ids that one request takes (docs/reference.md#administration). */
const MAX_IDS = 100;

/**
 * Has the retry function log that events were replayed, so that `doctor` and the next `replay` leave them out. If that
 * fails, a notice is printed: replaying them again starts nothing twice.
 * @param ids of their records
 */
export async function settle(ids: readonly string[], { account, functions }: ReplayContext): Promise<void> {
  const retry = functions.find(({ entryPoint }) => entryPoint === "retry");
  if (ids.length === 0 || !retry) return;
  try {
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const batch = ids.slice(at, at + MAX_IDS);
      const answer = await invokeWith(account, retry.name, { VodReceiver: { action: "settle", ids: batch } });
      if (answer["settled"] !== batch.length) throw new Error("the function does not know how; deploy again");
    }
  } catch (error) {
    const { code, message } = describeFailure(error);
    printError(
      `The log could not be updated with the events that are done (${code ?? message}). They will be listed again, and nothing of them is started twice.`,
    );
  }
}

/** Has the retry function process a notification now, so that its log shows that. @returns why it failed */
export async function processInRetry(
  notification: JsonObject,
  retry: FoundFunction,
  account: Account,
): Promise<string | undefined> {
  const answer = await invokeWith(account, retry.name, notification);
  return answer["outcome"] === "done"
    ? undefined
    : `the function ${retry.name.name} could not process it; its log has the reason`;
}
