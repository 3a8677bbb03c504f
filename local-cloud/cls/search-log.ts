import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import type { SearchLogRequest } from "./models";
import { holdsPhrase, parseQuery } from "./query";
import type { LogRecord, Topic, Topics } from "./topics";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
/** The lines that can be had with one search and the Context of its answers; Offset has no such limit. */
const MAX_CHAIN = 10_000;
const CONTEXT_VALIDITY_MS = 3600 * 1000;

/** The SearchLog action, for raw logs of one topic. @param now milliseconds since 1970 @throws {ApiError} */
export function searchLog(request: SearchLogRequest, topics: Topics, now: number): object {
  const {
    TopicId,
    From,
    To,
    QueryString = "",
    QuerySyntax: _syntax,
    UseNewAnalysis: _new,
    ...rest
  } = request;
  const { Limit = DEFAULT_LIMIT, Sort = "desc", Offset, Context, HighLight: _light, ...others } = rest;
  refuseUnsupported(others);
  if (TopicId === undefined) throw new ApiError("MissingParameter", "TopicId is missing.");
  const topic = topics.find(TopicId);
  if (!topic) throw new ApiError("ResourceNotFound.TopicNotExist", `The topic ${TopicId} does not exist.`);
  if (Limit < 1 || Limit > MAX_LIMIT)
    throw new ApiError("InvalidParameter", `Limit must be 1 to ${MAX_LIMIT}.`);
  if (Sort !== "asc" && Sort !== "desc") throw new ApiError("InvalidParameter", "Sort must be asc or desc.");
  if (From > To) throw new ApiError("InvalidParameter", "From must not be after To.");
  if (Context && Offset !== undefined)
    throw new ApiError("InvalidParameter", "Context and Offset exclude each other.");
  const conditions = parseQuery(QueryString);
  const found = topic.records.filter(
    ({ time, fields }) =>
      time >= From &&
      time <= To &&
      conditions.every(({ field, words }) => holdsPhrase(fields.get(field) ?? "", words)),
  );
  // Delivered in the order of their times, so that this is their order.
  if (Sort === "desc") found.reverse();
  const { start, first } = Context ? readContext(Context, now) : { start: Offset ?? 0, first: Offset ?? 0 };
  const last = first + MAX_CHAIN;
  const page = found.slice(start, Math.min(start + Limit, last));
  const end = start + page.length;
  return {
    Context: writeContext({ start: end, first }, now),
    // How the real service ends such a chain is not documented.
    ListOver: end >= Math.min(found.length, last),
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

/** Where a page of a chain begins, and where the chain began. */
interface Position {
  readonly start: number;
  readonly first: number;
}

function writeContext({ start, first }: Position, now: number): string {
  return Buffer.from(`context-${start}-${first}-${now}`).toString("base64");
}

function readContext(context: string, now: number): Position {
  const text = Buffer.from(context, "base64").toString();
  const [, start, first, time] = /^context-(\d+)-(\d+)-(\d+)$/.exec(text) ?? [];
  if (time !== undefined && now - Number(time) <= CONTEXT_VALIDITY_MS)
    return { start: Number(start), first: Number(first) };
  throw new ApiError("FailedOperation.InvalidContext", "Context is not valid or is older than an hour.");
}
