import { createHash, createHmac } from "node:crypto";

/** A request to COS, as far as it is signed. */
export interface CosRequest {
  readonly method: string;
  /** Decoded, beginning with a slash. */
  readonly path: string;
  /** The signed headers; a request may have more. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Signs a request to Tencent's object storage (docs/tencent-protocols.md#uploads).
 * @param from the first and the last second since 1970 at which the signature is valid
 * @returns the header Authorization
 */
export function signCos(
  { method, path, headers }: CosRequest,
  { secretId, secretKey }: { readonly secretId: string; readonly secretKey: string },
  [from, to]: readonly [from: number, to: number],
): string {
  const pairs = Object.entries(headers)
    .map(([name, value]): [string, string] => [encode(name).toLowerCase(), encode(value)])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const time = `${from};${to}`;
  const request = `${method.toLowerCase()}\n${path}\n\n${pairs.map((pair) => pair.join("=")).join("&")}\n`;
  const digest = createHash("sha1").update(request).digest("hex");
  const hmac = (key: string, text: string) => createHmac("sha1", key).update(text).digest("hex");
  const signature = hmac(hmac(secretKey, time), `sha1\n${time}\n${digest}\n`);
  return [
    "q-sign-algorithm=sha1",
    `q-ak=${secretId}`,
    `q-sign-time=${time}`,
    `q-key-time=${time}`,
    `q-header-list=${pairs.map(([name]) => name).join(";")}`,
    "q-url-param-list=",
    `q-signature=${signature}`,
  ].join("&");
}

/** Percent-encodes everything that is not a letter, a digit or one of `-_.~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
