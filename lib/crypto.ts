type Crypto = typeof import("node:crypto");

let loaded: Crypto | undefined;

/**
 * Node's crypto, loaded at the first use only: that takes longer than all the rest of an event which needs none
 * of it.
 */
export function crypto(): Crypto {
  loaded ??= require("node:crypto") as Crypto;
  return loaded;
}

/** Hashes a text. */
export function digest(algorithm: "md5" | "sha256", text: string): Buffer {
  return crypto().createHash(algorithm).update(text).digest();
}
