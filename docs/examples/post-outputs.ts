// An example of your own code: it posts the URLs of transcoded files to a web service. To use it, copy it into
// lib/handlers (its imports then begin with ../), and let lib/handlers/custom.ts say:
//   export const custom = postOutputs("https://media.example.com/outputs");
import { type CustomHandler, Park } from "../../lib/custom-handler";
import { list, texts } from "../../lib/wire";

/**
 * Makes a handler that posts `{"taskId", "fileId", "urls"}` for each finished task flow with outputs. The same
 * event may come more than once, also at the same time, so the service must take a TaskId that it has as done.
 * @param address of the web service
 */
export function postOutputs(address: string): CustomHandler {
  return async (event, { log, signal }) => {
    if (!event.known || event.eventType !== "ProcedureStateChanged") return;
    const { TaskId: taskId, FileId: fileId, Status, MediaProcessResultSet } = event.payload;
    const urls = texts(list(MediaProcessResultSet).map((item) => item?.TranscodeTask?.Output?.Url));
    if (Status !== "FINISH" || typeof taskId !== "string" || urls.length === 0) return;

    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": taskId },
      body: JSON.stringify({ taskId, fileId, urls }),
      signal,
    });
    // Read to its end, the answer leaves the connection free for the next event.
    await response.arrayBuffer();
    // What the service refuses it will always refuse; anything else is worth another try.
    if ([400, 404, 410, 422].includes(response.status))
      throw new Park(`outputs: refused (${response.status})`);
    if (!response.ok) throw new Error(`outputs: the web service answered ${response.status}`);
    log.line(`Outputs posted. TaskId: ${taskId}, Count: ${urls.length}`);
  };
}
