import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultRules } from "../../../local-cloud";
import { build } from "../../build/build";
import { withOwnHandler } from "../own-handler";
import { postRequest } from "./normal";
import { NAMESPACE, openStage } from "./stage";

/** What comes at once, and how many instances there are for it. */
interface Burst {
  readonly title: string;
  readonly instances: number;
  /** Of the function's time; slow where many instances start at once. */
  readonly speed: number;
  readonly events: readonly Arrival[];
  readonly faults?: FaultRules;
}

interface Arrival {
  readonly atMs: number;
  readonly kind: "upload" | "task";
}

/** How many events of a burst found an instance. */
export interface BurstResult {
  readonly title: string;
  readonly events: number;
  readonly instances: number;
  readonly lost: number;
}

const HANDLER = `export const custom = async ({ eventType }: { eventType: string }) => {
  if (eventType === "ProcedureStateChanged") await new Promise((resolve) => setTimeout(resolve, 1500));
};`;

/** The two bursts; the second is at a fifth of the size. */
function bursts(instances: number): readonly Burst[] {
  const wave = (atMs: number) => Array.from({ length: 30 }, (): Arrival => ({ atMs, kind: "task" }));
  const spread = (kind: Arrival["kind"], count: number) =>
    Array.from({ length: count }, (_, index): Arrival => ({ atMs: (index * 30_000) / count, kind }));
  return [
    {
      title: "30 finished task flows at once, twice within 2 s, and a handler of 1.5 s",
      ...{ instances, speed: 0.2, events: [...wave(0), ...wave(2000)] },
    },
    {
      title: "67 uploads and 79 finished task flows within 30 s while VOD's API does not answer, at a fifth",
      ...{ instances: Math.floor(instances / 5), speed: 1 },
      events: [...spread("upload", 67), ...spread("task", 79)],
      faults: { calls: [{ service: "vod", latencyMs: 30_000 }] },
    },
  ];
}

/**
 * Sends bursts of notifications to a callback that has so many instances at most.
 * @param instances how many it has in production
 */
export async function soakBursts(instances: number): Promise<readonly BurstResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  try {
    await build({ definitions: [100010] }, folder, ["callback", "retry"], [withOwnHandler(HANDLER)]);
    const results: BurstResult[] = [];
    for (const burst of bursts(instances)) results.push(await run(burst, folder));
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run({ title, instances, speed, events, faults }: Burst, folder: string): Promise<BurstResult> {
  const { cloud, time, deploy, close } = await openStage({}, speed);
  try {
    await deploy("retry", { definitions: [100010] }, folder);
    await deploy("callback", { definitions: [100010] }, folder);
    cloud.functions.limit(NAMESPACE, "callback", instances);
    cloud.faults.replace(faults ?? {});
    const answers = events.map(async ({ atMs, kind }, index) => {
      await time.sleep(atMs);
      const payload =
        kind === "upload"
          ? { EventType: "NewFileUpload", FileUploadEvent: { FileId: String(index) } }
          : { EventType: "ProcedureStateChanged", ProcedureStateChangeEvent: { TaskId: `task-${index}` } };
      const { error } = await cloud.functions.invoke(NAMESPACE, "callback", postRequest(payload));
      return error?.statusCode === 432;
    });
    const lost = (await Promise.all(answers)).filter(Boolean).length;
    return { title, events: events.length, instances, lost };
  } finally {
    await close();
  }
}
