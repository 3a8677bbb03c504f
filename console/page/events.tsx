import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { EventDetail, EventRow } from "../protocol";
import { Button, Check, Json, Rows, Select, Table, Time } from "./parts";
import { about, act, call, eventsByTime, filter } from "./state";
import { words } from "./words";

type Outcome = "done" | "retry" | "park" | "open";

export function outcomeOf({ attempts }: EventRow): Outcome {
  const last = attempts.at(-1)?.outcome;
  return last === "done" || last === "retry" || last === "park" ? last : "open";
}

const OUTCOMES: readonly Outcome[] = ["done", "retry", "park", "open"];

export function Events() {
  const wanted = useSignal("");
  const rows = useComputed(() =>
    eventsByTime.value.filter((event) => wanted.value === "" || outcomeOf(event) === wanted.value),
  );
  const w = words.value;
  const outcomes = OUTCOMES.map((one) => [one, w[one]] as const);
  return (
    <>
      {about.value?.isLocal && <MakeEvent />}
      <Select label={w.outcome} chosen={wanted} options={[["", w.allOutcomes], ...outcomes]} />
      <Rows rows={rows.value} wanted={filter.value.toLowerCase()}>
        {(shown) => (
          <Table
            label={w.events}
            titles={[w.time, w.type, w.file, w.outcome, w.duration, w.answer, w.details]}
          >
            {shown.map((event) => (
              <EventLine key={event.id} event={event} />
            ))}
          </Table>
        )}
      </Rows>
    </>
  );
}

function EventLine({ event }: { readonly event: EventRow }) {
  const isOpen = useSignal(false);
  const { timeMs, eventType, fileId, attempts, answer } = event;
  const outcome = outcomeOf(event);
  const last = attempts.at(-1);
  return (
    <>
      <tr>
        <td>
          <Time ms={timeMs} />
        </td>
        <td>{eventType}</td>
        <td>{fileId}</td>
        <td>
          <span class={`badge ${outcome}`}>{words.value[outcome]}</span>
        </td>
        <td>{last && `${last.durationMs} ms`}</td>
        <td>{answer}</td>
        <td>
          <Button aria-expanded={isOpen.value} onClick={() => (isOpen.value = !isOpen.value)}>
            {isOpen.value ? words.value.close : words.value.details}
          </Button>
        </td>
      </tr>
      {isOpen.value && (
        <tr>
          <td colSpan={7}>
            <Detail event={event} />
          </td>
        </tr>
      )}
    </>
  );
}

function Detail({ event }: { readonly event: EventRow }) {
  const detail = useSignal<EventDetail | undefined>(undefined);
  useSignalEffect(() => {
    if (!event.hasBody) return;
    void act(async () => {
      const { body, report }: Partial<EventDetail> = Object(await call("GET", `event?id=${event.id}`));
      detail.value = { body, report };
    });
  });
  const w = words.value;
  return (
    <div class="detail">
      <ul>
        {event.attempts.map((attempt) => (
          <li key={`${attempt.requestId} ${attempt.timeMs}`}>
            <Time ms={attempt.timeMs} /> {attempt.functionName}: {attempt.outcome}
            {attempt.leftTo && ` → ${attempt.leftTo}`} {attempt.error}{" "}
            <Button onClick={() => (filter.value = attempt.requestId)}>{attempt.requestId}</Button>
          </li>
        ))}
      </ul>
      {event.hasBody ? (
        <>
          <Json title={w.notification} value={detail.value?.body} />
          <Json title={w.report} value={detail.value?.report} />
          {about.value?.isLocal && (
            <Button onClick={() => act(() => call("POST", "send", { id: event.id }))}>{w.sendAgain}</Button>
          )}
        </>
      ) : (
        <p class="hint">{w.noBody}</p>
      )}
    </div>
  );
}

function MakeEvent() {
  const eventType = useSignal("NewFileUpload");
  const fail = useSignal(false);
  const w = words.value;
  return (
    <form
      class="bar"
      onSubmit={(event) => {
        event.preventDefault();
        void act(() => call("POST", "make", { eventType: eventType.value, fail: fail.value }));
      }}
    >
      <Select
        label={w.makeEvent}
        chosen={eventType}
        options={(about.value?.eventTypes ?? []).map((name) => [name, name])}
      />
      <Check checked={fail.value} onChange={() => (fail.value = !fail.value)}>
        {w.asFailure}
      </Check>
      <button type="submit">{w.send}</button>
    </form>
  );
}
