import { computed, type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
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
  const { rows, hasMore } = matching(props.rows, props.wanted, { skip: skip.value, take: PAGE });
  const w = words.value;
  return (
    <>
      {rows.length === 0 ? <p class="empty">{w.none}</p> : props.children(rows)}
      {(hasMore || skip.value > 0) && (
        <div class="pager">
          <Button disabled={skip.value === 0} onClick={() => (skip.value -= PAGE)}>
            {w.newer}
          </Button>
          <Button disabled={!hasMore} onClick={() => (skip.value += PAGE)}>
            {w.older}
          </Button>
        </div>
      )}
    </>
  );
}

export function Button(props: JSX.IntrinsicElements["button"]) {
  return <button type="button" {...props} />;
}

export function Check(props: {
  readonly class?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: () => void;
  readonly children: ComponentChildren;
}) {
  const { children, class: name, ...input } = props;
  return (
    <label class={name}>
      <input type="checkbox" {...input} /> {children}
    </label>
  );
}

export function Select(props: {
  readonly label: string;
  readonly class?: string;
  /** Each value with its text. */
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly chosen: Signal<string>;
}) {
  return (
    <label class={props.class}>
      {props.label}{" "}
      <select
        value={props.chosen.value}
        onChange={({ currentTarget }) => (props.chosen.value = currentTarget.value)}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Table(props: {
  readonly label: string;
  readonly titles: readonly string[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={props.label}>
      <table>
        <thead>
          <tr>
            {props.titles.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

/** Made once: a list's hundred times would take most of its time to show. */
const format = computed(() => {
  const [date, time] = [{ dateStyle: "short" }, { timeStyle: "medium", hour12: false }] as const;
  return new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en-GB", { ...date, ...time });
});

export function Time({ ms }: { readonly ms: number }) {
  return <time dateTime={new Date(ms).toISOString()}>{format.value.format(ms)}</time>;
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
