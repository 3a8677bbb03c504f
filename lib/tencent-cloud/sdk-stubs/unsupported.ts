/**
 * Stands inside the bundles for modules of which no call of ours makes use: `https-proxy-agent` (a function reaches
 * Tencent Cloud directly), `form-data`, `get-stream` and the SDK's `sse_response_model`.
 */
class Unsupported {
  static readonly SSEResponseModel = Unsupported;

  /** @throws always */
  constructor() {
    throw new Error("the bundled SDK has no proxy, multipart requests, streams or text/event-stream");
  }

  /** @throws always */
  static async buffer(): Promise<Unsupported> {
    return new Unsupported();
  }
}
export = Unsupported;
