import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomNumbers } from "../../../local-cloud";
import { build } from "../../build/build";
import { openEmptyDatabase } from "./database";
import { examine } from "./evidence";
import { normalFaults } from "./faults";
import { LOOK_MS, type SoakOptions, type SoakResult, watchProgress } from "./mode";
import { NAMESPACE, openStage } from "./stage";

const CONFIG = { definitions: [100010] };
const INSTANCES = 16;
/** Notifications on their way at a time: more than instances are left now and then. */
const IN_FLIGHT = 12;
/** How many notifications come twice. */
const DOUBLE_SHARE = 0.05;
/** Without a line of the log for so long nothing goes on: `retry` pauses for a minute, and works for 50 s at most. */
const QUIET_MS = 2 * 60_000;
/** `reconcile` takes the end of a task flow for one that is still on its way for ten minutes. */
const ON_ITS_WAY_MS = 11 * 60_000;
const REPAIRS = [
  ["replay", "--since", "3d", "--yes"],
  ["reconcile", "--since", "3d", "--limit", "100000", "--yes"],
];

/**
 * Has VOD send the notifications of uploads and of their task flows to the callback of a local cloud, some of them twice,
 * with calls that fail and instances that are killed. What is lost that way, `replay` and `reconcile` make good at the
 * end. The functions must be built.
 * @param options.events how many notifications: an upload has two
 */
export async function soakNormal({ events, seed, report, recordUrl }: SoakOptions): Promise<SoakResult> {
  const folder = recordUrl ? mkdtempSync(join(tmpdir(), "soak-")) : undefined;
  if (folder) await build({ ...CONFIG, record_url: recordUrl ?? "" }, folder, ["callback", "retry"]);
  const database = recordUrl ? await openEmptyDatabase(recordUrl) : undefined;
  const random = randomNumbers(seed);
  let inFlight = 0;
  const doubles = new Set<Promise<unknown>>();
  const stage = await openStage({
    onNotification: ({ body, answer }) => {
      inFlight += answer === undefined ? 1 : -1;
      if (answer !== undefined || random() >= DOUBLE_SHARE) return;
      const double = cloud.functions
        .invoke(NAMESPACE, "callback", postRequest(JSON.parse(body)))
        .finally(() => doubles.delete(double));
      doubles.add(double);
    },
  });
  const { cloud, time, vod, log } = stage;
  let killed = 0;
  let throttled = 0;
  cloud.functions.onRequest(({ invocation: { error } }) => {
    if (error?.statusCode === 432) throttled += 1;
    else if (error) killed += 1;
  });
  try {
    const variables: Record<string, string> = recordUrl ? { RECORD_URL: recordUrl } : {};
    for (const name of ["retry", "callback"]) await stage.deploy(name, CONFIG, folder, variables);
    cloud.functions.limit(NAMESPACE, "callback", INSTANCES);
    const NotificationUrl = await cloud.openAddress(NAMESPACE, "callback");
    await vod.ModifyEventConfig({ Mode: "PUSH", NotificationUrl, UploadMediaCompleteEventSwitch: "ON" });
    cloud.faults.replace(normalFaults(seed));
    const uploads: string[] = [];
    while (uploads.length * 2 < events) {
      if (inFlight + doubles.size >= IN_FLIGHT) await time.sleep(20);
      else uploads.push((await cloud.upload(`${uploads.length}.mp4`, new Uint8Array(1))).fileId);
      report(`${uploads.length} files uploaded, ${throttled} notifications found no instance`);
    }
    const settle = async () => {
      const goesOn = watchProgress(time.now, QUIET_MS);
      while (inFlight + doubles.size > 0 || goesOn(String(log.length))) await time.sleep(LOOK_MS);
    };
    await settle();
    cloud.faults.replace({});
    cloud.functions.limit(NAMESPACE, "callback", undefined);
    const repaired: string[] = [];
    const repair = async () => {
      for (const args of REPAIRS) {
        report(args.join(" "));
        // What it could not do shows in what is lost.
        await stage.run(args, (line) => repaired.push(line));
      }
      await settle();
      // What is recorded counts as lost here: replay has run.
      const done = [...log, ...repaired].filter((line) => !line.startsWith('{"replay"'));
      const found = examine({ uploads, unreadable: [], unknown: [] }, cloud.tasksStarted(), done);
      return { ...found, lost: [...found.lost, ...((await database?.findUnrecorded(uploads)) ?? [])] };
    };
    const first = await repair();
    if (first.lost.length > 0) await time.sleep(ON_ITS_WAY_MS);
    const { lost, doubled } = first.lost.length > 0 ? await repair() : first;
    const { parked } = examine({ uploads: [], unreadable: [], unknown: [] }, new Map(), log);
    return { lost, doubled, parked, killed, throttled, failed: cloud.faults.failedCalls, left: 0 };
  } finally {
    await stage.close();
    database?.close();
    if (folder) rmSync(folder, { recursive: true });
  }
}

/** A notification, as a function URL gives it to a function. */
export function postRequest(notification: object): object {
  const body = JSON.stringify(notification);
  return { httpMethod: "POST", path: "/", headers: {}, queryString: {}, body, isBase64Encoded: false };
}
