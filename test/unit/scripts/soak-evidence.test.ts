import { logReplayRecord } from "../../../lib/log/replay-record";
import { examine, keptForReplay } from "../../../scripts/dev/soak/evidence";
import { recordedLog } from "../../helpers/recorded-log";

const fields = (fileId: string) =>
  `Transcode succeeded. FileId: ${fileId}, Definition: 100010, Url: https://example.com/a.mp4`;

test("what was done once and logged is neither lost nor doubled", () => {
  const expected = { uploads: ["1", "2"], unreadable: [], unknown: ["New"] };
  const log = [fields("1"), fields("2"), "Received an event of unknown type: New"];
  const tasks = new Map([
    ["1", 1],
    ["2", 1],
  ]);
  expect(examine(expected, tasks, log)).toEqual({ lost: [], doubled: [], parked: 0 });
});

test("what left no trace is lost, what was started twice is doubled", () => {
  const expected = { uploads: ["1", "2", "3"], unreadable: ["mark"], unknown: ["New"] };
  const tasks = new Map([
    ["1", 2],
    ["2", 1],
  ]);
  expect(examine(expected, tasks, [fields("1")])).toEqual({
    lost: ["upload 3", "outputs of 2", "unreadable mark", "unknown New"],
    doubled: ["1"],
    parked: 0,
  });
});

test("what is kept for replay is parked, once, whatever a killed instance left in the log", () => {
  const { log, lines } = recordedLog();
  for (let time = 0; time < 2; time++) {
    logReplayRecord({ EventType: "NewFileUpload", FileUploadEvent: { FileId: "mark" } }, log);
  }
  const expected = { uploads: [], unreadable: ["mark"], unknown: [] };
  const cut = lines[0]?.slice(0, 40) ?? "";
  expect(examine(expected, new Map(), [cut, ...lines])).toEqual({ lost: [], doubled: [], parked: 1 });
});

test("an upload that is parked is lost: nothing that fails in a soak lasts", () => {
  const { log, lines } = recordedLog();
  logReplayRecord({ EventType: "NewFileUpload", FileUploadEvent: { FileId: "7" } }, log);
  expect(examine({ uploads: ["7"], unreadable: [], unknown: [] }, new Map(), lines)).toEqual({
    lost: ["upload 7"],
    doubled: [],
    parked: 1,
  });
  expect(keptForReplay(lines).join()).toContain('"FileId":"7"');
});

test("the event that ends the process is lost unless it is kept for replay", () => {
  const { log, lines } = recordedLog();
  const expected = { uploads: [], unreadable: [], unknown: [], poison: "Poison" };
  expect(examine(expected, new Map(), lines).lost).toEqual(["Poison"]);
  logReplayRecord({ EventType: "Poison" }, log);
  expect(examine(expected, new Map(), lines).lost).toEqual([]);
});
