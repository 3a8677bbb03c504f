/** Stands for the module `is-stream` inside the bundles: whether a parameter of a request is a stream. */
function isStream(value: unknown): boolean {
  return typeof value === "object" && value !== null && "pipe" in value && typeof value.pipe === "function";
}
export = isStream;
