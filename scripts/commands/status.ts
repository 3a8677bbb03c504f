import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { describeWork } from "../../lib/handlers/start-request";
import { redact, secretsOf } from "../../lib/log/redact";
import { readTarget } from "../cloud/target";
import { outputsShown } from "../cloud/work-items";
import { openReplayContext, type ReplayContext } from "../replay/replay-context";
import { resolveForFile } from "../replay/resolve-for-file";
import { print } from "../terminal/output";

/**
 * Prints what VOD shows of a file: its status in the words of the VOD console, our task flows and its outputs; and what
 * the configuration would start for it.
 * @returns whether VOD has the file
 */
export async function printStatus(environment: Environment, fileId: string): Promise<boolean> {
  const context = await openReplayContext(readTarget(environment), systemClock);
  const found = await resolveForFile(context.account.vod, fileId, context.config);
  const { state } = found;
  const { media, running, flows } = state;
  if (!media) {
    print(`${fileId}: VOD does not have this file in this application. Check the FileId and SUBAPPID.`);
    return false;
  }
  const { Name = "", Type = "", CreateTime = "", MediaUrl = "" } = media.BasicInfo ?? {};
  print(
    `${fileId}: ${running.length > 0 ? "Processing" : "Normal"}`,
    `  name: ${Name} (${Type}), ${CreateTime}`,
  );
  print(`  source: ${MediaUrl}`);
  for (const { session, status, failures } of flows) {
    const errors = failures.map(({ item, error }) => `${item}: ${error}`).join("; ");
    print(`  task flow ${session}: ${status}${errors ? `, failed: ${errors}` : ""}`);
  }
  if (state.otherTaskFlow) print(`  another task flow: ${state.otherTaskFlow}`);
  for (const { item, url } of outputsShown(media)) print(`  ${item}: ${url}`);
  if ("reason" in found) print(`  The configuration starts nothing: ${found.reason}`);
  else if ("work" in found.plan) print(`  Not made yet: ${describeWork(found.plan.work)}`);
  else print(`  Nothing to do: ${found.plan.nothing}`);
  print(...(await describeRecorded(fileId, context)).map((line) => `  ${line}`));
  return true;
}

/** What the user's database has of the file; nothing if events are not recorded. */
async function describeRecorded(fileId: string, { functions, target }: ReplayContext): Promise<string[]> {
  const { RECORD_URL, RECORD_CA } = target.env;
  const kept = functions.flatMap(({ remote }) => remote.variables["RECORD_URL"] ?? []);
  const url = RECORD_URL || kept[0];
  if (!url) return [];
  const { describeFileRows } = await import("../database/file-rows");
  try {
    return await describeFileRows(fileId, url, RECORD_CA);
  } catch (error) {
    const reason = error instanceof Error ? error.message || String(Object(error).code) : String(error);
    const clean = redact(reason, secretsOf(undefined, { ...target.env, RECORD_URL: url }));
    return [`database: it can't be read from this machine (${clean})`];
  }
}
