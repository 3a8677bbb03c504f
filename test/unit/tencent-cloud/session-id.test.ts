import { sessionId, sessionPrefix } from "../../../lib/tencent-cloud/session-id";

const FILE_ID = "387702299900000123";
const work = { definitions: [100010, 100020] };

test("it is the file, a hash of the work and the generation, in 50 characters at most", () => {
  expect(sessionId(FILE_ID, work)).toMatch(/^387702299900000123-[0-9a-f]{12}-0$/);
  expect(sessionId(FILE_ID, work, 7)).toBe(`${sessionPrefix(FILE_ID, work)}7`);
  expect(sessionId("1".repeat(32), work, 9999).length).toBeLessThanOrEqual(50);
});

test("the order of the definitions makes no difference, and anything else does", () => {
  expect(sessionId(FILE_ID, { definitions: [100020, 100010] })).toBe(sessionId(FILE_ID, work));
  const others = [
    sessionId(FILE_ID, { definitions: [100010] }),
    sessionId(FILE_ID, { ...work, subAppId: 1500000001 }),
    sessionId(FILE_ID, work, 1),
    sessionId("387702299900000124", work),
  ];
  expect(new Set([sessionId(FILE_ID, work), ...others]).size).toBe(5);
});

// Written before work of other kinds existed. If one changes, an update starts work that users have paid for again.
test.each<[string, Parameters<typeof sessionId>[1], number, string]>([
  ["387702299900000123", { definitions: [100010, 100020] }, 0, "387702299900000123-93bb6e44969e-0"],
  ["387702299900000123", { definitions: [100020, 100010] }, 0, "387702299900000123-93bb6e44969e-0"],
  ["387702299900000123", { definitions: [100010] }, 0, "387702299900000123-3ab3b032fa0a-0"],
  ["5285890813738446783", { definitions: [10, 20, 30, 40] }, 0, "5285890813738446783-f97318ff3460-0"],
  [
    ...(["5285890813738446783", { definitions: [100010, 100020], subAppId: 1500012345 }, 0] as const),
    "5285890813738446783-f13113f86247-0",
  ],
  ["1", { definitions: [1] }, 0, "1-4e097cde81bf-0"],
  [
    ...(["12345678901234567890123456789012", { definitions: [100800] }, 9999] as const),
    "12345678901234567890123456789012-9272b8b2252e-9999",
  ],
  ["387702299900000123", { definitions: [100010, 100020] }, 3, "387702299900000123-93bb6e44969e-3"],
  [
    "387702299900000123",
    { definitions: [875, 1010, 100010], subAppId: 1 },
    1,
    "387702299900000123-e53798dc3112-1",
  ],
  ["387702299900000124", { definitions: [100220] }, 0, "387702299900000124-9c6ddfc63890-0"],
])("the SessionIds of definitions stay as they were: %s %j %d", (fileId, asked, generation, id) => {
  expect(sessionId(fileId, asked, generation)).toBe(id);
});

test("a task flow and other processing have SessionIds of their own, whatever the order of members", () => {
  const cover = { CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time" }] };
  const same = { CoverBySnapshotTaskSet: [{ PositionType: "Time", Definition: 10 }] };
  const ids = [
    { procedure: "LongVideoPreset" },
    { procedure: "Other" },
    { mediaProcessTask: cover },
    { mediaProcessTask: { CoverBySnapshotTaskSet: [{ Definition: 11 }] } },
    { mediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] } },
    { definitions: [100010] },
  ].map((one) => sessionId(FILE_ID, one));
  expect(new Set(ids).size).toBe(6);
  expect(sessionId(FILE_ID, { mediaProcessTask: same })).toBe(
    sessionId(FILE_ID, { mediaProcessTask: cover }),
  );
});
