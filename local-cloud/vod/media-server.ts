import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { typeOf } from "./media-library";
import { contentTypeOf } from "./media-types";

const ROOT = "/media/";

/** Players in pages of other origins read the files, and parts of them. */
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range",
};
/** A file that is opened as a page runs no script and is of no origin, since other pages are at this address. */
const SANDBOX = { "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox" };
const PREFLIGHT = { "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "Range" };

/** Serves `/media/…` from a folder. @returns false for another path */
export async function serveMedia(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method, headers } = request;
  const path = request.url?.split("?")[0] ?? "";
  if (!path.startsWith(ROOT)) return false;
  for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
  if (method === "OPTIONS") return end(response, 204, { ...PREFLIGHT });
  if (method !== "GET" && method !== "HEAD") return end(response, 405, { Allow: "GET, HEAD, OPTIONS" });
  const file = fileOf(folder, path.slice(ROOT.length));
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) return end(response, 404);
  const type = { "Content-Type": contentTypeOf(typeOf(file)), ...SANDBOX };
  // Files have no ETag to compare, so a conditional range gets the whole file.
  const range = headers["if-range"] === undefined ? rangeOf(headers.range, found.size) : undefined;
  if (range === "unsatisfiable") return end(response, 416, { "Content-Range": `bytes */${found.size}` });
  const { first, last } = range ?? { first: 0, last: found.size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...{ ...type, "Accept-Ranges": "bytes", "Content-Length": last - first + 1 },
    ...(range && { "Content-Range": `bytes ${first}-${last}/${found.size}` }),
  });
  if (method === "HEAD" || found.size === 0) response.end();
  // A player that has seen enough closes the connection.
  else await pipeline(createReadStream(file, { start: first, end: last }), response).catch(() => {});
  return true;
}

/** @returns undefined for a path that leaves the folder */
function fileOf(folder: string, path: string): string | undefined {
  try {
    const file = join(folder, decodeURIComponent(path));
    return file.startsWith(folder + sep) && !file.includes("\0") ? file : undefined;
  } catch {
    return undefined;
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** One range of bytes; undefined for no Range header, or one that is to be ignored: with another unit, or several. */
function rangeOf(header: string | undefined, size: number): Range | "unsatisfiable" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  return first >= size ? "unsatisfiable" : { first, last };
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): true {
  response.writeHead(status, headers).end();
  return true;
}
