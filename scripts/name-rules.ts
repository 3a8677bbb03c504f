import { UsageError } from "../lib/errors";
/** What something may be called. */
export interface Naming {
  readonly pattern: RegExp;
  /** The same for people. */
  readonly words: string;
}

/** The form of a region; which ones there are, Tencent Cloud knows. */
export const REGION_NAME: Naming = {
  pattern: /^[a-z]+(-[a-z0-9]+)+$/,
  words: "a region such as ap-guangzhou",
};

export const NAMESPACE_NAME: Naming = {
  pattern: /^[A-Za-z][\w-]{0,29}$/,
  words: "at most 30 letters, digits, - and _, beginning with a letter",
};

/** A function of SCF (CreateFunction.FunctionName). */
export const FUNCTION_NAME: Naming = functionOfAtMost(60);

/** FUNCTION, which others are named after: with that behind it (`functionVariables`) it must still be a function. */
export const NAME_BEFORE_RETRY: Naming = functionOfAtMost(60 - "-retry".length);
export const NAME_BEFORE_RELIABLE: Naming = functionOfAtMost(60 - "-reliable".length);

function functionOfAtMost(characters: number): Naming {
  return {
    pattern: new RegExp(`^[A-Za-z][\\w-]{0,${characters - 2}}[A-Za-z0-9]$`),
    words: `2 to ${characters} letters, digits, - and _, beginning with a letter and not ending with - or _`,
  };
}

/** @throws naming the variable or key that the name is from */
export function checkName(name: string, from: string, { pattern, words }: Naming): string {
  if (pattern.test(name)) return name;
  throw new UsageError(`${from} takes ${words}`);
}
