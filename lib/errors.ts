// Names are properties, because minifying a function's bundle shortens those of classes.

/** A mistake that the user can correct; the message explains how. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** Wrong usage of a command: the command line exits with 2. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}
