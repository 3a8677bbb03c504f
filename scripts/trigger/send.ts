import { UsageError } from "../../lib/errors";
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
  const url = parseAddress(address);
  printError(`POST to ${url.origin}`);
  try {
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(notification),
      headers: { "Content-Type": "application/json" },
      // No other address than the given one gets the notification.
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = withoutPath(await beginningOf(response, MAX_ANSWER + url.pathname.length), url);
    print(`${response.status} ${answer.slice(0, MAX_ANSWER)}`);
    return response.ok;
  } catch (error) {
    throw new Error(
      `${url.origin} could not be reached: ${reasonOf(error)}. Check the address and that a receiver listens there.`,
    );
  }
}

function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new UsageError(
      "--to must be an address that begins with http:// or https://, without a user name.",
    );
  }
  return url;
}

/** A server may answer without end. @param length of what is enough, in characters */
async function beginningOf({ body }: Response, length: number): Promise<string> {
  let text = "";
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.length >= length) break;
  }
  return text;
}

/** Some servers quote a path that they do not find. */
function withoutPath(answer: string, { pathname }: URL): string {
  const token = pathname.slice(pathname.lastIndexOf("/") + 1);
  return token === "" ? answer : answer.replaceAll(token, "***");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError") return `no answer within ${DEADLINE_MS / 1000} seconds`;
  const { cause } = error;
  // A refused connection to a name with several addresses has only a code.
  return cause instanceof Error ? cause.message || String(Object(cause)["code"]) : error.message;
}
