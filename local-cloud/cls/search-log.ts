import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import type { SearchLogRequest } from "./models";
import { parseQuery } from "./query";
import type { LogRecord, Topic, Topics } from "./topics";

const DEFAULT_LIMIT = 100;
const MAX_COUNT = 1000;

/** The SearchLog action, for raw logs of one topic. @throws {ApiError} */
export function searchLog(request: SearchLogRequest, topics: Topics): object {
  const {
    TopicId,
    From,
    To,
    QueryString = "",
    QuerySyntax: _syntax,
    UseNewAnalysis: _new,
    ...rest
  } = request;
  const { Limit = DEFAULT_LIMIT, Sort = "desc", Offset = 0, Context, HighLight: _light, ...others } = rest;
  refuseUnsupported(others);
  if (TopicId === undefined) throw new ApiError("MissingParameter", "TopicId is missing.");
  const topic = topics.find(TopicId);
  if (!topic) throw new ApiError("ResourceNotFound.TopicNotExist", `There is no topic ${TopicId}.`);
  if (Limit < 1 || Limit > MAX_COUNT)
    throw new ApiError("InvalidParameter", `Limit must be 1 to ${MAX_COUNT}.`);
  if (Sort !== "asc" && Sort !== "desc") throw new ApiError("InvalidParameter", "Sort must be asc or desc.");
  if (From > To) throw new ApiError("InvalidParameter", "From must not be after To.");
  const conditions = parseQuery(QueryString);
  const found = topic.records.filter(
    ({ time, fields }) =>
      time >= From && time <= To && conditions.every(({ field, value }) => fields.get(field) === value),
  );
  // Delivered in the order of their times, so that this is their order.
  if (Sort === "desc") found.reverse();
  const start = Context ? readContext(Context) : Offset;
  const page = found.slice(start, start + Limit);
  const end = start + page.length;
  return {
    Context: writeContext(end),
    ListOver: end >= found.length,
    Analysis: false,
    ColNames: [],
    Columns: null,
    Results: page.map((record) => resultOf(record, topic)),
    AnalysisResults: [],
    AnalysisRecords: null,
    SamplingRate: 0,
    Topics: null,
  };
}

function resultOf({ time, fields }: LogRecord, { topicId, name }: Topic): object {
  return {
    Time: time,
    TopicId: topicId,
    TopicName: name,
    Source: "",
    FileName: "",
    HostName: "",
    PkgId: "",
    PkgLogId: "",
    HighLights: [],
    LogJson: JSON.stringify({ ...parsed(fields.get("SCF_Message") ?? ""), ...Object.fromEntries(fields) }),
    RawLog: "",
    IndexStatus: "",
  };
}

/**
 * A line that is JSON is parsed one level deep (docs/tencent-protocols.md#function-log); that its text stays
 * too is our reading.
 */
function parsed(message: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(message);
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(
      entries.map(([name, field]) => [name, typeof field === "string" ? field : JSON.stringify(field)]),
    );
  } catch {
    return {};
  }
}

function writeContext(position: number): string {
  return Buffer.from(`context-${position}`).toString("base64");
}

function readContext(context: string): number {
  const [, position] = /^context-(\d+)$/.exec(Buffer.from(context, "base64").toString()) ?? [];
  if (position === undefined) throw new ApiError("FailedOperation.InvalidContext", "Context is not valid.");
  return Number(position);
}
