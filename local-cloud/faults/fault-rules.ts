import { z } from "zod";

const MAX_RULES = 100;
const MAX_MS = 24 * 60 * 60_000;

const milliseconds = z.number().min(0).max(MAX_MS);
/** A fixed time, or one drawn evenly between two. */
const duration = z.union([
  milliseconds,
  z.tuple([milliseconds, milliseconds]).refine(([from, to]) => from <= to, "the first must not be larger"),
]);
const share = z.number().min(0).max(1).default(1);
const name = z.string().min(1);

/** What happens to a call: exactly one of these. */
const EFFECTS = ["latencyMs", "error", "cut", "maxPerSecond"] as const;

const callRule = z
  .strictObject({
    /** Calls of every service, or action, without it. */
    service: name.optional(),
    action: name.optional(),
    /** How many of these calls it hits, 0 to 1. */
    share,
    /** With `lastsMs`: the share is one of the values of this parameter, and a value that is hit stays so as long. */
    by: name.optional(),
    lastsMs: milliseconds.optional(),
    /** How long the call waits before anything else. */
    latencyMs: duration.optional(),
    /** The code that it is refused with, and the text. */
    error: z
      .string()
      .regex(/^[A-Z]\w*(\.\w+)*$/, "must be an error code, such as InternalError")
      .optional(),
    message: z.string().optional(),
    /** The connection breaks before the call is performed, or after, without its answer. */
    cut: z.enum(["before", "after"]).optional(),
    /** Calls of an action beyond so many in one second are refused with RequestLimitExceeded. */
    maxPerSecond: z.int().min(0).optional(),
  })
  .refine((rule) => EFFECTS.filter((effect) => rule[effect] !== undefined).length === 1, {
    error: `must have exactly one of ${EFFECTS.join(", ")}`,
  })
  .refine(({ by, lastsMs }) => (by === undefined) === (lastsMs === undefined), {
    error: "must have both by and lastsMs, or neither",
  })
  .refine(({ error, message }) => error !== undefined || message === undefined, {
    path: ["message"],
    error: "needs error",
  });

const instanceRule = z.strictObject({
  namespace: name.optional(),
  function: name.optional(),
  /** Of how many requests the instance is killed, 0 to 1. */
  share,
  /** How long after the request began, unless it has ended by then. */
  afterMs: duration,
});

const faultRules = z.strictObject({
  /** The same seed hits the same calls of an action, counted from the first. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** Latencies add up; of the others the first that hits counts. */
  calls: z.array(callRule).max(MAX_RULES).default([]),
  instances: z.array(instanceRule).max(MAX_RULES).default([]),
});

/** Faults as a user writes them; docs/reference.md#fault-rules describes the keys. */
export type FaultRules = z.input<typeof faultRules>;
/** The same, complete. */
export type Rules = z.output<typeof faultRules>;
export type CallRule = z.output<typeof callRule>;
export type Duration = z.output<typeof duration>;

/** The rules cannot be used. */
export class FaultRulesError extends Error {}

/**
 * Checks what a file or a request has.
 * @throws {FaultRulesError} with one line for each key that is wrong: `calls[0].share: …`
 */
export function parseFaultRules(value: unknown): Rules {
  const { data, error } = faultRules.safeParse(value);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `${keyOf(path)}: ${message}`);
  throw new FaultRulesError(problems.join("\n"));
}

function keyOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text.replace(/^\./, "") || "the faults";
}
