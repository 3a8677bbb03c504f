import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Route, sendText } from "./site";

/** `GET /media/…`: the files of a folder. */
export function mediaRoute(folder: string): Route {
  return async (request, response, { path }) => {
    if (request.method !== "GET") return sendText(response, 405, "Media can be read only (GET).");
    const name = decode(path.slice("/media/".length));
    const file = join(folder, name ?? "");
    const found = file.startsWith(folder + sep) ? await stat(file).catch(() => undefined) : undefined;
    if (!found?.isFile()) return sendText(response, 404, "The file does not exist.");
    const type = file.endsWith(".mp4") ? "video/mp4" : "application/octet-stream";
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.writeHead(200, { "Content-Type": type, "Content-Length": found.size });
    await pipeline(createReadStream(file), response);
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
