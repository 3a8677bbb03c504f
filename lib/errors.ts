// Names are properties, because minifying a function's bundle shortens those of classes.

/** A mistake that the user can correct; the message explains how. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** Wrong usage of a command: the command line exits with 2. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}

/** Whether an error has a name: a function's package has each class in several of its files, so `instanceof` may fail. */
export function isNamed<Named extends Error>(error: unknown, name: Named["name"]): error is Named {
  return error instanceof Error && error.name === name;
}
