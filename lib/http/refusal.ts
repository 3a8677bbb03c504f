/** A request or an event that is rejected with a 4xx and not processed; the message is for the sender. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
