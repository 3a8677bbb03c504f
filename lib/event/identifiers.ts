/**
 * A FileId, a TaskId or another of VOD's names for things: printable ASCII without what could pass for the
 * rest of a line. Their alphabets are not documented, so nothing narrower.
 */
export function identifier(value: unknown): string | undefined {
  return typeof value === "string" && /^[!-+\--~]{1,200}$/.test(value) ? value : undefined;
}

/**
 * A word that ties log lines together, where `value` can be one: printable ASCII, at most 100 characters.
 * An upload gives its request's id to VOD as `SessionContext`, which the events of its tasks bring back.
 */
export function correlationId(value: unknown): string | undefined {
  return typeof value === "string" && /^[ -~]{1,100}$/.test(value) ? value : undefined;
}
