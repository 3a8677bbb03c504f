import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { foreignReason } from "../foreign-request";
import { readBody } from "../web/body";
import { MAX_OBJECT_BYTES, type ObjectStorage, StorageError, type Stored, tooLarge } from "./object-storage";

/** Every key of the local cloud's bucket begins with it, so that a request without COS's host is known too. */
export const KEY_ROOT = "local-cloud-uploads/";
const COS_HOST = /\.cos[.-][\w.-]*\.myqcloud\.com(:\d+)?$/i;
const MAX_XML_BYTES = 1024 * 1024;

interface StorageRequest {
  /** Without the slash at its beginning; empty for a request about the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/**
 * Answers those of COS's requests that Tencent's upload SDKs send: PutObject, HeadObject, and the actions of
 * multipart uploads. Signatures are not checked: the keys cannot be guessed, and pages of other sites, which could
 * list them, are refused.
 * @returns false for a request that is not for COS
 */
export async function serveStorage(
  storage: ObjectStorage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const asked = storageRequest(request);
  if (!asked) return false;
  try {
    const reason = foreignReason(request, (host) => COS_HOST.test(host));
    if (reason !== undefined) throw new StorageError(403, "AccessDenied", reason);
    await answer(storage, asked, request, response);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const { status, code, message } = error;
    // What is left of the body is read and dropped, or the client might lose the answer.
    request.resume();
    const body = element("Error", {
      Code: code,
      Message: message,
      Resource: asked.key,
      RequestId: randomUUID(),
    });
    send(response, status, body);
  }
  return true;
}

async function answer(
  storage: ObjectStorage,
  { key, query }: StorageRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, headers } = request;
  if (Number(headers["content-length"] ?? 0) > MAX_OBJECT_BYTES) throw tooLarge();
  const uploadId = query.get("uploadId");
  if (method === "PUT" && uploadId !== null) {
    const part = await storage.putPart(key, uploadId, Number(query.get("partNumber")), request);
    return send(response, 200, "", part);
  }
  if (method === "PUT") return send(response, 200, "", await storage.put(key, request));
  if (method === "HEAD") {
    const stored = storage.find(key);
    if (!stored) return send(response, 404, "");
    response.setHeader("Content-Length", stored.sizeBytes);
    return send(response, 200, "", stored);
  }
  if (method === "POST" && query.has("uploads")) {
    const { id } = storage.initiate(key);
    return send(
      response,
      200,
      element("InitiateMultipartUploadResult", { Bucket: storage.bucket, Key: key, UploadId: id }),
    );
  }
  if (method === "POST" && uploadId !== null) {
    const stored = await storage.complete(key, uploadId, partsOf(await readXml(request)));
    const Location = `http://${request.headers.host}/${key}`;
    const result = { Location, Bucket: storage.bucket, Key: key, ETag: quoted(stored) };
    return send(response, 200, element("CompleteMultipartUploadResult", result), stored);
  }
  if (method === "DELETE" && uploadId !== null) {
    await storage.abort(key, uploadId);
    return send(response, 204, "");
  }
  if (method === "GET" && query.has("uploads")) {
    const prefix = query.get("prefix") ?? "";
    const uploads = storage.unfinished(prefix.replace(/^\//, ""));
    const list = uploads.map((upload) =>
      element("Upload", { Key: upload.key, UploadId: upload.id, Initiated: upload.initiated.toISOString() }),
    );
    const head = elements({ Bucket: storage.bucket, Prefix: prefix, IsTruncated: "false" });
    return send(response, 200, wrap("ListMultipartUploadsResult", head + list.join("")));
  }
  if (method === "GET" && uploadId !== null) {
    const parts = [...storage.upload(key, uploadId).parts].sort(([one], [other]) => one - other);
    const list = parts.map(([number, stored]) =>
      element("Part", { PartNumber: number, ETag: quoted(stored), Size: stored.sizeBytes }),
    );
    const head = elements({ Bucket: storage.bucket, Key: key, UploadId: uploadId, IsTruncated: "false" });
    return send(response, 200, wrap("ListPartsResult", head + list.join("")));
  }
  throw new StorageError(405, "MethodNotAllowed", "The local cloud has only the actions that upload files.");
}

function storageRequest({ url = "/", headers }: IncomingMessage): StorageRequest | undefined {
  const [encoded = "/", ...rest] = url.split("?");
  // Tencent's SDK for Go encodes the slashes of a key too.
  const path = encoded.replace(/%2f/gi, "/");
  const query = new URLSearchParams(rest.join("?"));
  // The bucket can be in the host or in front of the key, and a list of uploads has the key in its query.
  const start = path.indexOf(KEY_ROOT);
  if (start < 0 && !query.get("prefix")?.includes(KEY_ROOT) && !COS_HOST.test(headers.host ?? ""))
    return undefined;
  return { key: start < 0 ? "" : path.slice(start), query };
}

async function readXml(request: IncomingMessage): Promise<string> {
  const xml = await readBody(request, MAX_XML_BYTES);
  if (xml === undefined) throw new StorageError(400, "EntityTooLarge", "The list of parts is too long.");
  return xml.toString();
}

function partsOf(xml: string): { number: number; etag: string }[] {
  return [...xml.matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, part = ""]) => ({
    number: Number(/<PartNumber>\s*(\d+)/.exec(part)?.[1]),
    etag: /<ETag>\s*(?:"|&quot;|&#34;)?(\w+)/.exec(part)?.[1] ?? "",
  }));
}

function send(response: ServerResponse, status: number, body: string, stored?: Stored): void {
  if (stored) {
    response.setHeader("ETag", quoted(stored));
    // Tencent's SDK for Go refuses an answer without it.
    response.setHeader("x-cos-hash-crc64ecma", stored.crc64);
  }
  if (body !== "") response.setHeader("Content-Type", "application/xml");
  response.writeHead(status, { "x-cos-request-id": randomUUID() }).end(body);
}

function quoted({ etag }: Stored): string {
  return `"${etag}"`;
}

function element(name: string, members: Readonly<Record<string, string | number>>): string {
  return wrap(name, elements(members));
}

function elements(members: Readonly<Record<string, string | number>>): string {
  return Object.entries(members)
    .map(([name, value]) => wrap(name, escapeXml(String(value))))
    .join("");
}

function wrap(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escapeXml(value: string): string {
  return value.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
