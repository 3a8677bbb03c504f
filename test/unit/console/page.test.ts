import { gzipSync } from "node:zlib";
import { matching } from "../../../console/page/matching";
import { isProcessing, stepsOf } from "../../../console/page/steps";
import { buildPage } from "../../../console/page-files";
import type { Attempt, EventRow, FileRow, TaskRow } from "../../../console/protocol";

const FILE: FileRow = {
  ...{ fileId: "387", name: "a", type: "mp4", category: "Video", timeMs: 1 },
  source: { kind: "Source", url: "", media: "video" },
  ...{ outputs: [], tasks: [] },
};
const task = (status: string, more: Partial<TaskRow> = {}): TaskRow => ({
  ...{ taskId: "t", status, progress: 0, errors: [] },
  ...more,
});
const upload = (...attempts: Partial<Attempt>[]): EventRow => ({
  ...{ id: "1", timeMs: 1, eventType: "NewFileUpload", fileId: "387", hasBody: true },
  attempts: attempts.map((attempt) => ({
    ...{ functionName: "callback", requestId: "r", timeMs: 1, outcome: "done", durationMs: 1 },
    ...attempt,
  })),
});
const output = { kind: "Transcode", definition: 100010, url: "u", media: "video" } as const;

test.each<[string, Partial<FileRow>, EventRow[], string]>([
  ["nothing is known yet", {}, [], "uploaded done, notified waiting, processing waiting, outputs waiting"],
  ["VOD has sent it", {}, [upload()], "uploaded done, notified running, processing waiting, outputs waiting"],
  [
    "it was handed over",
    {},
    [upload({ outcome: "retry", leftTo: "retry", error: "slow" })],
    "uploaded done, notified running (slow), processing waiting, outputs waiting",
  ],
  [
    "it failed",
    {},
    [upload({ outcome: "park", error: "no permission" })],
    "uploaded done, notified failed (no permission), processing waiting, outputs waiting",
  ],
  [
    "it failed and was sent again",
    { tasks: [task("PROCESSING", { progress: 40 })] },
    [upload({ outcome: "park" }), upload({})],
    "uploaded done, notified done, processing running 40 %, outputs running",
  ],
  [
    "its task has ended",
    { tasks: [task("FINISH")], outputs: [output] },
    [upload({})],
    "uploaded done, notified done, processing done, outputs done",
  ],
  [
    "its task has failed",
    { tasks: [task("FINISH", { errors: ["Transcode 100010: SourceFileError"] })] },
    [upload({})],
    "uploaded done, notified done, processing failed (Transcode 100010: SourceFileError), outputs waiting",
  ],
])("a file's path when %s", (_name, file, events, expected) => {
  const steps = stepsOf({ ...FILE, ...file }, events, { hasDatabase: false, skipped: undefined });
  const words = steps.map(({ name, state, percent, text }) =>
    [name, state, percent === undefined ? "" : `${percent} %`, text ? `(${text})` : ""]
      .filter(Boolean)
      .join(" "),
  );
  expect(words.join(", ")).toBe(expected);
});

test("a file's path ends with the reason if the functions start nothing for it", () => {
  const steps = stepsOf(FILE, [upload({})], { hasDatabase: true, skipped: "it is an image" });
  expect(steps[2]).toEqual({ name: "processing", state: "skipped", text: "it is an image" });
  expect(steps[4]).toEqual({ name: "recorded", state: "done" });
});

test("a file is processing while one of its task flows has not ended", () => {
  expect(
    [[], ["FINISH"], ["FINISH", "WAITING"]].map((all) =>
      isProcessing({ ...FILE, tasks: all.map((one) => task(one)) }),
    ),
  ).toEqual([false, false, true]);
});

test("a filter returns a page of the rows, and whether more follow", () => {
  const rows = ["a1", "b1", "a2", "a3"].map((search) => ({ search }));
  const found = (wanted: string, skip: number) => {
    const { rows: some, hasMore } = matching(rows, wanted, { skip, take: 2 });
    return [some.map(({ search }) => search).join(), hasMore];
  };
  expect([found("", 0), found("a", 0), found("a", 2), found("c", 0)]).toEqual([
    ["a1,b1", true],
    ["a1,a2", true],
    ["a3", false],
    ["", false],
  ]);
});

test("the page's script has at most 35 KB, gzipped", async () => {
  const script = (await buildPage()).get("/console/page.js");
  expect(gzipSync(script?.content ?? "").length).toBeLessThan(35 * 1024);
});
