type Crypto = typeof import("node:crypto");

let loaded: Crypto | undefined;

/**
 * Node's crypto, loaded at its first use: loading takes longer than the rest of an event that does not need it.
 */
export function crypto(): Crypto {
  loaded ??= require("node:crypto") as Crypto;
  return loaded;
}

/** Hashes a text. */
export function digest(algorithm: "md5" | "sha256", text: string): Buffer {
  return crypto().createHash(algorithm).update(text).digest();
}
