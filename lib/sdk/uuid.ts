import { randomUUID } from "node:crypto";

/** Stands for the module `uuid` inside the bundles: the SDK marks each request with one of version 4. */
export function v4(): string {
  return randomUUID();
}
