import type { ApiError } from "./error";

/** A call whose signature and parameters are right. */
export interface CheckedCall {
  readonly service: string;
  readonly action: string;
  readonly params: unknown;
  readonly secretId: string;
}

/**
 * What to do with a call instead of performing it: an error is answered; "cut before" breaks the connection
 * with nothing done, "cut after" performs the call and breaks the connection without an answer.
 */
export type Interception = ApiError | "cut before" | "cut after" | undefined;

export type Intercept = (call: CheckedCall) => Interception | Promise<Interception>;
