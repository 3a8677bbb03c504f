import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { EventDetail, EventRow } from "../protocol";
import { Json, Rows, Time } from "./parts";
import { about, act, call, eventsByTime, filter } from "./state";
import { words } from "./words";

type Outcome = "done" | "retry" | "park" | "open";

export function outcomeOf({ attempts }: EventRow): Outcome {
  const last = attempts.at(-1)?.outcome;
  return last === "done" || last === "retry" || last === "park" ? last : "open";
}

export function Events() {
  const wanted = useSignal<Outcome | "">("");
  const rows = useComputed(() =>
    wanted.value === ""
      ? eventsByTime.value
      : eventsByTime.value.filter((event) => outcomeOf(event) === wanted.value),
  );
  const w = words.value;
  const outcomes: readonly Outcome[] = ["done", "retry", "park", "open"];
  return (
    <>
      {about.value?.isLocal && <MakeEvent />}
      <label>
        {w.outcome}{" "}
        <select
          value={wanted.value}
          onChange={({ currentTarget: { value } }) =>
            (wanted.value = outcomes.find((one) => one === value) ?? "")
          }
        >
          <option value="">{w.allOutcomes}</option>
          {outcomes.map((one) => (
            <option key={one} value={one}>
              {w[one]}
            </option>
          ))}
        </select>
      </label>
      <Rows rows={rows.value} wanted={filter.value.toLowerCase()}>
        {(shown) => (
          <div class="scroll" tabIndex={0} role="region" aria-label={w.events}>
            <table>
              <thead>
                <tr>
                  {[w.time, w.type, w.file, w.outcome, w.duration, w.answer, w.details].map((title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((event) => (
                  <EventLine key={event.id} event={event} />
                ))}
              </tbody>
            </table>
          </div>
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
          <button type="button" aria-expanded={isOpen.value} onClick={() => (isOpen.value = !isOpen.value)}>
            {isOpen.value ? words.value.close : words.value.details}
          </button>
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
            <button type="button" onClick={() => (filter.value = attempt.requestId)}>
              {attempt.requestId}
            </button>
          </li>
        ))}
      </ul>
      {event.hasBody ? (
        <>
          <Json title={w.notification} value={detail.value?.body} />
          <Json title={w.report} value={detail.value?.report} />
          {about.value?.isLocal && (
            <button type="button" onClick={() => act(() => call("POST", "send", { id: event.id }))}>
              {w.sendAgain}
            </button>
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
      <label>
        {w.makeEvent}{" "}
        <select
          value={eventType.value}
          onChange={({ currentTarget }) => (eventType.value = currentTarget.value)}
        >
          {about.value?.eventTypes.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        <input type="checkbox" checked={fail.value} onChange={() => (fail.value = !fail.value)} />{" "}
        {w.asFailure}
      </label>
      <button type="submit">{w.send}</button>
    </form>
  );
}
