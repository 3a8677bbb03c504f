import { useSignal, useSignalEffect } from "@preact/signals";
import { FAULTY_ACTIONS, type FaultSettings, NO_FAULTS } from "../protocol";
import { Button, Select } from "./parts";
import { act, call, queue, settings } from "./state";
import { words } from "./words";

export function Queue() {
  const w = words.value;
  const now = queue.value;
  return (
    <section>
      {settings.value?.mode === "PUSH" && <p class="hint">{w.pushMode}</p>}
      <dl class="figures">
        <dt>{w.waiting}</dt>
        <dd data-queue="waiting">{now?.waiting ?? "—"}</dd>
        <dt>{w.inFlight}</dt>
        <dd>{now?.inFlight ?? "—"}</dd>
        <dt>{w.parked}</dt>
        <dd>{now?.parked ?? "—"}</dd>
      </dl>
    </section>
  );
}

const SHARES = ["errors", "cuts", "throttling", "killedInstances"] as const;

/** The form is there once the settings are known, or they would replace what the user has chosen meanwhile. */
export function Faults() {
  const now = useSignal<FaultSettings | undefined>(undefined);
  useSignalEffect(() => {
    void act(async () => {
      now.value = { ...NO_FAULTS, ...Object(await call("GET", "faults")) };
    });
  });
  return now.value && <FaultForm saved={now.value} />;
}

function FaultForm({ saved }: { readonly saved: FaultSettings }) {
  const now = useSignal(saved);
  const refused = useSignal(saved.refusedAction);
  const killed = useSignal<number | undefined>(undefined);
  const apply = (wanted: FaultSettings) =>
    act(async () => {
      now.value = { ...NO_FAULTS, ...Object(await call("PUT", "faults", wanted)) };
      refused.value = now.value.refusedAction;
    });
  const kill = () =>
    act(async () => {
      const { killed: count }: { killed?: unknown } = Object(await call("POST", "kill", {}));
      killed.value = Number(count);
    });
  const w = words.value;
  return (
    <form
      class="faults"
      onSubmit={(event) => {
        event.preventDefault();
        void apply({ ...now.value, refusedAction: refused.value });
      }}
    >
      <p class="hint">{w.faultsHint}</p>
      {SHARES.map((name) => (
        <label key={name} class="row">
          {w[name]}: {Math.round(now.value[name] * 100)} %
          <input
            type="range"
            min="0"
            max="100"
            value={Math.round(now.value[name] * 100)}
            onInput={({ currentTarget: { value } }) =>
              (now.value = { ...now.value, [name]: Number(value) / 100 })
            }
          />
        </label>
      ))}
      <label class="row">
        {w.latencyMs}
        <input
          type="number"
          min="0"
          max="60000"
          value={now.value.latencyMs}
          onInput={({ currentTarget: { value } }) => (now.value = { ...now.value, latencyMs: Number(value) })}
        />
      </label>
      <Select
        class="row"
        label={w.refusedAction}
        chosen={refused}
        options={["", ...FAULTY_ACTIONS].map((name) => [name, name || "—"])}
      />
      <p>
        <button type="submit">{w.apply}</button> <Button onClick={() => apply(NO_FAULTS)}>{w.off}</Button>{" "}
        <Button onClick={kill}>{w.kill}</Button>
      </p>
      {killed.value !== undefined && (
        <p role="status">
          {w.killed} {killed.value}
        </p>
      )}
    </form>
  );
}
