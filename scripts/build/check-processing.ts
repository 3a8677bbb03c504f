import { z } from "zod";
import { ConfigError } from "../../lib/config";
import { CATEGORIES, SOURCE_TYPES } from "../../lib/config/keys";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { checkRequest } from "../../local-cloud";

const number = z.number().min(0);
/** The conditions of a rule; `lib/config.ts` has their names. */
const match = z.strictObject({
  categories: z.array(z.enum(CATEGORIES)).min(1).optional(),
  source_types: z.array(z.enum(SOURCE_TYPES)).min(1).optional(),
  file_types: z
    .array(z.string().regex(/^[A-Za-z0-9]+$/, 'must be a type such as "mp4", without a dot'))
    .min(1)
    .optional(),
  class_ids: z.array(z.int()).min(1).optional(),
  min_height: number.optional(),
  max_height: number.optional(),
  min_duration: number.optional(),
  max_duration: number.optional(),
});

/**
 * Checks in full what `parseConfig` checks only at its first level, because a function has no room for more: the
 * values of rules' conditions, and `media_process_task` against the SDK's types.
 * @throws {ConfigError} with the key, such as `rules[1].match.min_height`
 */
export function checkProcessing(config: JsonObject): void {
  checkTask(config["media_process_task"], "media_process_task");
  const rules: unknown[] = Array.isArray(config["rules"]) ? config["rules"] : [];
  for (const [index, rule] of rules.entries()) {
    if (!isJsonObject(rule)) continue;
    const at = `rules[${index}]`;
    const { error } = match.safeParse(rule["match"]);
    const [issue] = error?.issues ?? [];
    if (issue) throw new ConfigError(`${[at, "match", ...issue.path].join(".")}: ${issue.message}`);
    checkTask(rule["media_process_task"], `${at}.media_process_task`);
  }
}

function checkTask(task: unknown, name: string): void {
  if (task === undefined) return;
  try {
    checkRequest("vod", "ProcessMedia", { FileId: "1", MediaProcessTask: task });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${name} is not a MediaProcessTask of ProcessMedia: ${reason}`);
  }
}
