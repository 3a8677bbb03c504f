/** A request or an event that is answered with a 4xx and never acted on; its message is for the sender. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
