import { ApiError } from "../api/error";

/** A condition that a log record must meet. */
export interface Condition {
  readonly field: string;
  readonly value: string;
}

/**
 * Reads the simple forms of a query, which CQL and Lucene have in common: `*` or nothing for everything, and
 * `field:"value"` or `field:value`, several of them joined by AND.
 * @throws {ApiError} FailedOperation.SyntaxError for all else
 */
export function parseQuery(query: string): Condition[] {
  const text = query.trim();
  if (text === "" || text === "*") return [];
  return text.split(/\s+AND\s+/i).map((part) => {
    const [, field, quoted, plain] = /^([\w.]+)\s*:\s*(?:"([^"\\]*)"|([\w.$/-]+))$/.exec(part.trim()) ?? [];
    const value = quoted ?? plain;
    if (field !== undefined && value !== undefined) return { field, value };
    throw new ApiError("FailedOperation.SyntaxError", `The local cloud can't read this query: ${part}`);
  });
}
