import { UsageError } from "../../lib/errors";
import { print, printError } from "../terminal/output";

const DEADLINE_MS = 10_000;
const MAX_ANSWER = 4096;

/**
 * Posts a notification as VOD does, and prints the status and the answer. Of the address only the host is
 * printed: its path ends in the token.
 * @returns whether the status was a 2xx
 * @throws where the address is no http or https URL, or nothing answers within 10 s
 */
export async function send(notification: object, address: string): Promise<boolean> {
  const url = parseAddress(address);
  printError(`POST to ${url.origin}`);
  try {
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(notification),
      headers: { "Content-Type": "application/json" },
      // Another address than the one that was given gets nothing.
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = withoutPath(await beginningOf(response, MAX_ANSWER + url.pathname.length), url);
    print(`${response.status} ${answer.slice(0, MAX_ANSWER)}`);
    return response.ok;
  } catch (error) {
    throw new Error(`${url.origin} could not be reached: ${reasonOf(error)}.`);
  }
}

function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new UsageError(
      "--to takes an address that begins with http:// or https://, without a user's name.",
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

/** Some servers quote the path of what they don't find. */
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
