import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import { type Account, CallError, openAccount } from "../cloud/account";
import { findDifferent } from "../cloud/config-digest";
import { type Application, applicationOf } from "../cloud/deployed-config";
import { explain } from "../cloud/explain";
import { IncompleteLogError } from "../cloud/function-log";
import type { Mode } from "../cloud/function-names";
import { reportInvocations } from "../cloud/invocation-figures";
import { type FoundFunction, findFunction, findOurFunction } from "../cloud/our-functions";
import { countRefused } from "../cloud/refused-requests";
import { isSameAddress, serviceAddress } from "../cloud/remote-function";
import { NEWEST_RUNTIME } from "../cloud/runtimes";
import { readTarget, type Target } from "../cloud/target";
import { countUnended } from "../cloud/unended-requests";
import { countOfEvents, NOT_IN_USE, openTimer, readEventConfig } from "../cloud/vod-events";
import { askDatabase, hasTables } from "../deploy/check-database";
import { isRepeating } from "../deploy/invocation-config";
import { roleExists } from "../deploy/role";
import { weaknessOf } from "../deploy/variables";
import { deployedSince } from "../replay/deployed-since";
import { findMissing } from "../replay/find-missing";
import { findUnhandled } from "../replay/find-unhandled";
import { openReplayContext, otherConfig } from "../replay/replay-context";
import { findWaiting, type WaitingEvent } from "../replay/waiting";
import { print, printError } from "../terminal/output";

/** Of events with one reason. */
const MAX_NAMES = 5;
/** What is younger may still be on its way. */
const ON_ITS_WAY_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Something that is not as it should be. */
interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

/** What the checks found. */
interface Examination {
  readonly findings: readonly Finding[];
  /** What is worth knowing but not wrong. */
  readonly notes: readonly string[];
  /** What may be wrong: only the user can decide. */
  readonly hints: readonly Finding[];
}

const DEPLOY = "Deploy again: bash installer.sh";
const DEPLOY_RELIABLE = "Deploy again: MODE=reliable bash installer.sh";

/**
 * Checks everything that notifications need to arrive and be processed. Prints each problem with its remedy.
 * @returns whether no problem was found
 */
export async function doctor(environment: Environment): Promise<boolean> {
  const { findings, notes, hints } = await examine(readTarget(environment));
  print(...notes);
  for (const { problem, remedy } of [...findings, ...hints])
    print(...`- ${problem}\n  ${remedy}`.split("\n"));
  const ok = hints.length === 0 ? "No problems found." : "No other problems found.";
  print(findings.length === 0 ? ok : `Problems to fix: ${findings.length}.`);
  return findings.length === 0;
}

async function examine(target: Target): Promise<Examination> {
  const account = openAccount(target, printError);
  try {
    const callback = await findFunction(account, "callback", target);
    const reliable = await findFunction(account, "reliable", target);
    const found = [callback, reliable].flatMap((one) => one ?? []);
    const findings = found.length > 0 ? [] : [NOTHING];
    for (const one of found) findings.push(...examineFunction(one), ...(await examineRole(account, one)));
    if (callback) findings.push(...(await examineRetry(account, callback)));
    const ofVod = await examineVod(account, applicationOf(found, target), callback, reliable);
    const now = systemClock.now();
    const names = found.map(({ name }) => name);
    const invocations = await reportInvocations(account, names, now - DAY_MS, now);
    const hints = [weaknessOf(callback?.remote.variables["PATH_TOKEN"]) ?? [], ofVod.hints].flat();
    return {
      ...ofVod,
      hints,
      notes: [...ofVod.notes, ...invocations.notes, ...found.flatMap(noteOlderRuntime)],
      findings: [
        ...findings,
        ...ofVod.findings,
        ...invocations.findings,
        ...(await examineDatabase(account, target)),
        ...(await examineReplay(target, found)),
        ...(await examineMissed(account, target, found)),
      ],
    };
  } catch (error) {
    // With wrong keys or a wrong clock nothing else can be checked.
    if (!(error instanceof CallError)) throw error;
    const [problem = "", ...remedy] = explain(error).split("\n");
    return { findings: [{ problem, remedy: remedy.join(" ") }], notes: [], hints: [] };
  }
}

