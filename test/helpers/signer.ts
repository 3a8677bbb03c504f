import { createHash, createHmac } from "node:crypto";

/** Everything that a TC3-HMAC-SHA256 signature covers, and the key. */
export interface Draft {
  readonly secretId: string;
  readonly secretKey: string;
  readonly service: string;
  readonly timestamp: number;
  readonly method: string;
  readonly query: string;
  /** The headers to sign, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const digest = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const keyed = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** The tests' own client: the Authorization header of a request to the path `/`. */
export function authorize(draft: Draft): string {
  const { secretId, secretKey, service, timestamp, method, query, headers, body } = draft;
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]?.trim().toLowerCase()}\n`).join("");
  const canonical = `${method}\n/\n${query}\n${lines}\n${names.join(";")}\n${digest(body)}`;
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const key = keyed(keyed(keyed(`TC3${secretKey}`, date), service), "tc3_request");
  const signature = keyed(key, `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${digest(canonical)}`).toString(
    "hex",
  );
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}
