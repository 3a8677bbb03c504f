import { ConfigError } from "../lib/config";
import { UsageError } from "../lib/errors";

/** The rule for a name. */
export interface Naming {
  readonly pattern: RegExp;
  /** The rule in words, after "must be". */
  readonly words: string;
}

/** The form of a region's name; Tencent Cloud decides which ones exist. */
export const REGION_NAME: Naming = {
  pattern: /^[a-z]+(-[a-z0-9]+)+$/,
  words: "a region such as ap-guangzhou",
};

/** VOD's application; 0 is the default one. */
export const APPLICATION_ID: Naming = { pattern: /^\d+$/, words: "the number of a VOD application" };

/** How many instances a function may have (CONCURRENCY). */
export const INSTANCES: Naming = {
  pattern: /^[1-9]\d{0,3}$/,
  words: "a whole number from 1 to 9999; empty selects the default again",
};

/** The form of a runtime's name (RUNTIME); SCF decides which ones exist. */
export const RUNTIME_NAME: Naming = {
  pattern: /^Nodejs\d{2}\.\d{1,2}$/,
  words: "a runtime of SCF such as Nodejs20.19",
};

export const NAMESPACE_NAME: Naming = {
  pattern: /^[A-Za-z][\w-]{0,29}$/,
  words: "1 to 30 letters, digits, - and _, beginning with a letter",
};

/** A function of SCF (CreateFunction.FunctionName). */
export const FUNCTION_NAME: Naming = functionOfAtMost(60);

/** FUNCTION, from which the other names follow: with the suffix it must still be a valid name. */
export const NAME_BEFORE_RETRY: Naming = functionOfAtMost(60 - "-retry".length);
export const NAME_BEFORE_RELIABLE: Naming = functionOfAtMost(60 - "-reliable".length);

function functionOfAtMost(characters: number): Naming {
  return {
    pattern: new RegExp(`^[A-Za-z][\\w-]{0,${characters - 2}}[A-Za-z0-9]$`),
    words: `2 to ${characters} letters, digits, - and _, beginning with a letter and not ending with - or _`,
  };
}

/** Runs a check of variables. @throws {UsageError} for the check's ConfigError, because the user set a wrong value */
export function checkVariables<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** @throws {UsageError} if the name breaks the rule; the message has the variable or key that it is from */
export function checkName(name: string, from: string, { pattern, words }: Naming): string {
  if (pattern.test(name)) return name;
  throw new UsageError(`${from} must be ${words} (got "${name}").`);
}
