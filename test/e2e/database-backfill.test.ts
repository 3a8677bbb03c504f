import { Checkout } from "../helpers/checkout";
import {
  connectAs,
  createTables,
  type DatabaseServer,
  ENGINES,
  rowsOf,
  startDatabase,
} from "../helpers/databases";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { SAMPLE } from "../helpers/test-cloud";

const DAY_MS = 24 * 3_600_000;
/** Only the date is not the real one. */
const TIMERS = [
  ...["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"],
  ...["nextTick", "queueMicrotask", "hrtime", "performance"],
] as const;

const checkout = new Checkout();
let stage: DeployScenario;
beforeEach(async () => {
  stage = await DeployScenario.open(checkout, {
    // Not as a value, which would be the real one for ever.
    now: () => Date.now(),
  });
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(checkout, args, { ...stage.env, ...env });

/** Uploads and processes a file some days ago; VOD sends no notification of its end. */
async function process(daysAgo: number): Promise<string> {
  jest.useFakeTimers({ now: Date.now() - daysAgo * DAY_MS, doNotFake: [...TIMERS] });
  const { fileId } = await stage.cloud.upload("a.mp4", SAMPLE);
  const TranscodeTaskSet = [{ Definition: 100010 }, { Definition: 100020 }];
  const SessionId = `${fileId}-0123456789ab-0`;
  await stage.call("vod", "ProcessMedia", {
    FileId: fileId,
    SessionId,
    MediaProcessTask: { TranscodeTaskSet },
  });
  for (;;) {
    const { MediaInfoSet } = await stage.call("vod", "DescribeMediaInfos", { FileIds: [fileId] });
    if (JSON.stringify(MediaInfoSet).includes('"Definition":100020')) break;
  }
  jest.useRealTimers();
  return fileId;
}

const outputs = async (url: string) =>
  (await rowsOf(url, "vod_output")).map(({ file_id, task_id, definition, state, url: address }) => ({
    ...{ file_id, definition: Number(definition), state, isOfFile: task_id === `file:${file_id}` },
    hasUrl: String(address).startsWith("http"),
  }));

describe.each(ENGINES)("backfill into %s", (engine) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabase(engine);
  });
  afterAll(() => server.stop());

  test("fills the tables with old and new files, and changes nothing when it is repeated", async () => {
    const old = await process(10);
    const young = await process(0);
    const url = await server.createDatabase();
    expect(await run(["database", "backfill"], { RECORD_URL: url })).toEqual({
      code: 1,
      output: "The database lacks the tables. Make them: ./vod-receiver database init\n",
    });
    await createTables(url);
    expect(await run(["database", "backfill", "--since", "2d"], { RECORD_URL: url })).toEqual({
      code: 0,
      output: expect.stringContaining("1 files, "),
    });
    const error = { error: "UnauthorizedOperation", message: "no" };
    stage.cloud.faults.replace({ calls: [{ action: "SearchMedia", ...error }] });
    expect(await run(["database", "backfill"], { RECORD_URL: url })).toEqual({
      code: 1,
      output: expect.stringMatching(/^0 files, [1-9]\d* events recorded, 0 failed\.\n.*SearchMedia/s),
    });
    stage.cloud.faults.replace({});
    for (let times = 0; times < 2; times++) {
      expect(await run(["database", "backfill"], { RECORD_URL: url })).toMatchObject({
        code: 0,
        output: expect.stringMatching(/^2 files, \d+ events recorded, 0 failed\.$/m),
      });
      const row = { state: "succeeded", hasUrl: true };
      expect(await outputs(url)).toEqual(
        expect.arrayContaining([
          { file_id: old, definition: 100010, ...row, isOfFile: true },
          { file_id: old, definition: 100020, ...row, isOfFile: true },
          { file_id: young, definition: 100010, ...row, isOfFile: false },
          { file_id: young, definition: 100020, ...row, isOfFile: false },
        ]),
      );
      expect(await outputs(url)).toHaveLength(4);
      expect((await rowsOf(url, "vod_media")).map(({ file_id }) => file_id).sort()).toEqual(
        [old, young].sort(),
      );
    }
  });

  test("status shows a file without a name, and does not wait for a table that is locked", async () => {
    const fileId = await process(1);
    const url = await server.createDatabase();
    await createTables(url);
    const connection = await connectAs(url);
    const deletion = `(0, '${fileId}', '2026-01-01 00:00:00')`;
    for (const sql of [
      `INSERT INTO vod_media (sub_app_id, file_id, deleted_at) VALUES ${deletion}`,
      ...(engine === "mysql"
        ? ["LOCK TABLES vod_output WRITE"]
        : ["BEGIN", "LOCK TABLE vod_output IN ACCESS EXCLUSIVE MODE"]),
    ])
      await connection.query({ sql, values: [] });
    const locked = await run(["status", fileId], { RECORD_URL: url });
    connection.destroy();
    expect(locked).toEqual({
      code: 0,
      output: expect.stringContaining(
        "  database: it can't be read from this machine (no answer within 10 seconds)\n",
      ),
    });
    const { output } = await run(["status", fileId], { RECORD_URL: url });
    expect(output).toContain("  database: (no name), deleted\n");
  });

  test("goes through the function retry if the database is out of reach here", async () => {
    const url = await server.createDatabase();
    await stage.deploy({ RECORD_URL: url });
    const fileId = await process(10);
    const status = await run(["status", fileId]);
    expect(status.output).toContain("  database: the file is not recorded\n");
    // What is wrong here is not wrong in the function.
    const { code, output } = await run(["database", "backfill"], { RECORD_CA: "/nowhere.pem" });
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("so the function retry records the events.");
    expect((await run(["status", fileId])).output).toMatch(
      /^ {2}database: a\n {4}Transcode 100010: succeeded http\S+\n {4}Transcode 100020: succeeded http/m,
    );
    expect((await outputs(url)).filter(({ isOfFile }) => isOfFile).map(({ file_id }) => file_id)).toEqual([
      fileId,
      fileId,
    ]);
    await server.kill();
    const down = (await run(["status", fileId])).output;
    await server.start();
    expect(down).toMatch(/^ {2}database: it can't be read from this machine \(.+\)$/m);
    expect(down).not.toContain(new URL(url).password);
  });
});
