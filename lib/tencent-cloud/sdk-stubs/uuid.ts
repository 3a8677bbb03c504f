import { randomUUID } from "node:crypto";

/** Stands for the module `uuid` inside the bundles: the SDK marks each request with one of version 4. */
function v4(): string {
  // Without the stock of random bytes that Node would make for the next ones.
  return randomUUID({ disableEntropyCache: true });
}
export = { v4 };
