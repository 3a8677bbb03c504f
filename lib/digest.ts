/**
 * Hashes a text. Node's crypto is loaded at the first use only: that takes longer than all the rest of an event
 * which needs no hash.
 */
export function digest(algorithm: "md5" | "sha256", text: string): Buffer {
  const { createHash }: typeof import("node:crypto") = require("node:crypto");
  return createHash(algorithm).update(text).digest();
}
