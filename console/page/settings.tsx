import type { Settings as Data, FunctionRow, SwitchName } from "../protocol";
import { Output } from "./log";
import { CommandLine } from "./parts";
import { about, act, call, settings } from "./state";
import { words } from "./words";

const SWITCHES: readonly SwitchName[] = [
  "UploadMediaCompleteEventSwitch",
  "DeleteMediaCompleteEventSwitch",
  "PersistenceCompleteEventSwitch",
];

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
        <label key={name} class="row">
          <input
            type="checkbox"
            checked={now.switches[name]}
            disabled={!isLocal}
            onChange={() => act(() => call("POST", "settings", { [name]: !now.switches[name] }))}
          />{" "}
          {w[name]} <small>{name}</small>
        </label>
      ))}
      {isLocal ? (
        <button type="button" onClick={() => act(() => call("POST", "run", { name: other }))}>
          {title}
        </button>
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
      <div class="scroll" tabIndex={0} role="region" aria-label={w.functions}>
        <table>
          <thead>
            <tr>
              {[w.file, w.state, w.runtime, w.memory, w.address].map((title, index) => (
                <th key={title} scope="col">
                  {index === 0 ? w.functions : title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** In words: what an upload starts. */
function Configuration({ content }: { readonly content: Data["configuration"] }) {
  const w = words.value;
  const { definitions, procedure, media_process_task: task, ...rest } = content;
  const list = Array.isArray(definitions) ? definitions : [];
  const others = Object.entries(rest);
  return (
    <section>
      <h2>{w.configuration}</h2>
      {list.length > 0 && (
        <p>
          {w.startsTemplates} {list.join(", ")}
        </p>
      )}
      {typeof procedure === "string" && (
        <p>
          {w.startsProcedure} {procedure}
        </p>
      )}
      {task !== undefined && (
        <p>
          {w.startsTask} <code>{JSON.stringify(task)}</code>
        </p>
      )}
      {list.length === 0 && procedure === undefined && task === undefined && <p>{w.startsNothing}</p>}
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
