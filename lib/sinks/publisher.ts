import { createHmac } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Clock } from "../clock";
import type { EventReport } from "../report/event-report";
import type { Failure } from "./deliver";

/** What no later try can change. */
const PERMANENT = [400, 404, 410, 422];

/** Where event reports are sent. */
export interface Publication {
  readonly url: string;
  /** One or two secrets `whsec_…`, separated by a space. */
  readonly secret: string;
}

/**
 * Sends an event report as Standard Webhooks do (docs/reference.md#publishing).
 * @param deadlineMs when to give up, on the monotonic clock
 * @returns why it is not published; the texts have the host, and nothing else of the URL
 */
export async function publish(
  report: EventReport,
  { url, secret }: Publication,
  clock: Clock,
  deadlineMs: number,
): Promise<Failure | undefined> {
  const target = new URL(url);
  const now = clock.now();
  const timestamp = new Date(now).toISOString();
  const body = JSON.stringify({ type: `vod.${report.eventType}`, timestamp, data: report });
  const seconds = String(Math.floor(now / 1000));
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "user-agent": "vod-receiver",
    "webhook-id": report.id,
    "webhook-timestamp": seconds,
    "webhook-signature": signaturesOf(secret, `${report.id}.${seconds}.${body}`),
  };
  const leftMs = Math.max(1, deadlineMs - clock.monotonic());
  try {
    const status = await post(target, headers, body, leftMs);
    if (status >= 200 && status < 300) return undefined;
    const isPermanent = PERMANENT.includes(status) || (status >= 300 && status < 400);
    return failure(isPermanent, target, `answered with the status ${status}`);
  } catch (error) {
    const { code, message }: { code?: unknown; message?: unknown } = Object(error);
    return failure(false, target, `could not be reached: ${code ?? message}`);
  }
}

function failure(isPermanent: boolean, { host }: URL, what: string): Failure {
  return { kind: isPermanent ? "park" : "retry", error: `the event was not published: ${host} ${what}` };
}

function signaturesOf(secrets: string, text: string): string {
  const sign = (secret: string) =>
    createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
      .update(text)
      .digest("base64");
  return secrets
    .split(" ")
    .map((secret) => `v1,${sign(secret)}`)
    .join(" ");
}

/** @returns the status of the answer; redirects are not followed */
function post(url: URL, headers: Record<string, string | number>, body: string, timeoutMs: number) {
  return new Promise<number>((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
      method: "POST",
      headers,
    });
    const timer = setTimeout(() => request.destroy(new Error("it did not answer in time")), timeoutMs);
    const end = () => clearTimeout(timer);
    request.on("error", (error) => {
      end();
      reject(error);
    });
    request.on("response", (response) => {
      end();
      resolve(response.statusCode ?? 0);
      // Nothing of an answer is used, and a long one is not waited for.
      response.destroy();
    });
    request.end(body);
  });
}
