import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { ApplyUploadResponse } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type Clock, systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { UserError } from "../../lib/errors";
import { applicationOf } from "../cloud/deployed-config";
import { readTarget } from "../cloud/target";
import { outputsShown } from "../cloud/work-items";
import { openReplayContext, type ReplayContext } from "../replay/replay-context";
import { resolveForFile } from "../replay/resolve-for-file";
import { openStatusLine, print, printError } from "../terminal/output";
import { type Destination, putObject, StorageRefusal } from "../upload/put-object";

/** What one request can store (docs/tencent-protocols.md#uploads). */
const MAX_BYTES = 5 * 1024 ** 3;
const TRIES = 3;
const PAUSE_MS = 1000;
const SHOW_MS = 500;
const POLL_MS = 3000;
/** An upload event that no function has processed by then may be lost. */
const START_MS = 5 * 60_000;

/**
 * Uploads a file to VOD, and prints its FileId and its URL.
 * @param options.wait waits until what the configuration starts for the file has ended, and prints the outputs
 * @returns false if the outputs are waited for and something of them failed or was not started
 * @throws {UserError} if the file can't be uploaded
 */
export async function upload(
  environment: Environment,
  file: string,
  { wait = false }: { readonly wait?: boolean },
  clock: Clock = systemClock,
): Promise<boolean> {
  const sizeBytes = sizeOf(file);
  const MediaType = extname(file).slice(1);
  if (MediaType === "") throw new UserError(`${file} has no extension. VOD needs one, such as .mp4.`);
  const target = readTarget(environment);
  const context = await openReplayContext(target, clock);
  const { vod } = context.account;
  const application = applicationOf(context.functions, target);
  const MediaName = basename(file, extname(file));
  const place = await vod.ApplyUpload({ ...application, MediaType, MediaName });
  await store(file, sizeBytes, destinationOf(place), target.env, clock);
  const VodSessionKey = place.VodSessionKey ?? "";
  const { FileId, MediaUrl = "" } = await vod.CommitUpload({ ...application, VodSessionKey });
  if (typeof FileId !== "string" || FileId === "")
    throw new Error("VOD's answer to CommitUpload has no FileId. Look for the file in the VOD console.");
  print(`FileId: ${FileId}`, `Url: ${MediaUrl}`);
  if (wait) return waitForOutputs(FileId, context, clock);
  print(`Its processing: ./vod-receiver status ${FileId}`);
  return true;
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new UserError(`${file} is not a file. Pass the path of a video.`);
  if (found.size === 0) throw new UserError(`${file} is empty. Pass the path of a video.`);
  if (found.size > MAX_BYTES)
    throw new UserError(
      `${file} is larger than 5 GB, which one request can't store. Upload it in the VOD console, or with Tencent's upload SDK.`,
    );
  return found.size;
}

/** @throws if VOD's answer lacks something */
function destinationOf(place: ApplyUploadResponse): Destination {
  const { StorageBucket, StorageRegion, MediaStoragePath, TempCertificate } = place;
  const { SecretId, SecretKey, Token } = TempCertificate ?? {};
  // They become the host that gets the file.
  const isName = (text: unknown): text is string => typeof text === "string" && /^[\w-]+$/.test(text);
  const isText = (text: unknown): text is string => typeof text === "string" && text !== "";
  const hasPlace = isName(StorageBucket) && isName(StorageRegion) && isText(MediaStoragePath);
  if (!hasPlace || !isText(SecretId) || !isText(SecretKey) || !isText(Token))
    throw new Error("VOD's answer to ApplyUpload has no place or no keys for the file. Run this again.");
  const path = `/${MediaStoragePath.replace(/^\//, "")}`;
  const keys = { secretId: SecretId, secretKey: SecretKey, token: Token };
  return { bucket: StorageBucket, region: StorageRegion, path, ...keys };
}

/** Storing a file twice does no harm, so what the network or the storage failed at is repeated. */
async function store(
  file: string,
  sizeBytes: number,
  destination: Destination,
  env: Environment,
  clock: Clock,
): Promise<void> {
  const status = openStatusLine();
  for (let tries = 1; ; tries++) {
    let shownAt = Number.NEGATIVE_INFINITY;
    const show = (bytes: number) => {
      if (!status.isTerminal || clock.monotonic() - shownAt < SHOW_MS) return;
      shownAt = clock.monotonic();
      status.show(`Uploading ${file}: ${Math.floor((bytes / sizeBytes) * 100)} %`);
    };
    try {
      await putObject(file, sizeBytes, destination, env, clock.now(), show);
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isLasting = error instanceof UserError || (error instanceof StorageRefusal && error.status < 500);
      if (isLasting || tries === TRIES)
        throw new UserError(
          `${file} was not uploaded: ${reason}. Run this again; nothing is left of this try.`,
        );
      status.clear();
      printError(`Uploading ${file}: ${reason}; retrying.`);
      await clock.sleep(PAUSE_MS * tries);
    } finally {
      status.clear();
    }
  }
}

async function waitForOutputs(fileId: string, context: ReplayContext, clock: Clock): Promise<boolean> {
  const status = openStatusLine();
  const deadlineMs = clock.monotonic() + START_MS;
  try {
    for (;;) {
      const found = await resolveForFile(context.account.vod, fileId, context.config);
      const { state } = found;
      const isRunning = state.running.length > 0;
      const failures = isRunning ? [] : state.flows.flatMap((flow) => flow.failures);
      const isOpen =
        failures.length === 0 && !("reason" in found) && ("work" in found.plan || found.plan.later);
      if (!isRunning && !isOpen) {
        status.clear();
        for (const { item, url } of outputsShown(state.media)) print(`${item}: ${url}`);
        if ("reason" in found) print(`The configuration starts nothing: ${found.reason}`);
        else if ("work" in found.plan) {
          for (const { item, error } of failures) print(`${item} failed: ${error}`);
          print(`To start it again: ./vod-receiver replay --again ${fileId}`);
          return false;
        } else if ("nothing" in found.plan && found.plan.open) {
          print(`${fileId}: ${found.plan.nothing}`);
          return false;
        }
        return true;
      }
      if (!isRunning && clock.monotonic() > deadlineMs) {
        status.clear();
        print(`Nothing has started the processing of ${fileId}. To find out why: ./vod-receiver doctor`);
        return false;
      }
      if (status.isTerminal)
        status.show(isRunning ? "VOD is processing the file." : "Waiting for the processing to start.");
      await clock.sleep(POLL_MS);
    }
  } finally {
    status.clear();
  }
}
