import { type Settings as Data, type FunctionRow, SWITCHES } from "../protocol";
import { Output } from "./log";
import { Button, Check, CommandLine, Table } from "./parts";
import { about, act, call, settings } from "./state";
import { words } from "./words";

export function Settings() {
  const now = settings.value;
  if (!now) return <p class="empty">{words.value.none}</p>;
  return (
    <>
      <Callback now={now} />
      <Functions rows={now.functions} />
      <Configuration content={now.configuration} />
      <Output />
    </>
  );
}

/** VOD's own form: mode, URL and switches. */
function Callback({ now }: { readonly now: Data }) {
  const w = words.value;
  const isLocal = about.value?.isLocal ?? false;
  const other = now.mode === "PULL" ? "normal" : "reliable";
  const title = other === "normal" ? w.useNormal : w.useReliable;
  return (
    <section>
      <h2>{w.callback}</h2>
      <dl>
        <dt>{w.mode}</dt>
        <dd data-mode={now.mode}>{now.mode === "PULL" ? w.pull : w.push}</dd>
        {now.mode === "PUSH" && (
          <>
            <dt>{w.url}</dt>
            <dd>
              {now.url || "—"} <small>{now.url && (now.isOurAddress ? w.ourUrl : w.otherUrl)}</small>
            </dd>
          </>
        )}
      </dl>
      {SWITCHES.map((name) => (
        <Check
          key={name}
          class="row"
          checked={now.switches.includes(name)}
          disabled={!isLocal}
          onChange={() => act(() => call("POST", "settings", { [name]: !now.switches.includes(name) }))}
        >
          {w[name]} <small>{name}</small>
        </Check>
      ))}
      {isLocal ? (
        <Button onClick={() => act(() => call("POST", "run", { name: other }))}>{title}</Button>
      ) : (
        <p>
          {w.command} <CommandLine text={`MODE=${other} bash installer.sh`} />{" "}
          <CommandLine text={`MODE=${other} ./vod-receiver event-config --yes`} />
        </p>
      )}
    </section>
  );
}

function Functions({ rows }: { readonly rows: readonly FunctionRow[] }) {
  const w = words.value;
  return (
    <section>
      <h2>{w.functions}</h2>
      <Table label={w.functions} titles={[w.functions, w.state, w.runtime, w.memory, w.address]}>
        {rows.map((row) => (
          <tr key={row.name}>
            <td>{row.name}</td>
            <td>{row.state}</td>
            <td>{row.runtime}</td>
            <td>
              {row.memoryMb} MB, {row.timeoutSeconds} s
            </td>
            <td>{row.address ?? row.timer ?? "—"}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

/** In words: what an upload starts. */
function Configuration({ content }: { readonly content: Data["configuration"] }) {
  const w = words.value;
  const { definitions, procedure, media_process_task: task, ...rest } = content;
  const others = Object.entries(rest);
  let starts: string = w.startsNothing;
  if (Array.isArray(definitions) && definitions.length > 0)
    starts = `${w.startsTemplates} ${definitions.join(", ")}`;
  if (typeof procedure === "string") starts = `${w.startsProcedure} ${procedure}`;
  if (task !== undefined) starts = `${w.startsTask} ${JSON.stringify(task)}`;
  return (
    <section>
      <h2>{w.configuration}</h2>
      <p>{starts}</p>
      {others.length > 0 && <p>{w.otherKeys}</p>}
      <dl>
        {others.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{JSON.stringify(value)}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
