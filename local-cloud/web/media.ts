import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Site, sendText } from "./site";

const ROOT = "/media/";

/** `GET /media/…`: the files of a folder. */
export function serveMedia(folder: string): Site["vod"] {
  return async ({ method, url = "" }, response) => {
    const [path = ""] = url.split("?");
    if (!path.startsWith(ROOT)) return false;
    const file = join(folder, decode(path.slice(ROOT.length)) ?? "");
    const found = file.startsWith(folder + sep) ? await stat(file).catch(() => undefined) : undefined;
    if (method !== "GET") sendText(response, 405, "Media can be read only (GET).");
    else if (!found?.isFile()) sendText(response, 404, "The file does not exist.");
    else {
      const type = file.endsWith(".mp4") ? "video/mp4" : "application/octet-stream";
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.writeHead(200, { "Content-Type": type, "Content-Length": found.size });
      await pipeline(createReadStream(file), response);
    }
    return true;
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
