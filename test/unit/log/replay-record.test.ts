import { randomBytes } from "node:crypto";
import { hasRoomForRecord, logReplayRecord } from "../../../lib/log/replay-record";
import { FILE_ID, signature, uploadNotification, withDeepMember } from "../../helpers/notifications";
import { bytesOf, jsonLines, lastRecord, recordedLog, replayed } from "../../helpers/recorded-log";

const noise = (bytes: number) => randomBytes(bytes).toString("base64");

test("a notification comes out of its record as it was, without Sign and T", () => {
  const { log, lines } = recordedLog();
  const notification = uploadNotification({ Extra: "视频 \u0000\u2028 🎬" });
  logReplayRecord({ ...notification, ...signature("Key", 1_790_000_600) }, log);
  expect(lines).toHaveLength(1);
  expect(replayed(lines)).toEqual([notification]);
});

test("Sign and T below the top level are the event's own and stay", () => {
  const { log, lines } = recordedLog();
  const notification = { EventType: "X", Payload: { Sign: "a", T: 5 } };
  logReplayRecord(notification, log);
  expect(replayed(lines)).toEqual([notification]);
});

test("a large one takes several lines of at most 7 KB, each complete in itself", () => {
  const { log, lines } = recordedLog();
  const notification = uploadNotification({ Extra: noise(100_000) });
  logReplayRecord(notification, log);
  expect(lines.length).toBeGreaterThan(10);
  const parts = jsonLines(lines).map(({ replay }) => replay);
  expect(parts).toEqual(
    lines.map((_line, index) => ({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      part: index + 1,
      of: lines.length,
      data: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
    })),
  );
  for (const line of lines) expect(bytesOf(line)).toBeLessThanOrEqual(7 * 1024);
  expect(replayed(lines)).toEqual([notification]);
});

test("records of several requests in one log don't mix", () => {
  const { log, lines } = recordedLog();
  const notifications = [1, 2].map((number) => uploadNotification({ number, Extra: noise(20_000) }));
  for (const notification of notifications) logReplayRecord(notification, log);
  expect(replayed(lines.reverse())).toEqual(expect.arrayContaining(notifications));
});

test("every record of one event has the same id, whatever its Sign", () => {
  const { log, lines } = recordedLog();
  logReplayRecord(uploadNotification(), log);
  logReplayRecord({ ...uploadNotification(), ...signature("Key", 1_790_000_600) }, log);
  logReplayRecord(uploadNotification({ Name: "other" }), log);
  const [first, second, third] = lines;
  expect(first).toBe(second);
  expect(first).not.toBe(third);
});

const IDENTITY = { EventType: "NewFileUpload", FileId: FILE_ID };
const kept = (lines: readonly string[]) => jsonLines(lines).map(({ replay }) => replay);

test("one that is too large keeps its identity", () => {
  const { log, lines } = recordedLog();
  logReplayRecord(uploadNotification({ Extra: noise(2_000_000) }), log);
  expect(kept(lines)).toEqual([{ id: expect.any(String), identity: IDENTITY }]);
});

test("one that no JSON writer can write, for its depth, keeps its identity", () => {
  const { log, lines } = recordedLog();
  logReplayRecord(JSON.parse(withDeepMember(uploadNotification(), "Deep", 100_000)), log);
  expect(kept(lines)).toEqual([{ id: expect.any(String), identity: IDENTITY }]);
});

test("one that a full log has no room for keeps its identity, and the last line still gets in", () => {
  const { log, lines } = recordedLog();
  for (let line = 0; line < 2000; line++) log.line("x".repeat(1000));
  logReplayRecord(uploadNotification({ Extra: noise(2000) }), log);
  log.last({ outcome: "park" });
  expect(kept(lines.filter((line) => line.includes("replay")))).toEqual([
    { id: expect.any(String), identity: IDENTITY },
  ]);
  expect(lastRecord(lines)).toEqual({ outcome: "park" });
  expect(lines.reduce((sum, line) => sum + bytesOf(line), 0)).toBeLessThanOrEqual(1024 * 1024);
});

test("whether there is room for a record is known before, to the byte", () => {
  const notification = uploadNotification({ Extra: noise(10_000) });
  const { log: empty, lines: record } = recordedLog();
  logReplayRecord(notification, empty);
  const size = record.reduce((sum, line) => sum + bytesOf(line), 0);
  for (const [missing, fits] of [
    [0, true],
    [1, false],
  ] as const) {
    const { log, lines } = recordedLog();
    while (log.room() > size + 10_000) log.line("x".repeat(4000));
    while (log.room() > size - missing) log.line("x".repeat(Math.min(4000, log.room() - size + missing - 1)));
    expect(log.room()).toBe(size - missing);
    expect(hasRoomForRecord(notification, log)).toBe(fits);
    logReplayRecord(notification, log);
    expect(kept(lines.filter((line) => line.includes("identity")))).toHaveLength(fits ? 0 : 1);
  }
});

test("one that no log has room for waits for none", () => {
  const { log } = recordedLog();
  expect(hasRoomForRecord(uploadNotification({ Extra: noise(2_000_000) }), log)).toBe(true);
});

test("a task's identity is its TaskId and SessionId too, each cut to what fits a line", () => {
  const { log, lines } = recordedLog();
  const SessionId = "s".repeat(9000);
  const payload = { TaskId: "t-1", FileId: FILE_ID, SessionId, Extra: noise(2_000_000) };
  logReplayRecord({ EventType: "ProcedureStateChanged", ProcedureStateChangeEvent: payload }, log);
  expect(kept(lines)).toEqual([
    {
      id: expect.any(String),
      identity: {
        EventType: "ProcedureStateChanged",
        FileId: FILE_ID,
        TaskId: "t-1",
        SessionId: SessionId.slice(0, 100),
      },
    },
  ]);
});
