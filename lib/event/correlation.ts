/**
 * A word that ties log lines together, where `value` can be one: printable ASCII, at most 100 characters.
 * An upload gives its request's id to VOD as `SessionContext`, which the events of its tasks bring back.
 */
export function correlationId(value: unknown): string | undefined {
  return typeof value === "string" && /^[ -~]{1,100}$/.test(value) ? value : undefined;
}
