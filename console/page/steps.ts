import type { EventRow, FileRow } from "../protocol";

/** One step of a file's path. */
export interface Step {
  readonly name: "uploaded" | "notified" | "processing" | "outputs" | "recorded";
  readonly state: "done" | "running" | "failed" | "waiting" | "skipped";
  readonly percent?: number;
  /** Why it failed, or what it waits for, in the words of who knows. */
  readonly text?: string;
}

/** The types of event that begin a file's processing. */
const BEGINNINGS = ["NewFileUpload", "PullComplete"];

/**
 * The path of a file: uploaded, notified, processing, outputs, and recorded if a database is set.
 * @param events those of the file, in any order
 * @param skipped why it was not processed, if the log has that
 */
export function stepsOf(
  file: FileRow,
  events: readonly EventRow[],
  { hasDatabase, skipped }: { readonly hasDatabase: boolean; readonly skipped: string | undefined },
): readonly Step[] {
  const notified = notifiedStep(events.filter(({ eventType }) => BEGINNINGS.includes(eventType)));
  const processing = processingStep(file, notified, skipped);
  const outputs: Step =
    processing.state === "done" && file.outputs.length > 0
      ? { name: "outputs", state: "done" }
      : { name: "outputs", state: processing.state === "running" ? "running" : "waiting" };
  const steps: Step[] = [{ name: "uploaded", state: "done" }, notified, processing, outputs];
  return hasDatabase ? [...steps, recordedStep(events)] : steps;
}

function notifiedStep(events: readonly EventRow[]): Step {
  const name = "notified";
  const attempts = events.flatMap((event) => event.attempts);
  if (attempts.some(({ outcome }) => outcome === "done")) return { name, state: "done" };
  const last = attempts.at(-1);
  if (!last) return { name, state: events.length > 0 ? "running" : "waiting" };
  const text = last.error === undefined ? {} : { text: last.error };
  return { name, state: last.leftTo ? "running" : "failed", ...text };
}

function processingStep({ tasks, outputs }: FileRow, notified: Step, skipped: string | undefined): Step {
  const name = "processing";
  const running = tasks.filter(({ status }) => status !== "FINISH");
  const errors = tasks.flatMap((task) => task.errors);
  if (running.length > 0) {
    const percent = running.reduce((sum, { progress }) => sum + progress, 0) / running.length;
    return { name, state: "running", percent: Math.round(percent) };
  }
  if (errors.length > 0) return { name, state: "failed", text: errors.join("; ") };
  if (tasks.length === 0 && skipped !== undefined) return { name, state: "skipped", text: skipped };
  const isDone = tasks.length > 0 || outputs.length > 0;
  return { name, state: isDone ? "done" : notified.state === "done" ? "running" : "waiting" };
}

function recordedStep(events: readonly EventRow[]): Step {
  const isDone = events.some(({ attempts }) => attempts.some(({ outcome }) => outcome === "done"));
  return { name: "recorded", state: isDone ? "done" : "waiting" };
}

/** As VOD's console has it: a file is processing while a task flow of it runs. */
export function isProcessing({ tasks }: FileRow): boolean {
  return tasks.some(({ status }) => status !== "FINISH");
}
