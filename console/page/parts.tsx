import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { matching } from "./matching";
import { language, words } from "./words";

/** Rows in the page at a time, of any list. */
const PAGE = 100;

/** A part of a list, newest first, with buttons to go on. */
export function Rows<Row extends { readonly search: string }>(props: {
  readonly rows: readonly Row[];
  /** In lower case. */
  readonly wanted: string;
  readonly children: (rows: readonly Row[]) => ComponentChildren;
}) {
  const skip = useSignal(0);
  const last = useSignal(props.wanted);
  if (last.peek() !== props.wanted) {
    last.value = props.wanted;
    skip.value = 0;
  }
  const { rows, hasMore } = matching(props.rows, props.wanted, {
    skip: skip.value,
    take: PAGE,
  });
  const w = words.value;
  return (
    <>
      {rows.length === 0 ? <p class="empty">{w.none}</p> : props.children(rows)}
      {(hasMore || skip.value > 0) && (
        <div class="pager">
          <button
            type="button"
            disabled={skip.value === 0}
            onClick={() => (skip.value = Math.max(0, skip.value - PAGE))}
          >
            {w.newer}
          </button>
          <button type="button" disabled={!hasMore} onClick={() => (skip.value += PAGE)}>
            {w.older}
          </button>
        </div>
      )}
    </>
  );
}

export function Time({ ms }: { readonly ms: number }) {
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  const date = new Date(ms);
  return <time dateTime={date.toISOString()}>{date.toLocaleString(locale, { hour12: false })}</time>;
}

export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Folded JSON, without nulls. */
export function Json({ title, value }: { readonly title: string; readonly value: unknown }) {
  const text = JSON.stringify(value, (_key, member: unknown) => (member === null ? undefined : member), 2);
  return (
    <details>
      <summary>{title}</summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}

/** A command to copy. */
export function CommandLine({ text }: { readonly text: string }) {
  return <code class="command">{text}</code>;
}

/** Whether a URL may be shown in the page itself: the page loads pictures from its own address only. */
export const isOwn = (url: string): boolean => url.startsWith(`${location.origin}/`);