/** Asks the database from inside the functions. */
async function examineDatabase(account: Account, target: Target): Promise<Finding[]> {
  const retry = await findFunction(account, "retry", target);
  if (!retry?.remote.variables["RECORD_URL"]) return [];
  const status = await askDatabase(account, retry.name, "database-status");
  if (typeof status["error"] === "string")
    return [
      {
        problem: `The functions can't use the database: ${status["error"]}`,
        remedy: "Check RECORD_URL, VPC_ID and SUBNET_ID; then: ./vod-receiver database status",
      },
    ];
  if (hasTables(status)) return [];
  return [
    {
      problem: "The database lacks the tables that events are recorded in.",
      remedy: "Make them: ./vod-receiver database init",
    },
  ];
}

const NOTHING: Finding = {
  problem: "Neither callback nor reliable is deployed.",
  remedy: "Deploy one: bash installer.sh",
};

function examineFunction({ entryPoint, name: { name }, remote, triggers }: FoundFunction): Finding[] {
  const again = entryPoint === "reliable" ? DEPLOY_RELIABLE : DEPLOY;
  const findings: Finding[] = [];
  const { Status, ClsTopicId, Role, AvailableStatus } = remote.description;
  if (Status !== "Active") {
    findings.push({ problem: `The function ${name} is ${Status}.`, remedy: again });
  }
  if (AvailableStatus && AvailableStatus !== "Available") {
    findings.push({
      problem: `The function ${name} can't be called: ${AvailableStatus}.`,
      remedy: "Check the account's balance in the Tencent Cloud console.",
    });
  }
  if (!Role && !remote.variables["SECRET_ID"]) {
    findings.push({
      problem: `The function ${name} has neither a role nor keys, so it can't start a transcode.`,
      remedy: again,
    });
  }
  if (!ClsTopicId) {
    findings.push({
      problem: `The log of the function ${name} is not delivered to CLS.`,
      remedy: "Enable log delivery in the function's configuration in the SCF console.",
    });
  }
  const { PATH_TOKEN, SIGN_KEY, SIGN_KEY_NEXT } = remote.variables;
  if (entryPoint === "callback" && !PATH_TOKEN && !SIGN_KEY && !SIGN_KEY_NEXT) {
    const problem = `Anyone who finds the address of the function ${name} can send it notifications: it has neither a path token nor a sign key.`;
    findings.push({ problem, remedy: `${again}; then: ${commandToSet(undefined)} --replace` });
  }
  if (entryPoint === "callback" && serviceAddress(remote, triggers) === undefined) {
    findings.push({ problem: `The function ${name} has no address.`, remedy: again });
  }
  return findings;
}

function noteOlderRuntime({ name: { name }, remote }: FoundFunction): string[] {
  const { Runtime } = remote.description;
  if (Runtime === NEWEST_RUNTIME || Runtime === undefined) return [];
  return [
    `${name} runs on ${Runtime}; new functions get ${NEWEST_RUNTIME}. SCF can't change a function's runtime: moving ` +
      "means a new function with a new address (docs/operations.md#move-to-a-newer-runtime).",
  ];
}

async function examineRole(account: Account, { name, remote }: FoundFunction): Promise<Finding[]> {
  const role = remote.description.Role;
  if (!role || (await roleExists(account, role))) return [];
  return [{ problem: `The role ${role} of the function ${name.name} does not exist.`, remedy: DEPLOY }];
}

/** callback hands over what it can't finish in time. The other function must exist, and SCF must retry it. */
async function examineRetry(account: Account, callback: FoundFunction): Promise<Finding[]> {
  const { namespace } = callback.name;
  const name = callback.remote.variables["RETRY_FUNCTION"];
  if (!name) {
    const problem = `The function ${callback.name.name} has no function to hand over to what it can't finish in time.`;
    return [{ problem, remedy: DEPLOY }];
  }
  const retry = await findOurFunction(account, { namespace, name });
  if (retry?.entryPoint !== "retry") {
    const problem = `The function ${namespace}/${name}, to which ${callback.name.name} hands over, does not exist.`;
    return [{ problem, remedy: DEPLOY }];
  }
  const findings = [...examineFunction(retry), ...(await examineRole(account, retry))];
  if (await isRepeating(account, retry.name)) return findings;
  const problem = `SCF is not set to retry the function ${name} twice within six hours after a failure.`;
  return [...findings, { problem, remedy: DEPLOY }];
}

