import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build/build";
import { NAMESPACE, openStage, type Stage } from "../../scripts/dev/soak/stage";
import { createTables, type DatabaseServer, ENGINES, rowsOf, startDatabase } from "../helpers/databases";

const FILES = 20;
/** Only the first one pulls anything, so that more would show nothing new. */
const TICKS = 4;

describe.each(ENGINES)("%s", (engine) => {
  let server: DatabaseServer;
  let stage: Stage;
  const folder = mkdtempSync(join(tmpdir(), "vod-receiver-outage-"));

  beforeAll(async () => {
    server = await startDatabase(engine);
    stage = await openStage();
  });
  afterAll(async () => {
    await stage?.cloud.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("an outage in reliable mode parks nothing, and then everything is recorded once", async () => {
    const record_url = await server.createDatabase();
    await createTables(record_url);
    // A single failed delivery would park an event.
    const config = { definitions: [100010], idle: "stop", max_deliveries: 1, record_url };
    await build(config, folder, ["reliable"]);
    await stage.deploy("reliable", config, folder);
    await stage.vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
    const tick = () => stage.cloud.functions.invoke(NAMESPACE, "reliable", { Type: "Timer" });
    const upload = async (name: string) =>
      (await stage.cloud.upload(`${name}.mp4`, new Uint8Array(1))).fileId;

    const fileIds = [await upload("first")];
    await tick();
    await server.kill();
    for (let number = 0; number < FILES; number++) fileIds.push(await upload(String(number)));
    const pulled: unknown[] = [];
    for (let tried = 0; tried < TICKS; tried++) {
      const { error, result } = await tick();
      expect(error).toBeUndefined();
      expect(result).toMatchObject({ park: 0, confirmed: 0, error: "The database does not answer." });
      pulled.push(Object(result).pulled);
    }
    expect(stage.log.filter((line) => line.startsWith("Unhandled rejection"))).toEqual([]);
    expect(stage.log.filter((line) => line.startsWith("The database does not answer."))).toHaveLength(TICKS);

    // From then on it asks the database first.
    expect(pulled.slice(1)).toEqual(Array.from({ length: TICKS - 1 }, () => 0));

    await server.start();
    do {
      const { result } = await tick();
      expect(result).toMatchObject({ park: 0 });
    } while (stage.cloud.queuedEvents() > 0);
    const media = await rowsOf(record_url, "vod_media");
    expect(media.map((row) => row["file_id"]).sort()).toEqual([...fileIds].sort());
    const outputs = await rowsOf(record_url, "vod_output");
    expect(outputs.map((row) => `${row["file_id"]} ${row["state"]}`).sort()).toEqual(
      fileIds.map((fileId) => `${fileId} succeeded`).sort(),
    );
    expect(fileIds.map((fileId) => stage.cloud.tasksStarted().get(fileId))).toEqual(fileIds.map(() => 1));
  });
});
