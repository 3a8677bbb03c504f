import { Cron as Expression } from "croner";

/** SCF's cron expressions: which moments they name, in UTC. */
export interface Cron {
  /** The first moment after a given one, both in milliseconds since 1970; undefined if the expression has no later one. */
  next(afterMs: number): number | undefined;
}

/** What the documented fields are made of; croner has more. */
const WORD = /^(\*|\d+|[a-z]{3})$/i;

/**
 * Reads an expression of seven fields, or of the older form's five (without seconds and year), made of `*`,
 * numbers, names, lists, ranges and steps. It is in Beijing's time.
 * @throws {Error} with the mistake
 */
export function parseCron(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  const all = fields.length === 5 ? ["0", ...fields, "*"] : fields;
  const wrong = all.flatMap((field) => field.split(/[,/-]/)).find((word) => !WORD.test(word));
  if (wrong !== undefined) throw new Error(`"${wrong}" is not valid in a cron expression`);
  if (/\b7\b/.test(all[5] ?? "")) throw new Error("a weekday must be 0 to 6");
  // "5/15" is every fifteenth from the fifth on, which croner takes for sloppy.
  const cron = new Expression(all.join(" "), { mode: "7-part", sloppyRanges: true, utcOffset: 480 });
  return { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() };
}
