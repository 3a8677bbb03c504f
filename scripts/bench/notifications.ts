import { isJsonObject, type JsonObject } from "../../lib/json";
import { makeExample } from "../trigger/example";

export const DELETION = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["387702299900000123"] } };

export function uploadOf(number: number): JsonObject {
  return { EventType: "NewFileUpload", FileUploadEvent: { FileId: `3877022999${number}` } };
}

/** A task flow that has made `outputs` transcodings and nothing else, with every member that VOD may write. */
export function procedureOf(outputs: number): JsonObject {
  const { ProcedureStateChangeEvent: payload, ...others } = makeExample("ProcedureStateChanged");
  if (!isJsonObject(payload)) throw new Error("The example has no payload.");
  const items: unknown = payload["MediaProcessResultSet"];
  const transcoding = Array.isArray(items) ? items.find((item) => item.Type === "Transcode") : undefined;
  if (!transcoding) throw new Error("The example has no transcoding.");
  return {
    ...others,
    ProcedureStateChangeEvent: {
      ...payload,
      MediaProcessResultSet: Array.from({ length: outputs }, () => transcoding),
      AiContentReviewResultSet: [],
      AiAnalysisResultSet: [],
      AiRecognitionResultSet: [],
    },
  };
}
