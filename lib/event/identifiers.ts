/**
 * A FileId, a TaskId or another of VOD's names for things: printable ASCII without what could pass for the
 * rest of a line. Their alphabets are not documented, so nothing narrower.
 */
export function identifier(value: unknown): string | undefined {
  return typeof value === "string" && /^[!-+\--~]{1,200}$/.test(value) ? value : undefined;
}
