import { useComputed, useSignal } from "@preact/signals";
import { outcomeOf } from "./events";
import { Button, Check, CommandLine, Rows, Time } from "./parts";
import { about, act, call, eventsByTime, filter, log, logChanges, output } from "./state";
import { words } from "./words";

export function Log() {
  const isAll = useSignal(false);
  const w = words.value;
  // The newest lines first; the list itself grows at its end.
  const rows = useComputed(() => {
    void logChanges.value;
    const all = isAll.value ? log : log.filter(({ isPlatform }) => !isPlatform);
    return [...all].reverse();
  });
  return (
    <>
      <FailedEvents />
      <Output />
      <Check checked={isAll.value} onChange={() => (isAll.value = !isAll.value)}>
        {w.platformLines}
      </Check>
      <Rows rows={rows.value} wanted={filter.value.toLowerCase()}>
        {(shown) => (
          <ol class="log" tabIndex={0} aria-label={w.log}>
            {shown.map((row) => (
              <li key={row.id} class={row.isPlatform ? "platform" : ""}>
                <small>
                  <Time ms={row.timeMs} /> {row.functionName}
                </small>{" "}
                <span>{row.text}</span>
              </li>
            ))}
          </ol>
        )}
      </Rows>
    </>
  );
}

/** The permanent failures that the log reports, by reason. */
function FailedEvents() {
  const groups = useComputed(() => {
    const found = new Map<string, number>();
    for (const event of eventsByTime.value) {
      if (outcomeOf(event) !== "park") continue;
      const reason = event.attempts.at(-1)?.error ?? "";
      found.set(reason, (found.get(reason) ?? 0) + 1);
    }
    return found;
  });
  const w = words.value;
  if (groups.value.size === 0) return null;
  return (
    <section class="failed" aria-label={w.failedEvents}>
      <h2>{w.failedEvents}</h2>
      <ul>
        {[...groups.value].slice(0, 20).map(([reason, count]) => (
          <li key={reason}>
            {count} × {reason || w.noReason}
          </li>
        ))}
      </ul>
      {about.value?.isLocal ? (
        <Button onClick={() => act(() => call("POST", "run", { name: "replay" }))}>{w.replay}</Button>
      ) : (
        <CommandLine text="./vod-receiver replay" />
      )}
    </section>
  );
}

/** What commands printed that the page has run. */
export function Output() {
  if (output.value.length === 0) return null;
  return (
    <section aria-label={words.value.commands}>
      <pre class="output" tabIndex={0}>
        {output.value.slice(-100).join("\n")}
      </pre>
    </section>
  );
}
