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
