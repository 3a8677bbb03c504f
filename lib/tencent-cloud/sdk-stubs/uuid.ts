/**
 * Stands for the module `uuid` inside the bundles. The SDK marks a request with the result, which need not be secret:
 * Node's own UUIDs take a start longer than signing.
 */
function v4(): string {
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.random().toString(16)[2] ?? "0");
}

export = { v4 };
