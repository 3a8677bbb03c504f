import { soakLog } from "../../scripts/dev/soak/log";

test("replay finds every record of a log, and a log of five times as many lines takes no more memory", async () => {
  const short = await soakLog(30_000);
  const long = await soakLog(150_000);
  expect(short).toMatchObject({ records: 60, lost: 0 });
  expect(long).toMatchObject({ records: 300, lost: 0 });
  expect(long.peakBytes / short.peakBytes).toBeLessThan(1.25);
});
