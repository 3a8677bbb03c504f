import { createReadStream } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Environment } from "../../lib/config";
import { UserError } from "../../lib/errors";
import { httpProfile } from "../../lib/tencent-cloud/client-config";
import { encode, signCos } from "./cos-signature";

/** A connection on which nothing moves for so long is given up. */
const SILENCE_MS = 60_000;
/** How long a slow upload's signature is valid: as long as VOD's temporary keys may be. */
const SIGNATURE_SECONDS = 24 * 3600;
/** Of an answer, which names an error's code at its beginning. */
const MAX_ANSWER = 64 * 1024;

/** Where VOD wants a file, and the temporary keys for that place (ApplyUpload). */
export interface Destination {
  readonly bucket: string;
  readonly region: string;
  /** Decoded, beginning with a slash. */
  readonly path: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
}

/** The storage answered, but not with success. */
export class StorageRefusal extends Error {
  override readonly name = "StorageRefusal";

  constructor(
    readonly status: number,
    code: string,
  ) {
    super(`the storage answered ${status}${code ? ` ${code}` : ""}`);
  }
}

/**
 * Stores a file with one request (PutObject).
 * @param sizeBytes the file's size; a file that becomes longer meanwhile is stored up to it
 * @param sent gets the number of bytes sent so far
 * @throws {UserError} if the file can't be read
 * @throws {StorageRefusal}, or an error of the network
 */
export async function putObject(
  file: string,
  sizeBytes: number,
  { bucket, region, path, token, ...keys }: Destination,
  env: Environment,
  nowMs: number,
  sent: (bytes: number) => void,
): Promise<void> {
  const host = `${bucket}.cos.${region}.myqcloud.com`;
  const { protocol = "https://", agent } = httpProfile(env, "cos");
  const second = Math.floor(nowMs / 1000);
  const headers = {
    Host: host,
    "Content-Length": sizeBytes,
    Authorization: signCos({ method: "PUT", path, headers: { host } }, keys, [
      second - 60,
      second + SIGNATURE_SECONDS,
    ]),
    "x-cos-security-token": token,
  };
  const url = `${protocol}${host}${path.split("/").map(encode).join("/")}`;
  const request = (protocol === "https://" ? https : http).request(url, { method: "PUT", headers, agent });
  const content = createReadStream(file, { end: sizeBytes - 1 });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      let bytes = 0;
      request.on("response", resolve).on("error", reject);
      request.setTimeout(SILENCE_MS, () =>
        request.destroy(new Error(`nothing was sent or received for ${SILENCE_MS / 1000} seconds`)),
      );
      content.on("error", (cause) =>
        reject(new UserError(`the file can't be read: ${cause.message}`, { cause })),
      );
      content.on("data", (chunk) => {
        bytes += chunk.length;
        sent(bytes);
      });
      content.on("end", () => {
        if (bytes < sizeBytes) reject(new UserError("the file became shorter while it was read"));
      });
      content.pipe(request);
    });
    const body = await readBeginning(response);
    const status = response.statusCode ?? 0;
    if (status !== 200) throw new StorageRefusal(status, /<Code>(\w{1,60})<\/Code>/.exec(body)?.[1] ?? "");
  } finally {
    content.destroy();
    request.destroy();
  }
}

async function readBeginning(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of response.setEncoding("utf8")) {
    text += part;
    if (text.length > MAX_ANSWER) break;
  }
  return text;
}
