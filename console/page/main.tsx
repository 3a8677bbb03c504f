import { render } from "preact";
import { Events } from "./events";
import { Faults, Queue } from "./faults";
import { Files } from "./files";
import { Log } from "./log";
import "./page.css";
import { Button } from "./parts";
import { Settings } from "./settings";
import { about, connect, filter, isConnected, problem, type View, view } from "./state";
import { language, switchLanguage, words } from "./words";

const VIEWS: Record<View, () => preact.ComponentChildren> = {
  files: Files,
  events: Events,
  log: Log,
  settings: Settings,
  queue: Queue,
  faults: Faults,
};
const FILTERED: readonly View[] = ["files", "events", "log"];

function Page() {
  const w = words.value;
  const now = about.value;
  const isLocal = now?.isLocal ?? false;
  const names = (Object.keys(VIEWS) as View[]).filter((name) => name !== "faults" || isLocal);
  const Shown = VIEWS[view.value];
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  document.title = w.title;
  return (
    <>
      <header class="top">
        <h1>{w.title}</h1>
        {now && (
          <small>
            {isLocal ? w.local : w.noAccount} · {now.region} · {now.namespace}
          </small>
        )}
        <Button class="language" lang={language.value === "zh" ? "en" : "zh-CN"} onClick={switchLanguage}>
          {w.language}
        </Button>
      </header>
      <nav aria-label={w.title}>
        {names.map((name) => (
          <Button
            key={name}
            aria-current={view.value === name ? "page" : undefined}
            onClick={() => (view.value = name)}
          >
            {w[name]}
          </Button>
        ))}
      </nav>
      <main>
        <div role="alert">
          {problem.value !== "" && <p class="problem">{problem.value}</p>}
          {!isConnected.value && <p class="problem">{w.disconnected}</p>}
        </div>
        {FILTERED.includes(view.value) && (
          <label class="filter">
            {w.filter}{" "}
            <input
              type="search"
              value={filter.value}
              placeholder={w.filterHint}
              onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
            />
          </label>
        )}
        <Shown />
      </main>
    </>
  );
}

const root = document.getElementById("page");
if (root) render(<Page />, root);
void connect();
