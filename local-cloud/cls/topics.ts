import { randomUUID } from "node:crypto";
import type { LogLine } from "../scf/runtime/functions";

/** One line of a log, as it was delivered. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly fields: ReadonlyMap<string, string>;
}

/** A log topic. */
export interface Topic {
  readonly logsetId: string;
  readonly topicId: string;
  readonly name: string;
  readonly records: LogRecord[];
}

/** How much one topic keeps here: enough for a trial. */
const MAX_RECORDS = 100_000;

/** The fields that a query can name. */
export const INDEXED_FIELDS: ReadonlySet<string> = new Set([
  ...["SCF_FunctionName", "SCF_Namespace", "SCF_Qualifier", "SCF_Alias", "SCF_RequestId", "SCF_StartTime"],
  ...[
    "SCF_LogTime",
    "SCF_Duration",
    "SCF_MemUsage",
    "SCF_Level",
    "SCF_Message",
    "SCF_Type",
    "SCF_StatusCode",
  ],
  "SCF_RetryNum",
]);

/** The log topics of one region. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  #default: Topic | undefined;

  /** The one topic that SCF makes for all functions whose log it is asked to deliver. */
  default(): Topic {
    this.#default ??= this.#create("SCF_logtopic");
    return this.#default;
  }

  find(topicId: string): Topic | undefined {
    return this.#topics.get(topicId);
  }

  /** Delivers a function's line; delivered lines stay, also if the function is removed. */
  deliver(topicId: string, line: LogLine): void {
    const records = this.find(topicId)?.records;
    records?.push({ time: line.time, fields: fieldsOf(line) });
    if (records && records.length > MAX_RECORDS) records.shift();
  }

  #create(name: string): Topic {
    const topic = { logsetId: randomUUID(), topicId: randomUUID(), name, records: [] };
    this.#topics.set(topic.topicId, topic);
    return topic;
  }
}

/**
 * The documented fields (docs/tencent-protocols.md#function-log); how a request that is running has its
 * numbers is not known.
 */
function fieldsOf(line: LogLine): Map<string, string> {
  const { invocation } = line;
  const fields: [string, string][] = [
    ["SCF_FunctionName", line.functionName],
    ["SCF_Namespace", line.namespace],
    ["SCF_Qualifier", "$LATEST"],
    ["SCF_Alias", "$DEFAULT"],
    ["SCF_RequestId", line.requestId],
    ["SCF_StartTime", String(line.startTime)],
    ["SCF_LogTime", String(line.time)],
    ["SCF_Duration", String(invocation?.durationMs ?? 0)],
    ["SCF_MemUsage", String(invocation?.memoryMb ?? 0)],
    ["SCF_Level", line.isPlatform && line.text.startsWith("ERROR ") ? "ERROR" : "INFO"],
    ["SCF_Message", line.text],
    ["SCF_Type", line.isPlatform ? "Platform" : "Custom"],
    ["SCF_StatusCode", String(invocation ? (invocation.error?.statusCode ?? 200) : 202)],
    ["SCF_RetryNum", String(line.retryNum)],
  ];
  return new Map(fields);
}
