import http from "node:http";
import https from "node:https";
import { readHttpAddress } from "../cloud/http-address";
import { print, printError } from "../terminal/output";

const DEADLINE_MS = 10_000;
const MAX_ANSWER = 4096;

/**
 * Posts a notification as VOD does, and prints the status and the answer. Only the host of the address is printed,
 * because its path ends in the token.
 * @returns whether the status was a 2xx
 * @throws if the address is not an http or https URL, or no answer arrives within 10 s
 */
export async function send(notification: object, address: string): Promise<boolean> {
  const url = readHttpAddress(address, "--to");
  printError(`POST to ${url.origin}`);
  try {
    const { status, text } = await post(url, JSON.stringify(notification), MAX_ANSWER + url.pathname.length);
    print(`${status} ${withoutPath(text, url).slice(0, MAX_ANSWER)}`);
    return status >= 200 && status < 300;
  } catch (error) {
    throw new Error(
      `${url.origin} could not be reached: ${reasonOf(error)}. Check the address and that a receiver listens there.`,
    );
  }
}

/**
 * Follows no redirect: no other address than the given one gets the notification.
 * @param length of an answer that is enough, in characters; a server may answer without end
 */
async function post(url: URL, body: string, length: number): Promise<{ status: number; text: string }> {
  const { request } = url.protocol === "https:" ? https : http;
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  const sent = request(url, { method: "POST", headers, signal: AbortSignal.timeout(DEADLINE_MS) }).end(body);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  let text = "";
  for await (const part of response.setEncoding("utf8")) {
    text += part;
    if (text.length >= length) break;
  }
  return { status: response.statusCode ?? 0, text };
}

/** Some servers quote a path that they do not find. */
function withoutPath(answer: string, { pathname }: URL): string {
  const token = pathname.slice(pathname.lastIndexOf("/") + 1);
  return token === "" ? answer : answer.replaceAll(token, "***");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "AbortError") return `no answer within ${DEADLINE_MS / 1000} seconds`;
  // A refused connection to a name with several addresses has only a code.
  return error.message || String(Object(error)["code"]);
}
