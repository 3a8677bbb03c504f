import { randomBytes } from "node:crypto";
import { logReplayRecord } from "../../lib/replay-record";
import { signature, uploadNotification, withDeepMember } from "../fixtures/notifications";
import { bytesOf, jsonLines, recordedLog, replayed } from "../fixtures/recorded-log";

const noise = (bytes: number) => randomBytes(bytes).toString("base64");

test("a notification comes out of its record as it was, without Sign and T", () => {
  const { log, lines } = recordedLog();
  const notification = uploadNotification({ Extra: "视频 \u0000\u2028 🎬" });
  logReplayRecord({ ...notification, ...signature("Key", 1_790_000_600) }, "request-1", log);
  expect(lines).toHaveLength(1);
  expect(replayed(lines)).toEqual([notification]);
});

test("Sign and T below the top level are the event's own and stay", () => {
  const { log, lines } = recordedLog();
  const notification = { EventType: "X", Payload: { Sign: "a", T: 5 } };
  logReplayRecord(notification, "request-1", log);
  expect(replayed(lines)).toEqual([notification]);
});

test("a large one takes several lines of at most 7 KB, each complete in itself", () => {
  const { log, lines } = recordedLog();
  const notification = uploadNotification({ Extra: noise(100_000) });
  logReplayRecord(notification, "99999999-8888-7777-6666-555555555555", log);
  expect(lines.length).toBeGreaterThan(10);
  const parts = jsonLines(lines).map(({ replay }) => replay);
  expect(parts).toEqual(
    lines.map((_line, index) => ({
      id: "99999999-8888-7777-6666-555555555555",
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
  for (const [index, notification] of notifications.entries())
    logReplayRecord(notification, `r${index}`, log);
  expect(replayed(lines.reverse())).toEqual(expect.arrayContaining(notifications));
});

test("one that the log has no room for is told of instead of being kept in part", () => {
  const { log, lines } = recordedLog();
  logReplayRecord(uploadNotification({ Extra: noise(2_000_000) }), "request-1", log);
  expect(replayed(lines)).toEqual([]);
  expect(lines).toEqual([expect.stringContaining("too large")]);
});

test("one that no JSON writer can write, for its depth, does no harm", () => {
  const { log } = recordedLog();
  const notification = JSON.parse(withDeepMember(uploadNotification(), "Deep", 100_000));
  expect(() => logReplayRecord(notification, "request-1", log)).not.toThrow();
});
