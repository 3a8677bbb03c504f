/**
 * A refusal in Tencent Cloud's words: the endpoint answers it as `{"Response": {"Error": {Code, Message}}}`.
 * `code` is one of the official error codes, never one of our own.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
