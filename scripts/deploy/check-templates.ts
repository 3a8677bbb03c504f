import type { Config, ConfiguredWork } from "../../lib/config";
import { escapeControls } from "../../lib/log/log";
import { describeFailure, isForbidden } from "../../lib/tencent-cloud/errors";
import type { Account } from "../cloud/account";
import type { Application } from "../cloud/deployed-config";
import { itemsOf } from "../cloud/work-items";

/** The action that lists each kind of template, by the name of its set in a `MediaProcessTask`. */
const LISTS = {
  Transcode: ["DescribeTranscodeTemplates", "TranscodeTemplateSet"],
  AnimatedGraphic: ["DescribeAnimatedGraphicsTemplates", "AnimatedGraphicsTemplateSet"],
  SnapshotByTimeOffset: ["DescribeSnapshotByTimeOffsetTemplates", "SnapshotByTimeOffsetTemplateSet"],
  SampleSnapshot: ["DescribeSampleSnapshotTemplates", "SampleSnapshotTemplateSet"],
  ImageSprite: ["DescribeImageSpriteTemplates", "ImageSpriteTemplateSet"],
  // A cover is a snapshot by time offset.
  CoverBySnapshot: ["DescribeSnapshotByTimeOffsetTemplates", "SnapshotByTimeOffsetTemplateSet"],
  AdaptiveDynamicStreaming: [
    "DescribeAdaptiveDynamicStreamingTemplates",
    "AdaptiveDynamicStreamingTemplateSet",
  ],
} as const;
type Kind = keyof typeof LISTS;
/** An action takes at most so many (docs/tencent-protocols.md#preset-templates). */
const MAX_DEFINITIONS = 100;

/**
 * Looks up each template and task flow of a configuration at VOD.
 * @returns a line for each that VOD does not list, with the kind that it is of, if that is another one; and one if VOD
 *   does not answer. They are warnings, because no document says that VOD lists every preset.
 */
export async function findUnknownTemplates(
  account: Pick<Account, "vod">,
  config: Config,
  application: Application,
): Promise<readonly string[]> {
  const works = [config.work, ...config.rules.map(({ work }) => work)].filter((work) => work !== undefined);
  const lines: string[] = [];
  try {
    for (const [kind, definitions] of definitionsOf(works)) {
      const known = await listed(account, kind, definitions, application);
      for (const id of definitions.filter((one) => !known.has(one)))
        lines.push(await describeUnknown(account, kind, id, application));
    }
    const procedures = new Set(works.flatMap(({ procedure }) => procedure ?? []));
    if (procedures.size > 0) lines.push(...(await unknownProcedures(account, [...procedures], application)));
  } catch (error) {
    // Whatever is wrong with VOD does not keep functions from being deployed.
    const { code, message } = describeFailure(error);
    const reason = isForbidden(error) ? "the key may not do that" : escapeControls(message);
    lines.push(`Templates were not looked up at VOD: ${reason} (${code ?? "no answer"}).`);
  }
  return lines;
}

function definitionsOf(works: readonly ConfiguredWork[]): Map<Kind, readonly number[]> {
  const found = new Map<Kind, number[]>();
  for (const item of works.flatMap((work) => itemsOf(work) ?? [])) {
    const [kind = "", definition] = item.split(" ");
    // 0 stands for parameters of the task's own.
    if (isKind(kind) && Number(definition) > 0)
      found.set(kind, [...new Set([...(found.get(kind) ?? []), Number(definition)])]);
  }
  return found;
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(LISTS, name);
}

async function listed(
  { vod }: Pick<Account, "vod">,
  kind: Kind,
  definitions: readonly number[],
  application: Application,
): Promise<ReadonlySet<number>> {
  const [action, member] = LISTS[kind];
  const Definitions = definitions.slice(0, MAX_DEFINITIONS);
  const answer: unknown = await vod.request(action, { ...application, Definitions, Limit: MAX_DEFINITIONS });
  const { [member]: set }: Readonly<Record<string, unknown>> = Object(answer);
  const templates: unknown[] = Array.isArray(set) ? set : [];
  return new Set(templates.map((template) => Number(Object(template)["Definition"])));
}

/** Names the kinds that have such a template: 10 and 12 are adaptive streams, and 10 also snapshots. */
async function describeUnknown(
  account: Pick<Account, "vod">,
  kind: Kind,
  id: number,
  application: Application,
): Promise<string> {
  const others: string[] = [];
  for (const other of Object.keys(LISTS).filter(isKind)) {
    if (other === kind || other === "CoverBySnapshot") continue;
    if ((await listed(account, other, [id], application)).has(id)) others.push(`${other}TaskSet`);
  }
  const advice =
    others.length > 0
      ? `It is one for ${others.join(", ")} of media_process_task.`
      : "Check the number in the VOD console, under Templates.";
  return `Warning: VOD lists no template ${id} for ${kind}. ${advice}`;
}

async function unknownProcedures(
  { vod }: Pick<Account, "vod">,
  Names: string[],
  application: Application,
): Promise<string[]> {
  const { ProcedureTemplateSet } = await vod.DescribeProcedureTemplates({
    ...application,
    Names,
    Limit: 100,
  });
  const known = new Set((ProcedureTemplateSet ?? []).map(({ Name }) => Name));
  return Names.filter((name) => !known.has(name)).map(
    (name) =>
      `Warning: VOD lists no task flow "${name}". Check its name in the VOD console, under Task Flow.`,
  );
}