async function examineVod(
  account: Account,
  application: Application,
  callback: FoundFunction | undefined,
  reliable: FoundFunction | undefined,
): Promise<Examination> {
  try {
    const now = await readEventConfig(account, application);
    const findings =
      now.Mode === "PULL" ? examineQueue(reliable) : examineAddress(now.NotificationUrl, callback, reliable);
    if (now.UploadMediaCompleteEventSwitch !== "ON") {
      findings.push({
        problem: "Upload events are switched off in VOD (UploadMediaCompleteEventSwitch is OFF).",
        remedy: setIt(callback && reliable && (now.Mode === "PULL" ? "reliable" : "normal")),
      });
    }
    const notes: string[] = [];
    if (now.Mode === "PULL" || reliable) {
      const waiting = await countOfEvents(account, application);
      notes.push(
        "count" in waiting
          ? `Events in VOD's queue about three minutes ago: ${waiting.count}.`
          : `How many events are in VOD's queue is unknown (DescribeEventsState: ${waiting.unknown}).`,
      );
    }
    if (now.Mode !== "PULL" && reliable && callback) notes.push(`${reliable.name.name}: ${NOT_IN_USE}`);
    const hints = callback && now.Mode !== "PULL" ? await hintAtRefused(account, callback, reliable) : [];
    return { findings, notes, hints };
  } catch (error) {
    if (!(error instanceof CallError) || error.code?.startsWith("AuthFailure")) throw error;
    if (application.SubAppId === undefined && mayNeedSubAppId(error)) {
      const problem = `VOD rejects calls without a SubAppId (${error.code}).`;
      const remedy =
        "Accounts created since 2023-12-25 need one. Copy it from the VOD console and deploy with SUBAPPID=…";
      return { findings: [{ problem, remedy }], notes: [], hints: [] };
    }
    const [problem = "", ...rest] = explain(error).split("\n");
    return { findings: [{ problem, remedy: rest.join(" ") }], notes: [], hints: [] };
  }
}

/** Anyone can send requests that are rejected, so they do not prove that VOD has a wrong key. */
async function hintAtRefused(
  account: Account,
  callback: FoundFunction,
  reliable: FoundFunction | undefined,
): Promise<Finding[]> {
  try {
    const now = systemClock.now();
    const refused = await countRefused(account, callback, now - DAY_MS, now);
    if (refused === 0) return [];
    const problem = `Requests rejected for their signature in the last day, with none accepted since: ${refused}.`;
    return [{ problem, remedy: `If VOD sent them: ${commandToSet(reliable && "normal")}` }];
  } catch (error) {
    // examineReplay reports that the log can't be read.
    if (error instanceof CallError || error instanceof IncompleteLogError) return [];
    throw error;
  }
}

/** Events that failed stay recorded in the log until `replay` reprocesses them. */
async function examineReplay(target: Target, found: readonly FoundFunction[]): Promise<Finding[]> {
  if (!found.some(({ remote }) => remote.description.ClsTopicId)) return [];
  try {
    const context = await openReplayContext(target, systemClock);
    const different = findDifferent(context.config, found);
    if (different !== "unknown" && different.length > 0) {
      const [problem = "", remedy = ""] = otherConfig(different).split(/(?<=\.) (?=Deploy)/);
      return [{ problem, remedy }];
    }
    const waiting = await findWaiting(context, DAY_MS, systemClock);
    if (waiting.length === 0) return [];
    const problem = [
      `Events recorded in the log in the last day that still wait for a replay: ${waiting.length}.`,
      ...listByReason(waiting),
    ].join("\n  ");
    return [
      { problem, remedy: "Fix the cause that the log reports, then run: ./vod-receiver replay --since 1d" },
    ];
  } catch (error) {
    if (!(error instanceof CallError || error instanceof IncompleteLogError)) throw error;
    const [problem = "", ...rest] = explain(error).split("\n");
    return [{ problem, remedy: rest.join(" ") }];
  }
}

/** VOD answers so for an upload that it has just reported. */
const NOT_IN_APPLICATION =
  "SUBAPPID is wrong, another application posts to this address, or the file was deleted.";

