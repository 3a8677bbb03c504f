import { readBody } from "./body";
import { type Route, sendJson, sendText } from "./site";

const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;

/** Takes a file and returns its FileId. @param subAppId undefined for the default application */
type Store = (fileName: string, content: Uint8Array, subAppId: number | undefined) => Promise<string>;

/** `POST /upload?name=video.mp4` with the file as the body; `&SubAppId=…` names another application. */
export function uploadRoute(store: Store): Route {
  return async (request, response, { query }) => {
    const refuse = (status: number, line: string) => sendText(response, status, line);
    const address = `http://127.0.0.1:${request.socket.localPort}/upload?name=video.mp4`;
    const command = `curl --data-binary @video.mp4 '${address}'`;
    if (request.method !== "POST") return refuse(405, `Upload with POST: ${command}`);
    const name = query.get("name");
    if (!name) return refuse(400, `The file has no name. Add one to the address: ${command}`);
    if (!isFileName(name)) {
      return refuse(400, "name must be a file name: at most 200 bytes, no folder, no control character.");
    }
    const subAppId = query.get("SubAppId") ?? undefined;
    if (subAppId !== undefined && !/^[1-9]\d{0,14}$/.test(subAppId)) {
      return refuse(400, "SubAppId must be the number of a VOD application. Omit it for the default one.");
    }
    if (/^multipart\//i.test(request.headers["content-type"] ?? "")) {
      return refuse(415, `The body must be the file alone, not a form (curl -F). Use: ${command}`);
    }
    const content = await readBody(request, MAX_UPLOAD_BYTES);
    if (content === undefined) return refuse(413, "The file is larger than 512 MB.");
    if (content.length === 0) return refuse(400, `The file is empty. To upload one: ${command}`);
    sendJson(response, {
      FileId: await store(name, content, subAppId === undefined ? undefined : Number(subAppId)),
    });
  };
}

function isFileName(name: string): boolean {
  return Buffer.byteLength(name) <= 200 && !/[/\\\p{Cc}]/u.test(name) && !/^\.{1,2}$/.test(name);
}
