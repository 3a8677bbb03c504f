import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build/build";
import { loadServerlessFile } from "../../scripts/deploy/serverless-file";
import { NAMESPACE, openStage } from "../../scripts/dev/soak/stage";
import { ROOT } from "../../scripts/project";
import { createTables, ENGINES, rowsOf, startDatabase } from "../helpers/databases";

const MEMORY_MB = loadServerlessFile(join(ROOT, "functions/reliable/serverless.yml"), {
  ...{ RELIABLE_FUNCTION: "reliable", NAMESPACE: "vod_demo", REGION: "ap-guangzhou", ROLE: "" },
}).memorySize;
/** Each has two events. */
const FILES = 2500;

async function drain(engine?: (typeof ENGINES)[number]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "vod-receiver-memory-"));
  const server = engine && (await startDatabase(engine));
  const stage = await openStage();
  let peakMb = 0;
  stage.cloud.functions.onLog(({ text, isPlatform }) => {
    const [, memory] = /^Report .* MemUsage:([\d.]+)MB$/.exec(text) ?? [];
    if (isPlatform && memory) peakMb = Math.max(peakMb, Number(memory));
  });
  try {
    const url = await server?.createDatabase();
    if (url) await createTables(url);
    const config = { definitions: [100010], idle: "stop", ...(url && { record_url: url }) };
    await build(config, folder, ["reliable"]);
    await stage.deploy("reliable", config, folder);
    await stage.vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
    for (let number = 0; number < FILES; number++)
      await stage.cloud.upload(`${number}.mp4`, new Uint8Array(1));
    do {
      const { error, result } = await stage.cloud.functions.invoke(NAMESPACE, "reliable", { Type: "Timer" });
      expect(error).toBeUndefined();
      expect(result).toMatchObject({ park: 0 });
    } while (stage.cloud.queuedEvents() > 0);
    if (url) expect(await rowsOf(url, "vod_output")).toHaveLength(FILES);
    return peakMb;
  } finally {
    await stage.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([undefined, ...ENGINES])(
  "a run that drains 5000 events (driver: %s) leaves a fifth of the function's memory",
  async (engine) => {
    const peakMb = await drain(engine);
    expect(peakMb).toBeGreaterThan(40);
    expect(peakMb).toBeLessThan(0.8 * MEMORY_MB);
  },
);
