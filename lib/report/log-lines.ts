import type { Log } from "../log/log";
import type { Redact } from "../log/redact";
import { type Field, isReference } from "./fields";
import { MAX_ITEMS, type Part, type Parts } from "./parts";

/** A text of a line. */
interface Item {
  readonly text: string;
  /** Whether it leads somewhere: an identity, a URL, an error. Prose comes last if there is much. */
  readonly isWeighty: boolean;
}

/** One line, or several if it is long. */
interface Entry {
  readonly head: string;
  readonly failed: boolean;
  readonly items: readonly Item[];
}

const UNITS = new Map([
  ["Duration", " s"],
  ["Size", " bytes"],
  ["TimeOffset", " ms"],
]);
/** Characters of a value that is neither a URL nor an identity. */
const MAX_PROSE = 1000;
/** Above this the log of a request may overflow, as lines repeat their heads. */
const MAX_PLAIN_CHARACTERS = 512 * 1024;

/**
 * Logs what an event reports: a line for the event, and one for each item. Items of a task that has not ended are
 * left out: they come again. If a request's log may not hold it all, failures come first and prose last, so that
 * prose is left out.
 */
export function logParts({ parts, isUnfinished, isCut }: Parts, log: Log): void {
  const shown = isUnfinished ? parts.filter(({ isItem }) => !isItem) : parts;
  const entries = shown.map((part) => entryOf(part, log.clean));
  if (isCut)
    entries.push({
      head: `There are more than ${MAX_ITEMS} results: the others are left out.`,
      failed: false,
      items: [],
    });
  if (sizeOf(entries) <= MAX_PLAIN_CHARACTERS) {
    for (const { head, items } of entries) write(head, items, log);
    return;
  }
  for (const failed of [true, false]) {
    for (const entry of entries) {
      if (entry.failed === failed)
        write(
          entry.head,
          entry.items.filter(({ isWeighty }) => isWeighty),
          log,
        );
    }
  }
  for (const { head, items } of entries) {
    const prose = items.filter(({ isWeighty }) => !isWeighty);
    if (prose.length > 0) write(head, prose, log);
  }
}

/** A line needs something behind its first words: without an identity, the first of its fields. */
function entryOf({ title, state, head, error, groups }: Part, clean: Redact): Entry {
  const words = state === undefined ? title : `${title} ${state}`;
  const start = words === "" ? "" : `${words}. `;
  const items: Item[] = error.map((field) => ({ text: textOf(field, clean), isWeighty: true }));
  for (const { fields } of groups) addItems(fields, clean, items);
  const failed = state === "failed";
  if (head.length > 0)
    return { head: start + head.map((field) => textOf(field, clean)).join(", "), failed, items };
  const first = items.shift();
  return { head: first ? start + first.text : `${words}.`, failed, items };
}

/** The URLs within a text are logged by themselves if the text is cut. */
function addItems(fields: readonly Field[], clean: Redact, items: Item[]): void {
  let isCut = false;
  for (const field of fields) {
    if (field.isWithin && !isCut) continue;
    if (!field.isWithin) isCut = !isReference(field.label) && field.value.length > MAX_PROSE;
    items.push({ text: textOf(field, clean), isWeighty: isReference(field.label) });
  }
}

/** Redacted before it is cut, as a part of a secret is a secret too. */
function textOf(field: Field, clean: Redact): string {
  const { label } = field;
  const value = clean(field.value);
  // An uploader chooses the name: quoted, it cannot pass for the rest of a line.
  if (label === "FileName") return `${label}: ${JSON.stringify(value.slice(0, MAX_PROSE))}`;
  const isLong = !isReference(label) && value.length > MAX_PROSE;
  return `${label}: ${isLong ? `${value.slice(0, MAX_PROSE)} (cut)` : value}${UNITS.get(label) ?? ""}`;
}

function write(head: string, items: readonly Item[], log: Log): void {
  log.own.list(
    head,
    items.map(({ text }) => text),
  );
}

function sizeOf(entries: readonly Entry[]): number {
  let characters = 0;
  for (const { head, items } of entries) {
    characters += head.length;
    for (const { text } of items) characters += text.length;
  }
  return characters;
}
