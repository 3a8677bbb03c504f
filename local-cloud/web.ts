import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join, sep } from "node:path";
import { buffer } from "node:stream/consumers";

const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;

export interface Site {
  /** Answers the API's requests. */
  readonly api: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** What `GET /media/…` serves. */
  readonly mediaFolder: string;
  /** Takes a file that is uploaded; returns its FileId. */
  readonly upload: (fileName: string, content: Uint8Array) => Promise<string>;
}

/** The local cloud's one address: the API at `/`, outputs at `/media`, and `/upload` in the console's place. */
export function createSite(site: Site): RequestListener {
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://local-cloud");
    const folder = url.pathname.split("/")[1];
    try {
      if (request.method === "GET" && folder === "media")
        await sendFile(site.mediaFolder, url.pathname, response);
      else if (request.method === "POST" && folder === "upload")
        await receiveFile(site, url, request, response);
      else await site.api(request, response);
    } catch (error) {
      if (!response.headersSent) end(response, 500, String(error));
      response.destroy();
    }
  };
}

async function sendFile(mediaFolder: string, path: string, response: ServerResponse): Promise<void> {
  const file = join(mediaFolder, decodeURIComponent(path.slice("/media/".length)));
  const found = file.startsWith(mediaFolder + sep) ? await stat(file).catch(() => undefined) : undefined;
  if (!found?.isFile()) return end(response, 404, "There is no such file.");
  const type = file.endsWith(".mp4") ? "video/mp4" : "application/octet-stream";
  response.writeHead(200, { "Content-Type": type, "Content-Length": found.size });
  createReadStream(file).pipe(response);
}

async function receiveFile(
  site: Site,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = url.searchParams.get("name");
  if (!name) return end(response, 400, "Name the file: /upload?name=video.mp4");
  const size = Number(request.headers["content-length"]);
  if (!(size > 0)) return end(response, 400, "The file is empty, or its length is not given.");
  if (size > MAX_UPLOAD_BYTES) return end(response, 413, "The file is larger than 512 MB.");
  const fileId = await site.upload(name, await buffer(request));
  end(response, 200, JSON.stringify({ FileId: fileId }), "application/json");
}

function end(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, { "Content-Type": type }).end(`${body}\n`);
}
