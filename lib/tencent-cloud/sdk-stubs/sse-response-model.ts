/** Stands for the SDK's `sse_response_model` inside the bundles: no action of VOD or SCF answers in events. */
export class SSEResponseModel {
  /** @throws always */
  constructor() {
    throw new Error("the bundled SDK reads no text/event-stream");
  }
}