/** A line for each reason, with some of its events. */
function listByReason(waiting: readonly WaitingEvent[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { eventType, fileId, taskId, reason } of waiting) {
    const name = [eventType, fileId ?? taskId].filter(Boolean).join(" ");
    groups.set(reason, [...(groups.get(reason) ?? []), name]);
  }
  return [...groups].map(([reason, names]) => {
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
    const cause = reason.includes("InvalidParameterValue.FileId") ? ` ${NOT_IN_APPLICATION}` : "";
    return `${names.slice(0, MAX_NAMES).join(", ")}${more}: ${reason}${cause}`;
  });
}

/** What was lost on its way: files without outputs, and ends of task flows that no function got. */
async function examineMissed(
  account: Account,
  target: Target,
  found: readonly FoundFunction[],
): Promise<Finding[]> {
  if (found.length === 0) return [];
  const remedy = "To see and start them: ./vod-receiver reconcile --since 1d";
  try {
    const clock = systemClock;
    const context = await openReplayContext(target, clock);
    const now = clock.now();
    const after = Math.max(now - DAY_MS, deployedSince(context.functions, now).createdMs);
    const range = { after, before: now - ON_ITS_WAY_MS, includePulled: false };
    let files = 0;
    for await (const file of findMissing(context, range, clock)) if (file.work) files += 1;
    const hasLog = found.some(({ remote }) => remote.description.ClsTopicId);
    let unended = 0;
    for (const one of context.functions)
      unended += await countUnended(account, one, now - DAY_MS, now, clock);
    const ends = hasLog ? await findUnhandled(context, after, clock) : [];
    const problems = [
      ...(files > 0
        ? [`Files of the last day without the outputs that the configuration starts: ${files}.`]
        : []),
      ...(ends.length > 0 ? [`Task flows whose end no function has processed: ${ends.length}.`] : []),
    ];
    const findings = problems.map((problem) => ({ problem, remedy }));
    if (unended === 0) return findings;
    const problem = `Requests of the last day that began and never ended: ${unended}. Their instances were killed.`;
    return [
      ...findings,
      { problem, remedy: "What they had in hand is found with: ./vod-receiver reconcile --since 1d" },
    ];
  } catch (error) {
    // The other checks report that VOD or the log can't be read.
    if (error instanceof CallError || error instanceof IncompleteLogError) return [];
    throw error;
  }
}

function setIt(mode: Mode | undefined): string {
  return `Run: ${commandToSet(mode)}`;
}

/** @param mode if both entry points are deployed */
function commandToSet(mode: Mode | undefined): string {
  return `${mode ? `MODE=${mode} ` : ""}./vod-receiver event-config --yes`;
}

function examineQueue(reliable: FoundFunction | undefined): Finding[] {
  if (!reliable) {
    const problem =
      "VOD keeps its events in a queue (reliable callback), but no deployed function processes it.";
    const remedy =
      "Deploy reliable: MODE=reliable bash installer.sh; or let VOD send them: MODE=normal ./vod-receiver event-config --yes --replace";
    return [{ problem, remedy }];
  }
  if (openTimer(reliable) !== undefined) return [];
  const problem = `The function ${reliable.name.name} has no enabled timer, so nothing processes VOD's queue.`;
  return [{ problem, remedy: DEPLOY_RELIABLE }];
}

function examineAddress(
  set: string | undefined,
  callback: FoundFunction | undefined,
  reliable: FoundFunction | undefined,
): Finding[] {
  const address = callback && serviceAddress(callback.remote, callback.triggers);
  if (address === undefined) {
    if (!reliable || callback) return [];
    const problem = "VOD does not put its events into its queue.";
    return [{ problem, remedy: "Run: MODE=reliable ./vod-receiver event-config --yes" }];
  }
  const remedy = setIt(reliable && "normal");
  if (!set) return [{ problem: "VOD has no address to send its events to.", remedy }];
  if (isSameAddress(set, address)) return [];
  return [{ problem: "VOD sends its events to another address.", remedy: `${remedy} --replace` }];
}

/** VOD's code for this is not known; it concerns a parameter or a permission. */
function mayNeedSubAppId(error: CallError): boolean {
  return /SubAppId/i.test(`${describeFailure(error).code} ${error.message}`);
}
