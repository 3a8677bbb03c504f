// Names are properties, because minifying a function's bundle shortens those of classes.

/** Something that the user can put right; the message says how. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** A command that was called in a way it does not have: the command line exits with 2. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}
