import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../lib/clock";
import { ApiError, randomNumbers } from "../../local-cloud";
import type { CheckedCall, Interception } from "../../local-cloud/api/interception";
import { reconcile } from "../../scripts/commands/reconcile";
import { replay } from "../../scripts/commands/replay";
import { fastTime } from "../../scripts/dev/soak/fast-time";
import { NAMESPACE, post, TestCloud, uploadOf } from "../helpers/test-cloud";

const CALLERS = 50;
const UPLOADS_EACH = 4;
/** Of the functions' time, which is slow here, so that a slow machine has enough of it. */
const SPEED = 0.25;
const LIFE_MS = 12_000;
/** How many of the callers have one that VOD has no time for. */
const STUBBORN = 24;

let entryPoints: TestCloud;
afterEach(() => entryPoints.cloud.close());

test("50 callers lose nothing to slow answers, errors, cut connections and killed instances, and double nothing", async () => {
  const random = randomNumbers(6);
  const stubborn = new Set<string>();
  const handed = new Set<string>();
  let isOver = false;
  async function intercept({ action, params }: CheckedCall): Promise<Interception> {
    if (isOver) return undefined;
    const busy = new ApiError("InternalError", "Busy.");
    if (action === "Invoke") {
      const { FileUploadEvent } = JSON.parse(Object(params).ClientContext);
      // Half of those that can't be done in time can't be handed over either.
      if (/[02468]$/.test(FileUploadEvent.FileId)) return new ApiError("UnauthorizedOperation.CAM", "No.");
      handed.add(FileUploadEvent.FileId);
      return undefined;
    }
    if (action !== "ProcessMedia") return undefined;
    const { FileId } = Object(params);
    if (stubborn.has(FileId) && !handed.has(FileId)) return busy;
    if (random() < 0.1) await pause(300);
    const chance = random();
    if (chance < 0.1) return busy;
    if (chance < 0.15) return "cut before";
    return chance < 0.2 ? "cut after" : undefined;
  }
  entryPoints = await TestCloud.open({ intercept });
  const environment = fastTime(SPEED).environment(LIFE_MS);
  await entryPoints.deployBuilt("retry", environment);
  await entryPoints.deployBuilt("callback", { ...environment, RETRY_FUNCTION: "retry" });
  const address = await entryPoints.cloud.openAddress(NAMESPACE, "callback");

  const statuses = new Map<string, number>();
  async function caller(_nothing: unknown, index: number): Promise<void> {
    for (let upload = 0; upload < UPLOADS_EACH; upload++) {
      const fileId = await entryPoints.upload();
      if (upload === 1 && index < STUBBORN) stubborn.add(fileId);
      // Some come twice, as VOD sends again what it had no answer to.
      const sent = [
        post(address, uploadOf(fileId)),
        ...(random() < 0.1 ? [post(address, uploadOf(fileId))] : []),
      ];
      const answers = await Promise.all(sent);
      statuses.set(fileId, Math.min(...answers.map(({ status, body }) => ownStatus(status, body))));
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const withStatus = (status: number) => [...statuses].filter(([, own]) => own === status).map(([id]) => id);
  // The load was one: each way was taken.
  for (const status of [200, 202, 500]) expect(withStatus(status)).not.toEqual([]);
  expect(withStatus(200).filter((fileId) => entryPoints.started(fileId) !== 1)).toEqual([]);

  // What the retry function could not do is tried again, twice at most, by the platform.
  isOver = true;
  const isLeft = () => withStatus(202).some((fileId) => entryPoints.started(fileId) === 0);
  const tries = () =>
    entryPoints.lines.filter(({ text, isPlatform }) => isPlatform && text.startsWith("Report ")).length;
  for (
    let before = -1;
    isLeft() && (entryPoints.clock.waiting.length > 0 || tries() !== before);
    await pause(200)
  ) {
    before = tries();
    entryPoints.clock.advance(Math.max(0, ...entryPoints.clock.waiting));
  }
  jest.spyOn(console, "log").mockImplementation(() => {});
  expect(await replay(entryPoints.env, { since: "1h", yes: true }, systemClock)).toBe(true);
  expect(withStatus(500).filter((fileId) => entryPoints.started(fileId) !== 1)).toEqual([]);
  // Nobody but VOD knows of those whose instance was killed before it could do anything.
  expect(await reconcile(entryPoints.env, { since: "1h", limit: 1000, yes: true }, systemClock)).toBe(true);
  expect(await replay(entryPoints.env, { since: "1h", yes: true }, systemClock)).toBe(true);
  jest.restoreAllMocks();

  expect([...statuses.keys()].map((fileId) => entryPoints.started(fileId))).toEqual(
    Array.from({ length: CALLERS * UPLOADS_EACH }, () => 1),
  );
}, 600_000);

/** What the function answered; 599 where its instance did not live to answer. */
function ownStatus(status: number, body: string): number {
  return status < 500 || body.includes("log") ? status : 599;
}
