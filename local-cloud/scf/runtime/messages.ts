/** From the platform to an instance: handle one request. */
export interface Order {
  /** JSON text. */
  event: string;
  context: Record<string, string | number | boolean>;
  triggerSource: string | null;
  /** Written to both outputs after the request's last line. */
  mark: string;
}

/** From an instance to the platform. */
export type Report =
  | { type: "loaded" }
  | { type: "handler-not-found"; reason: string }
  | { type: "result"; json: string }
  | { type: "result-too-large"; bytes: number }
  | { type: "exception"; message: string; stackTrace: string };

const FIELDS: Record<Report["type"], Record<string, "string" | "number">> = {
  loaded: {},
  "handler-not-found": { reason: "string" },
  result: { json: "string" },
  "result-too-large": { bytes: "number" },
  exception: { message: "string", stackTrace: "string" },
};

/** Whether what came through the channel is a report; a function's code could send anything. */
export function isReport(message: unknown): message is Report {
  if (typeof message !== "object" || message === null) return false;
  const values = new Map<string, unknown>(Object.entries(message));
  const fields = Object.entries(FIELDS).find(([type]) => type === values.get("type"))?.[1];
  return (
    fields !== undefined && Object.entries(fields).every(([key, type]) => typeof values.get(key) === type)
  );
}
