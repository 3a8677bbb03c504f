/** A function as CreateFunction describes it, with its code. */
export interface FunctionDescription {
  namespace: string;
  name: string;
  /** One of `RUNTIMES`. */
  runtime: string;
  /** File and export, "index.main_handler". */
  handler: string;
  /** MB */
  memorySize: number;
  /** Seconds, 1..900 */
  timeout: number;
  /** The user's own variables. */
  environment: Record<string, string>;
  /** The execution role's temporary credentials. */
  role?: { secretId: string; secretKey: string; token: string } | undefined;
  zip: Uint8Array;
}
