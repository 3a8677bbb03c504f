import type { Config, ConfiguredWork, Rule } from "../config";
import { integer, text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { Redact } from "../log/redact";
import { type Sides, shortSideOf } from "./presets";

/** What is known of a file, from a notification or from DescribeMediaInfos; any of it may be missing. */
export interface FileTraits {
  /** `MediaBasicInfo` */
  readonly info: unknown;
  /** `MetaData` */
  readonly metaData: unknown;
  /** The task flow that the file was uploaded with. */
  readonly taskFlow?: unknown;
}

/** What a file is to start, or why nothing. */
export type Resolved = { readonly work: ConfiguredWork } | { readonly reason: string };

/** Types that VOD takes for images, or that have neither picture nor sound (docs/tencent-protocols.md#media-types). */
const NO_MEDIA: Readonly<Record<string, string>> = {
  ...namesOf("Image", "jpg jpeg png gif bmp webp tif tiff heic svg"),
  ...namesOf("Subtitle", "srt vtt ass ssa"),
  ...namesOf("Document", "pdf doc docx xls xlsx ppt pptx txt"),
};

/**
 * Decides what a file starts: the filters first, then its category, then the rules; the first rule whose `match` holds
 * replaces the configured work. At last preset templates that are taller than the source are left out, if that is
 * configured.
 * @param clean redacts what comes from outside
 */
export function resolveWork(
  config: Config,
  { info, metaData, taskFlow }: FileTraits,
  clean: Redact = (text) => text,
): Resolved {
  const basicInfo = objectOf(info);
  const flow = text(taskFlow);
  if (config.skipWithTaskFlow && flow)
    return { reason: `it was uploaded with its own task flow (${clean(flow)})` };
  const source = text(objectOf(basicInfo["SourceInfo"])["SourceType"]);
  const { sourceTypes, fileTypes, categories } = config;
  if (sourceTypes && !has(sourceTypes, source))
    return { reason: `source_types does not contain its source (${clean(source ?? "unknown")})` };
  const type = text(basicInfo["Type"])?.toLowerCase();
  if (fileTypes && !has(fileTypes, type))
    return { reason: `file_types does not contain its type (${clean(type ?? "unknown")})` };
  const given = text(basicInfo["Category"]);
  const byType = type !== undefined && Object.hasOwn(NO_MEDIA, type) ? NO_MEDIA[type] : undefined;
  const category = given ?? byType;
  // What is unknown may be media.
  if (category !== undefined && !has(categories, category))
    return { reason: `categories does not contain its category (${clean(category)})` };
  const size = sidesOf(metaData);
  const facts: Facts = {
    ...{ category, source, type },
    classId: integer(basicInfo["ClassId"]),
    height: size?.short,
    duration: numberOf(objectOf(metaData)["Duration"]),
  };
  const index = config.rules.findIndex(({ match }) => holds(match, facts));
  const rule: Rule | undefined = config.rules[index];
  if (rule && !rule.work) return { reason: `rules[${index}] skips it` };
  const work = rule?.work ?? config.work;
  if (!work) return { reason: "the configuration starts nothing for it" };
  return { work: config.skipUpscaling && size ? withoutUpscaling(work, size) : work };
}

interface Facts {
  readonly category: string | undefined;
  readonly source: string | undefined;
  readonly type: string | undefined;
  readonly classId: number | undefined;
  readonly height: number | undefined;
  readonly duration: number | undefined;
}

/** Whether all conditions hold; what is not known matches none. */
function holds(match: JsonObject, { category, source, type, classId, height, duration }: Facts): boolean {
  const isIn = (value: unknown) => (list: unknown) => Array.isArray(list) && list.includes(value);
  const conditions: Readonly<Record<string, (wanted: unknown) => boolean>> = {
    categories: isIn(category),
    source_types: isIn(source),
    file_types: (list) => Array.isArray(list) && list.some((one) => String(one).toLowerCase() === type),
    class_ids: isIn(classId),
    min_height: (min) => height !== undefined && height >= Number(min),
    max_height: (max) => height !== undefined && height <= Number(max),
    min_duration: (min) => duration !== undefined && duration >= Number(min),
    max_duration: (max) => duration !== undefined && duration <= Number(max),
  };
  return Object.entries(match).every(([key, wanted]) => conditions[key]?.(wanted) ?? false);
}

/** The shorter side stays the shorter one however the picture is rotated. */
function sidesOf(metaData: unknown): Sides | undefined {
  const { Width, Height } = objectOf(metaData);
  const [width, height] = [numberOf(Width), numberOf(Height)];
  if (!width || !height) return undefined;
  return { short: Math.min(width, height), long: Math.max(width, height) };
}

/** Of templates that would all enlarge the picture, the smallest stays. */
function withoutUpscaling(work: ConfiguredWork, source: Sides): ConfiguredWork {
  const { definitions, mediaProcessTask } = work;
  if (definitions) return { definitions: fitting(definitions, (id) => id, source) };
  const set = mediaProcessTask?.["TranscodeTaskSet"];
  if (!Array.isArray(set)) return work;
  const definitionOf = (item: unknown) => integer(objectOf(item)["Definition"]);
  return {
    mediaProcessTask: { ...mediaProcessTask, TranscodeTaskSet: fitting(set, definitionOf, source) },
  };
}

function fitting<Item>(
  items: readonly Item[],
  definitionOf: (item: Item) => number | undefined,
  source: Sides,
): readonly Item[] {
  const sideOf = (item: Item) => shortSideOf(definitionOf(item), source) ?? 0;
  const fit = items.filter((item) => sideOf(item) <= source.short);
  const [smallest] = [...items].sort((one, other) => sideOf(one) - sideOf(other));
  return fit.length > 0 || smallest === undefined ? fit : [smallest];
}

function has(list: readonly string[], value: string | undefined): boolean {
  return value !== undefined && list.includes(value);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function namesOf(category: string, types: string): Record<string, string> {
  return Object.fromEntries(types.split(" ").map((type) => [type, category]));
}
