import type { NodeRuntime, Runtime } from "./node-runtime";

/** What functions can know of the cloud that they run in. */
export interface Platform {
  region: string;
  appId: string;
  uin: string;
  /** The local cloud's API endpoint, given to every function as CLOUD_ENDPOINT_URL. */
  cloudEndpointUrl?: string;
  /** The Node.js of a runtime; `findNodeRuntime` if absent. */
  findNode?(runtime: Runtime): NodeRuntime;
  /** Milliseconds since 1970; the machine's clock if absent. */
  now?(): number;
  /** Told of each request that begins: may kill its instance, until what it returns is called. */
  disturb?(request: { readonly namespace: string; readonly name: string }, kill: () => void): () => void;
  /** Gets messages for the user about the local cloud; they are not part of a function's log. */
  report(line: string): void;
}
