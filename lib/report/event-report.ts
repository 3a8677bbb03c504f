import type { VodEvent } from "../event/event";
import type { Identity } from "../event/identity";
import { hasNotEnded } from "../event/task-state";
import { integer, text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { DeletedPart } from "./deletion";
import type { Field, FieldGroup } from "./fields";
import type { Part, Parts } from "./parts";
import { reportId } from "./report-id";

/** `processing` until a task has ended; `finished` if only some of its results succeeded. */
type ReportState = "processing" | "succeeded" | "failed" | "finished";

/** An event as plain data, for everything that it is delivered to (docs/reference.md#event-report). */
export interface EventReport {
  /** Equal for the same event, however often and by whatever path it arrives. */
  readonly id: string;
  readonly eventType: string;
  /** Whether the tables have the type. If not, `details` has what was found in the payload. */
  readonly known: boolean;
  readonly state?: ReportState;
  readonly taskId?: string;
  readonly fileId?: string;
  /** What a new file was made from. */
  readonly sourceFileId?: string;
  readonly subAppId?: number;
  readonly sessionContext?: string;
  /** What the uploader attached to the file. */
  readonly sourceContext?: string;
  readonly correlationId?: string;
  readonly file?: ReportedFile;
  readonly error?: ReportedError;
  /** Files that were deleted as a whole. */
  readonly deletedFileIds?: readonly string[];
  readonly deletedParts?: readonly DeletedPart[];
  readonly results: readonly ReportedResult[];
  /** What else the event reports, such as the suggestion of a content review. */
  readonly details?: readonly Detail[];
}

/** The file that was uploaded, pulled or processed. */
interface ReportedFile extends Measures {
  readonly name?: string;
  /** Such as mp4. */
  readonly type?: string;
  /** Such as Video. */
  readonly category?: string;
  readonly url?: string;
  readonly coverUrl?: string;
  readonly sourceType?: string;
}

interface ReportedError {
  readonly code?: string;
  readonly codeExt?: string;
  readonly message?: string;
}

/** One output, or one task of a task flow. */
interface ReportedResult extends Measures {
  /** Such as `Transcode` or `AiContentReview.Porn`. */
  readonly kind: string;
  readonly definition?: number;
  /** From 0, within kind and definition. */
  readonly index: number;
  readonly state?: Exclude<ReportState, "finished">;
  readonly urls: readonly string[];
  /** Of the output, if it is a file of its own. */
  readonly fileId?: string;
  readonly error?: ReportedError;
  readonly details?: readonly Detail[];
}

interface Measures {
  readonly sizeBytes?: number;
  readonly durationSeconds?: number;
  readonly width?: number;
  readonly height?: number;
  readonly bitrate?: number;
  readonly md5?: string;
}

interface Detail {
  readonly name: string;
  readonly value: string;
}

/** What a report has in addition to the event. */
export interface ReportContext {
  readonly subAppId?: number | undefined;
  /** The request that brought an upload, which its tasks' events bring back. */
  readonly requestId: string;
  readonly identity: Identity;
}

const INPUT_URLS = new Set(["SourceUrl", "RecordUrl"]);

/** Makes the report of an event from its parts. */
export function toReport(
  event: VodEvent,
  parts: Parts,
  { subAppId, requestId, identity }: ReportContext,
): EventReport {
  const { eventType, known } = event;
  const payload: JsonObject = event.payload;
  const [first] = parts.parts;
  const own = first?.isItem ? undefined : first;
  const { fileId, taskId, sourceFileId, correlationId } = identity;
  const { results, rest } = resultsOf(parts, eventType === "NewFileUpload" || eventType === "PullComplete");
  const file = known ? fileOf(payload) : undefined;
  const report = compact({
    eventType,
    known,
    state: known ? stateOf(own, results) : undefined,
    ...{ taskId, fileId, sourceFileId, subAppId },
    sessionContext: text(payload["SessionContext"]),
    sourceContext: text(objectAt(payload, "MediaBasicInfo", "SourceInfo")["SourceContext"]),
    correlationId: (eventType === "NewFileUpload" && text(requestId)) || correlationId,
    file,
    error: own && errorOf(own),
    ...(parts.deletion && deletedOf(parts.deletion)),
    results,
    details: parts.deletion ? undefined : detailsOf(withoutFile(rest, file)),
  });
  return { id: reportId(report, payload), ...report };
}

/** The fields whose values the file does not have. */
function withoutFile(fields: readonly Field[], file: ReportedFile = {}): Field[] {
  const values = new Set(Object.values(file).map(String));
  return fields.filter(({ value }) => !values.has(value));
}

function stateOf(own: Part | undefined, results: readonly ReportedResult[]): ReportState | undefined {
  const word = own?.state;
  if (hasNotEnded(word)) return "processing";
  if (word === "failed" || word === "is aborted") return "failed";
  const hasEnded = word === "succeeded" || word === "finished" || (own === undefined && results.length > 0);
  if (!hasEnded) return undefined;
  const succeeded = results.filter(({ state }) => state === "succeeded").length;
  if (results.length > 0 && succeeded === 0) return "failed";
  return word === "succeeded" || (results.length > 0 && succeeded === results.length)
    ? "succeeded"
    : "finished";
}

type Unnumbered = Omit<ReportedResult, "index">;

/** @returns the results, and the fields of the event itself that stand in none of them */
function resultsOf(
  { parts, deletion }: Parts,
  isUpload: boolean,
): { results: ReportedResult[]; rest: Field[] } {
  const found: Unnumbered[] = [];
  const rest: Field[] = [];
  const hasItems = parts.some(({ isItem }) => isItem);
  for (const part of parts) {
    if (part.isItem) found.push(itemResult(part));
    else if (hasItems || isUpload || deletion) rest.push(...fieldsOf(part));
    else for (const group of outputGroups(part, rest)) found.push(outputResult(part, group));
  }
  const counts = new Map<string, number>();
  const results = found.map(({ kind, definition, ...result }) => {
    const key = `${kind} ${definition ?? ""}`;
    const index = counts.get(key) ?? 0;
    counts.set(key, index + 1);
    return { kind, ...(definition !== undefined && { definition }), index, ...result };
  });
  return { results, rest };
}

/** An item that succeeds or fails by itself is one result. */
function itemResult(part: Part): Unnumbered {
  return outputResult(part, {
    fields: fieldsOf(part),
    source: [part.source, ...part.groups.map(({ source }) => source)],
  });
}

/** A task without items has a result for each group of fields with an output: a URL, or a file that was made. */
function outputGroups(part: Part, rest: Field[]): FieldGroup[] {
  const made = part.head.filter(({ isOutput }) => isOutput);
  const groups = [...part.groups];
  const [first] = groups;
  if (first !== undefined && first.source === part.source)
    groups[0] = { ...first, fields: [...made, ...first.fields] };
  else groups.unshift({ fields: made, source: part.source });
  // An unknown type does not show which URLs are outputs, and its head is its name.
  const isUnknown = part.title === "";
  if (!isUnknown) rest.push(...part.head.filter((field) => isOwn(field) && !field.isOutput));
  return groups.filter(({ fields }) => {
    const hasOutput = urlsIn(fields).length > 0 || fields.some(isOutputFile);
    const isResult = hasOutput && !isUnknown && part.state !== "failed";
    if (!isResult) rest.push(...fields);
    return isResult;
  });
}

function outputResult(part: Part, { fields, source }: FieldGroup): Unnumbered {
  const definition = Number(fields.concat(part.head).find(({ label }) => label === "Definition")?.value);
  const file = fields.find(isOutputFile);
  return compact({
    kind: part.title.replace(/:.*/, "").replace(" ", "."),
    definition: definition > 0 ? definition : undefined,
    state: RESULT_STATES.get(part.state ?? ""),
    urls: urlsIn(fields),
    fileId: file?.value,
    error: errorOf(part),
    ...measuresOf(source),
    details: detailsOf(
      fields.filter((field) => field !== file && !isUrl(field) && field.label !== "Definition"),
    ),
  });
}

const RESULT_STATES = new Map<string, NonNullable<ReportedResult["state"]>>([
  ["is processing", "processing"],
  ["is waiting", "processing"],
  ["succeeded", "succeeded"],
  ["failed", "failed"],
  ["is aborted", "failed"],
]);

/** A part's fields, without the identities that the report itself has. */
function fieldsOf({ head, groups }: Part): Field[] {
  return [...head.filter(isOwn), ...groups.flatMap(({ fields }) => fields)];
}

function isOwn({ label, isOutput }: Field): boolean {
  return isOutput === true || !["TaskId", "FileId", "SourceFileId"].includes(label);
}

function isUrl({ label }: Field): boolean {
  return label.endsWith("Url") && !INPUT_URLS.has(label);
}

function urlsIn(fields: readonly Field[]): string[] {
  return fields.filter(isUrl).map(({ value }) => value);
}

function isOutputFile({ label, isOutput }: Field): boolean {
  return isOutput === true && (label === "FileId" || label === "OutputFileId");
}

/** What stands nowhere else in the report. */
function detailsOf(fields: readonly Field[]): readonly Detail[] | undefined {
  const details = fields
    .filter(({ isWithin }) => !isWithin)
    .map(({ label, value }) => ({ name: label, value }));
  return details.length > 0 ? details : undefined;
}

function errorOf({ error }: Part): ReportedError | undefined {
  if (error.length === 0) return undefined;
  const find = (wanted: string) => error.find(({ label }) => label === wanted)?.value;
  return compact({ code: find("ErrCode"), codeExt: find("ErrCodeExt"), message: find("Message") });
}

function deletedOf(files: ReadonlyMap<string, readonly DeletedPart[]>) {
  return {
    deletedFileIds: [...files].flatMap(([fileId, parts]) => (parts.length === 0 ? [fileId] : [])),
    deletedParts: [...files.values()].flat(),
  };
}

/** An upload has `MediaBasicInfo` and `MetaData`; a task flow has a name and a URL beside its `MetaData`. */
function fileOf(payload: JsonObject): ReportedFile | undefined {
  const info = objectAt(payload, "MediaBasicInfo");
  const file = compact({
    name: text(info["Name"]) ?? text(payload["FileName"]),
    type: text(info["Type"]),
    category: text(info["Category"]),
    url: text(info["MediaUrl"]) ?? text(payload["FileUrl"]),
    coverUrl: text(info["CoverUrl"]),
    ...measuresOf(payload["MetaData"]),
    sourceType: text(objectAt(info, "SourceInfo")["SourceType"]),
  });
  return Object.keys(file).length > 0 ? file : undefined;
}

/** The measures that an output, or its `MetaData`, has; of several sources the first that has one counts. */
function measuresOf(source: unknown): Measures {
  const places = (Array.isArray(source) ? source : [source]).filter(isJsonObject).flatMap((item) => {
    const output = objectAt(item, "Output");
    return [output, objectAt(output, "MetaData"), item, objectAt(item, "MetaData")];
  });
  const find = <Value>(name: string, read: (value: unknown) => Value | undefined) => {
    for (const place of places) {
      const value = read(place[name]);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return compact({
    sizeBytes: find("Size", integer),
    durationSeconds: find("Duration", finite),
    width: find("Width", integer),
    height: find("Height", integer),
    bitrate: find("Bitrate", integer),
    md5: find("Md5", text),
  });
}

function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function objectAt(value: JsonObject, ...names: readonly string[]): JsonObject {
  let found: unknown = value;
  for (const name of names) found = isJsonObject(found) ? found[name] : undefined;
  return isJsonObject(found) ? found : {};
}

type Compact<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** The same without the members that are undefined. */
function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Compact<T>;
}
