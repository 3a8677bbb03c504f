import { ApiError } from "../api/error";
import { INDEXED_FIELDS } from "./topics";

/** A phrase that a field of a log record must hold: these words, one after the other. */
export interface Condition {
  readonly field: string;
  readonly words: readonly string[];
}

/** The default separators of words in CLS. */
const SEPARATORS = /[@&?|#()='",;:<>[\]{}/ \n\t\r\\]+/;

/**
 * Reads the forms of a query that CQL and Lucene have in common: `*` or nothing for everything, and
 * `field:"two words"` or `field:word`, several of them joined by AND.
 * @throws {ApiError} FailedOperation.SyntaxError for everything else, and for a field without an index
 */
export function parseQuery(query: string): Condition[] {
  let rest = query.trim();
  if (rest === "" || rest === "*") return [];
  const conditions: Condition[] = [];
  while (true) {
    const [part, field = "", quoted, plain = ""] =
      /^([\w.]+)\s*:\s*(?:"([^"\\*?]*)"|([\w.$-]+))(?=\s|$)\s*/.exec(rest) ?? [];
    const words = wordsOf(quoted ?? plain);
    if (part === undefined || words.length === 0) throw syntaxError(`can't read this query: ${rest}`);
    if (!INDEXED_FIELDS.has(field)) throw syntaxError(`does not index the field ${field}`);
    conditions.push({ field, words });
    rest = rest.slice(part.length);
    if (rest === "") return conditions;
    // Only CQL takes the operator in lower case too.
    const [and] = /^AND\s+/.exec(rest) ?? [];
    if (and === undefined) throw syntaxError(`can't read this query: ${rest}`);
    rest = rest.slice(and.length);
  }
}

/** Whether a text holds words one after the other, in any case of their letters. */
export function holdsPhrase(text: string, words: readonly string[]): boolean {
  const all = wordsOf(text);
  return all.some((_, start) => words.every((word, index) => all[start + index] === word));
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(SEPARATORS)
    .filter((word) => word !== "");
}

function syntaxError(what: string): ApiError {
  return new ApiError("FailedOperation.SyntaxError", `The local cloud ${what}`);
}
