import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalCloud } from "../../../local-cloud";
import { build } from "../../build/build";
import { withOwnHandler } from "../own-handler";
import { type Expected, examine } from "./evidence";
import { reliableFaults } from "./faults";
import { LOOK_MS, type SoakOptions, type SoakResult, watchProgress } from "./mode";
import { NAMESPACE, openStage, type Stage } from "./stage";

/** Of so many events one can't be read, and one is of an unknown type. */
const ODD_ONES = 100;
/** The type of the event that ends the process. */
const POISON = "Poison";
/** In the functions' time. The next tick comes long before a run ends, so that several go on at once. */
const TICK_MS = 5000;
const MAX_TICKS = 4;
const KILLS = { share: 0.6, withinMs: 50_000 };
/** A faster time asks more calls of the machine: it gets fewer of them. */
const CONFIG = { definitions: [100010], idle: "stop", calls_per_second: 40 };
/** The user's own, in which one event ends the process. */
const HANDLER = `export const custom = async ({ eventType }) => {
  if (eventType === "${POISON}") process.exit(1);
};`;

/**
 * Runs events through the reliable callback's queue of a local cloud, with calls that fail, instances that are
 * killed, ticks that overlap, and one event that ends the process.
 */
export async function soakReliable({ events, seed, report }: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const stage = await openStage();
  const { cloud, time, vod, log } = stage;
  const ticks = new Ticks(stage);
  try {
    await build(CONFIG, folder, ["reliable"], [withOwnHandler(HANDLER)]);
    await stage.deploy("reliable", CONFIG, folder);
    await vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
    let expected: Expected | undefined;
    const supplied = supply(cloud, events).then((all) => {
      expected = all;
      return all;
    });
    cloud.faults.replace(reliableFaults(seed, KILLS));
    const goesOn = watchProgress(time.now);
    while (expected === undefined || cloud.queuedEvents() > 0) {
      ticks.goOn();
      const state = `${cloud.queuedEvents()} events in the queue, ${log.length} lines in the log`;
      if (!goesOn(state)) break;
      report(state);
      await time.sleep(LOOK_MS);
    }
    const all = await supplied;
    await Promise.all(ticks.running);
    const findings = examine(all, cloud.tasksStarted(), log);
    const [failed, left] = [cloud.faults.failedCalls, cloud.queuedEvents()];
    return { ...findings, killed: ticks.killed, throttled: 0, failed, left };
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true });
  }
}

/**
 * Has VOD report about so many events. An upload is two of them: the end of its task flow is the other.
 * @returns what must come of them
 */
async function supply(cloud: LocalCloud, events: number): Promise<Expected> {
  const expected = {
    poison: POISON,
    uploads: [] as string[],
    unreadable: [] as string[],
    unknown: [] as string[],
  };
  for (let count = 0; count < events; count += 2) {
    if (count % ODD_ONES !== 0) {
      expected.uploads.push((await cloud.upload(`${count}.mp4`, new Uint8Array(1))).fileId);
      continue;
    }
    const [mark, name] = [`unreadable-${count}`, `Unknown${count}`];
    await cloud.notify({ EventType: "NewFileUpload", FileUploadEvent: { FileId: mark } });
    await cloud.notify({ EventType: name });
    expected.unreadable.push(mark);
    expected.unknown.push(name);
  }
  await cloud.notify({ EventType: POISON });
  return expected;
}

/** A timer's ticks. */
class Ticks {
  /** How many ended by a failure of the instance. */
  killed = 0;
  /** Those that go on. */
  readonly running = new Set<Promise<void>>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(private readonly stage: Stage) {}

  /** Fires if the time for it has come. */
  goOn(): void {
    const { cloud, time } = this.stage;
    if (time.now() - this.#last < TICK_MS || this.running.size >= MAX_TICKS) return;
    this.#last = time.now();
    const tick = {
      Type: "Timer",
      TriggerName: "soak",
      Time: new Date(time.now()).toISOString(),
      Message: "",
    };
    const run = cloud.functions
      .invoke(NAMESPACE, "reliable", tick, { triggerSource: "timer" })
      .then(({ error }) => {
        if (error) this.killed += 1;
        this.running.delete(run);
      });
    this.running.add(run);
  }
}
