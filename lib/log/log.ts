import { type Redact, redactValue } from "./redact";

/** The log service keeps 8 KB of a line (its newline counted here) and 1 MB of a request. */
const LINE_BYTES = 8 * 1024 - 1;
const REQUEST_BYTES = 1024 * 1024;
/** Reserved of a request's megabyte, so that the last lines always fit. */
const RESERVE_BYTES = 3 * LINE_BYTES;
const CUT = " (cut)";
/** Characters of what a list's lines begin with; a longer beginning has a line of its own before them. */
const MAX_HEAD = 1000;
/** Characters of a value in an event's last line; the second is safe for six values of nothing but escapes. */
const MAX_VALUE = 1000;
const SURELY_SHORT_VALUE = 200;

/** The lines of a request's log. */
interface Lines {
  /** Writes a line; one that is too long for the log service is cut. */
  line(text: string): void;
  /** Writes `head` and the items, joined by ", ", on as many lines as they need, `head` on each. */
  list(head: string, items: readonly string[]): void;
  /** Writes the last line of an event, for which there is always room; of JSON only the values are redacted. */
  last(record: Readonly<Record<string, unknown>>): void;
}

/** The log of one request, which redacts what it is given. */
export interface Log extends Lines {
  /** Redacts a text, or the strings in a JSON value. */
  clean<Value>(value: Value): Value;
  /** The same log without redaction: for the fixed words, which a secret may equal, around redacted values. */
  readonly own: Lines;
  /** How many bytes of lines still fit. */
  room(): number;
}

/**
 * Makes the log of one request.
 * @param write gets each finished line, without its newline
 * @param redact removes the secrets from a text; it runs before a text is cut, as a part of a secret is a secret too
 */
export function createLog(write: (line: string) => void, redact: Redact = (text) => text): Log {
  const clean = <Value>(value: Value) => redactValue(value, redact);
  let bytes = 0;
  let leftOut = 0;

  /** @param text as `shown` returns it */
  function put(text: string, limit: number): void {
    const line = fits(text) ? text : cut(text);
    const size = byteLength(line) + 1;
    if (bytes + size > limit) {
      leftOut += 1;
      return;
    }
    bytes += size;
    write(line);
  }

  const putLine = (text: string) => put(text, REQUEST_BYTES - RESERVE_BYTES);
  /** A text as it may stand in a line, of a long one a little more than a line takes. */
  const shown = (text: string) => escapeControls(text.slice(0, LINE_BYTES + 1));

  const own: Lines = {
    line: (text) => putLine(shown(text)),
    list(head, items) {
      const characters = items.reduce((sum, item) => sum + item.length + 2, head.length);
      if (characters <= LINE_BYTES) {
        const whole = shown([head, ...items].join(", "));
        if (fits(whole)) return putLine(whole);
      }
      if (head.length > MAX_HEAD) putLine(shown(head));
      const start = shown(head.length > MAX_HEAD ? head.slice(0, MAX_HEAD) + CUT : head);
      const startSize = byteLength(start);
      let line = start;
      let size = startSize;
      for (const text of items) {
        const item = shown(text);
        const added = byteLength(item) + 2;
        if (size > startSize && size + added > LINE_BYTES) {
          putLine(line);
          line = start;
          size = startSize;
        }
        line += `, ${item}`;
        size += added;
      }
      putLine(line);
    },
    last(record) {
      if (leftOut > 0) put(`The log of this request is full: ${leftOut} lines were left out.`, REQUEST_BYTES);
      const whole = escapeControls(stringify(record, MAX_VALUE));
      put(fits(whole) ? whole : escapeControls(stringify(record, SURELY_SHORT_VALUE)), REQUEST_BYTES);
    },
  };
  return {
    line: (text) => own.line(clean(text)),
    list: (head, items) => own.list(clean(head), clean(items)),
    last: (record) => own.last(clean(record)),
    own,
    clean,
    room: () => REQUEST_BYTES - RESERVE_BYTES - bytes,
  };
}

/** How a line begins that `replay` could read: with a time, a member of ours, or JSON that may hold one. */
const LIKE_OURS = /^\s*(?:\d{4}-|\{\s*"(?:requestId|EventType)"|\{.*(?:"replay"|"LogJson"|"SCF_|\\u))/s;

/** The log for the user's own code: a line that could be read back as one of ours gets "> " before it. */
export function withoutForgery(log: Log): Log {
  const mark = (text: string) => (LIKE_OURS.test(text) ? `> ${text}` : text);
  return { ...log, line: (text) => log.line(mark(text)), list: (head, items) => log.list(mark(head), items) };
}

/** A cut line would be no JSON any more, so the values are cut. */
function stringify(record: Readonly<Record<string, unknown>>, longestValue: number): string {
  const json = JSON.stringify(record);
  if (json.length <= longestValue) return json;
  return JSON.stringify(record, (_key, value: unknown) =>
    typeof value === "string" && value.length > longestValue ? value.slice(0, longestValue) + CUT : value,
  );
}

// Line ends and terminal escapes, also the Unicode ones, and what turns the direction of writing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const CONTROLS = new RegExp(CONTROL, "g");

/** Writes control characters as JSON does, so that no value can begin a line of its own. */
export function escapeControls(text: string): string {
  if (!CONTROL.test(text)) return text;
  return text.replace(CONTROLS, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Whether the log service keeps all of a line. */
function fits(text: string): boolean {
  return text.length * 3 <= LINE_BYTES || byteLength(text) <= LINE_BYTES;
}

function cut(text: string): string {
  const kept = Buffer.from(text, "utf8")
    .subarray(0, LINE_BYTES - CUT.length)
    .toString("utf8");
  return kept.replace(/\ufffd+$/, "") + CUT;
}
