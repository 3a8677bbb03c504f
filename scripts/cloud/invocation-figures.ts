import { isJsonObject } from "../../lib/json";
import { type Account, CallError } from "./account";
import { explain } from "./explain";
import type { FunctionName } from "./function-names";

/** What `doctor` reports of it. */
export interface InvocationReport {
  readonly findings: readonly { readonly problem: string; readonly remedy: string }[];
  readonly notes: readonly string[];
}

const PERIOD_S = 3600;
const BEIJING_MS = 8 * 3_600_000;
const NOT_COUNTED = "Throttled and failed invocations of the last day were not counted: ";

/**
 * Counts the invocations that found no instance, or failed, by the monitoring service
 * (docs/tencent-protocols.md#metrics). If it can't be asked, a note says so.
 * @param names of functions to which nothing is sent again
 * @param from milliseconds since 1970, as `to`
 */
export async function reportInvocations(
  account: Pick<Account, "monitor">,
  names: readonly FunctionName[],
  from: number,
  to: number,
): Promise<InvocationReport> {
  const findings: InvocationReport["findings"][number][] = [];
  try {
    for (const name of names) {
      const throttled = await sumOf("Throttle", account, name, from, to);
      if (throttled > 0) {
        const problem = `Invocations of ${name.name} that found no free instance in the last day (432): ${throttled}.`;
        findings.push({ problem, remedy: LOST });
      }
      const failed = await sumOf("Error", account, name, from, to);
      if (failed > 0) {
        const problem = `Invocations of ${name.name} that failed in the last day: ${failed}.`;
        findings.push({ problem, remedy: FAILED });
      }
    }
    return { findings, notes: [] };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const reason = /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/.test(error.code ?? "")
      ? "these credentials lack the permission monitor:GetMonitorData."
      : explain(error).split("\n").join(" ");
    return { findings, notes: [NOT_COUNTED + reason] };
  }
}

const LOST =
  "VOD does not send them again. Process what was lost: ./vod-receiver reconcile --since 1d. Then use the reliable " +
  "callback, or raise the limit: CONCURRENCY=<instances> bash installer.sh";
const FAILED =
  "Look for the reason: ./vod-receiver logs --since 1d. Process what was lost: ./vod-receiver reconcile --since 1d";

async function sumOf(
  MetricName: string,
  { monitor }: Pick<Account, "monitor">,
  { namespace, name }: FunctionName,
  from: number,
  to: number,
): Promise<number> {
  const dimensions = { namespace, functionName: name };
  const answer: unknown = await monitor.request("GetMonitorData", {
    Namespace: "QCE/SCF_V2",
    MetricName,
    Period: PERIOD_S,
    StartTime: isoTime(from),
    EndTime: isoTime(to),
    Instances: [{ Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }],
  });
  const points = isJsonObject(answer) && Array.isArray(answer["DataPoints"]) ? answer["DataPoints"] : [];
  const values = points.flatMap((point) => (isJsonObject(point) ? point["Values"] : []));
  return values.reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);
}

/** In the form of the official examples. */
function isoTime(ms: number): string {
  return `${new Date(ms + BEIJING_MS).toISOString().slice(0, 19)}+08:00`;
}
