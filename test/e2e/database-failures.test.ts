import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build/build";
import { FIVE_FIELDS } from "../helpers/callback";
import {
  connectAs,
  createTables,
  type DatabaseServer,
  ENGINES,
  rowsOf,
  startDatabase,
} from "../helpers/databases";
import { DELETION_NOTIFICATION, procedureNotification } from "../helpers/notifications";
import { succeededItem, TRANSCODE } from "../helpers/task-results";
import { NAMESPACE, post, TestCloud, uploadOf } from "../helpers/test-cloud";

/** The fewest connections that a server allows, and how many of them a user may have. */
const LIMITS = {
  mysql: { options: ["--max-connections=10"], connections: 10 },
  postgres: { options: ["-c", "max_connections=8"], connections: 5 },
};
const FINISH = procedureNotification([succeededItem(TRANSCODE)]);

describe.each(ENGINES)("%s", (engine) => {
  let server: DatabaseServer;
  let folder: string;
  let url: string;
  let cloud: TestCloud;
  let address: string;

  beforeAll(async () => {
    server = await startDatabase(engine, LIMITS[engine].options);
    folder = mkdtempSync(join(tmpdir(), "vod-receiver-failures-"));
    const config = { ...FIVE_FIELDS, record_url: `${engine}://u:p@127.0.0.1/x` };
    await build(config, folder, ["callback", "retry"]);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    url = await server.createDatabase();
    cloud = await TestCloud.open();
  });
  afterEach(async () => {
    server.thaw();
    await cloud.cloud.close();
  });

  async function deploy(recordUrl = url): Promise<void> {
    await cloud.deployBuilt("retry", { RECORD_URL: recordUrl }, folder);
    await cloud.deployBuilt("callback", { RECORD_URL: recordUrl, RETRY_FUNCTION: "retry" }, folder);
    address = await cloud.cloud.openAddress(NAMESPACE, "callback");
  }

  const send = async (notification: object) => (await post(address, notification)).status;

  /** What the log's last line says of the last event. */
  const lastOf = (name: string) => JSON.parse(cloud.own(name).at(-1) ?? "{}");

  /** Waits for the end of `retry`'s next try; SCF begins it when the time has come. */
  async function nextTry(retryNum: number): Promise<void> {
    await cloud.lineWhere(
      (line) =>
        line.functionName === "retry" &&
        line.isPlatform &&
        line.retryNum === retryNum &&
        line.text.startsWith("Report "),
    );
  }

  async function advanceToNextTry(): Promise<void> {
    while (cloud.clock.waiting.length === 0) await new Promise(setImmediate);
    cloud.clock.advance(Math.max(0, ...cloud.clock.waiting));
  }

  test("a database that is down: the event goes to retry, and is recorded when the database is back", async () => {
    await createTables(url);
    await deploy();
    expect(await send(DELETION_NOTIFICATION)).toBe(200);
    await server.kill();
    expect(await send(FINISH)).toBe(202);
    expect(lastOf("callback")).toMatchObject({ outcome: "retry", pending: ["database"], leftTo: "retry" });
    await nextTry(0);
    await server.start();
    expect(await send(DELETION_NOTIFICATION)).toBe(200);
    await advanceToNextTry();
    await nextTry(1);
    expect(await rowsOf(url, "vod_output")).toHaveLength(1);
  });

  test("a connection that is dropped silently holds up one event, and no later one", async () => {
    await createTables(url);
    await deploy();
    expect(await send(DELETION_NOTIFICATION)).toBe(200);
    server.freeze();
    expect(await send(FINISH)).toBe(202);
    expect(lastOf("callback")).toMatchObject({ outcome: "retry", pending: ["database"], leftTo: "retry" });
    // By its own clock; VOD waits five seconds.
    expect(lastOf("callback").durationMs).toBeLessThan(4000);
    server.thaw();
    expect(await send(DELETION_NOTIFICATION)).toBe(200);
    await nextTry(0);
  });

  test("a server that has no connection left is used as soon as it has one", async () => {
    await createTables(url);
    await deploy();
    const others = await Promise.all(
      Array.from({ length: LIMITS[engine].connections }, () => connectAs(url)),
    );
    expect(await send(FINISH)).toBe(202);
    for (const connection of others) connection.destroy();
    await nextTry(0);
    while ((await send(DELETION_NOTIFICATION)) !== 200);
    if ((await rowsOf(url, "vod_output")).length === 0) {
      await advanceToNextTry();
      await nextTry(1);
    }
    expect(await rowsOf(url, "vod_output")).toHaveLength(1);
  });

  test("without tables events wait, and an administrator's invocation makes them", async () => {
    await deploy();
    expect(await send(FINISH)).toBe(202);
    expect(lastOf("callback")).toMatchObject({
      outcome: "retry",
      error: expect.stringMatching(/42(S02|P01)/),
    });
    await nextTry(0);
    const invoke = async (action: string) => {
      const { RetMsg } = await cloud.invoke({ VodReceiver: { action } }, { FunctionName: "retry" });
      return JSON.parse(RetMsg ?? "");
    };
    expect(await invoke("database-status")).toMatchObject({ version: 0, wanted: 1 });
    expect(await invoke("database-init")).toMatchObject({ version: 1, wanted: 1, rows: { vod_output: 0 } });
    await advanceToNextTry();
    await nextTry(1);
    expect(await rowsOf(url, "vod_output")).toHaveLength(1);
  });

  test("a wrong password is reported without it, and only the account can ask for administration", async () => {
    await deploy(url.replace(/:[^:@]*@/, ":wr0ng-passw0rd@"));
    expect(await send(FINISH)).toBe(202);
    await nextTry(0);
    const log = [...cloud.own("callback"), ...cloud.own("retry")].join("\n");
    expect(log).not.toContain("wr0ng-passw0rd");
    expect(await send({ VodReceiver: { action: "database-init" } })).toBe(400);
    expect(await send({ ...FINISH, VodReceiver: { action: "database-init" } })).toBe(400);
  });

  test("data that the database refuses is recorded for replay, and does not fail its neighbours", async () => {
    await createTables(url);
    const connection = await connectAs(url);
    const strict = "ALTER TABLE vod_output ADD CONSTRAINT test_limit CHECK (definition <> 100010)";
    await connection.query({ sql: strict, values: [] });
    connection.destroy();
    await deploy();
    expect(await send(FINISH)).toBe(400);
    expect(lastOf("callback")).toMatchObject({ outcome: "park", pending: ["database"] });
    expect(cloud.own("callback").join("\n")).toContain('{"replay":');
    expect(await send(DELETION_NOTIFICATION)).toBe(200);
  });

  test("an upload whose recording fails is started once, and only its recording is tried again", async () => {
    await deploy();
    const fileId = await cloud.upload();
    expect(await send(uploadOf(fileId))).toBe(202);
    await nextTry(0);
    await createTables(url);
    await advanceToNextTry();
    await nextTry(1);
    expect(cloud.started(fileId)).toBe(1);
    expect(await rowsOf(url, "vod_media")).toEqual([expect.objectContaining({ file_id: fileId })]);
  });
});
