import { useSignal } from "@preact/signals";
import type { FileRow, OutputRow } from "../protocol";
import { Button, Rows, size, Time } from "./parts";
import { Player } from "./player";
import {
  about,
  act,
  call,
  events,
  files,
  filesByTime,
  filter,
  log,
  logChanges,
  openFile,
  settings,
  view,
} from "./state";
import { isProcessing, type Step, stepsOf } from "./steps";
import { words } from "./words";

export function Files() {
  const file = openFile.value === undefined ? undefined : files.value.get(openFile.value);
  return (
    <>
      {about.value?.isLocal ? <Upload /> : <p class="hint">{words.value.uploadHere}</p>}
      <div class={file ? "split" : ""}>
        <FileList />
        {file && <FileDetail key={file.fileId} file={file} />}
      </div>
    </>
  );
}

function Upload() {
  const isOver = useSignal(false);
  const names = useSignal<readonly string[]>([]);
  const send = (list: FileList | null | undefined) =>
    act(async () => {
      for (const file of list ?? []) {
        names.value = [...names.value, file.name];
        try {
          const answer = await call("POST", `upload?name=${encodeURIComponent(file.name)}`, file);
          const { fileId }: { fileId?: unknown } = Object(answer);
          // A new upload opens by itself.
          if (typeof fileId === "string") openFile.value = fileId;
        } finally {
          names.value = names.value.filter((name) => name !== file.name);
        }
      }
    });
  const w = words.value;
  return (
    <section
      class={isOver.value ? "drop over" : "drop"}
      aria-label={w.choose}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => (isOver.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        void send(event.dataTransfer?.files);
      }}
    >
      <label>
        {w.drop}{" "}
        <input
          type="file"
          multiple
          aria-label={w.choose}
          onChange={(event) => {
            const input = event.currentTarget;
            void send(input.files).then(() => (input.value = ""));
          }}
        />
      </label>
      {names.value.length > 0 && (
        <p role="status">
          {w.uploading}: {names.value.join(", ")}
        </p>
      )}
    </section>
  );
}

function FileList() {
  const w = words.value;
  return (
    <Rows rows={filesByTime.value} wanted={filter.value.toLowerCase()}>
      {(rows) => (
        <ul class="files">
          {rows.map((file) => (
            <li key={file.fileId}>
              <Button
                aria-pressed={openFile.value === file.fileId}
                onClick={() => (openFile.value = openFile.value === file.fileId ? undefined : file.fileId)}
              >
                <strong>{file.name || file.fileId}</strong>
                <span class={isProcessing(file) ? "badge running" : "badge"}>
                  {isProcessing(file) ? w.processing : w.normal}
                </span>
                <small>
                  {file.fileId} · {file.type} · <Time ms={file.timeMs} />
                </small>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Rows>
  );
}

function FileDetail({ file }: { readonly file: FileRow }) {
  const w = words.value;
  const own = [...events.value.values()].filter(({ fileId }) => fileId === file.fileId);
  const hasDatabase = settings.value?.functions.some(({ recordsToDatabase }) => recordsToDatabase) ?? false;
  const skipped = file.tasks.length === 0 ? skipReason(file.fileId) : undefined;
  const steps = stepsOf(file, own, { hasDatabase, skipped });
  const follow = (to: "log" | "events") => {
    filter.value = file.fileId;
    view.value = to;
  };
  return (
    <article aria-label={file.name}>
      <header>
        <h2>{file.name || file.fileId}</h2>
        <Button onClick={() => (openFile.value = undefined)}>{w.close}</Button>
      </header>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.name} class={step.state} data-step={step.name} data-state={step.state}>
            {labelOf(step)}
          </li>
        ))}
      </ol>
      {steps.map(
        ({ name, text }) =>
          text && (
            <p key={name} class="reason">
              {text}
            </p>
          ),
      )}
      <div class="players">
        {[{ ...file.source, kind: w.source }, ...file.outputs].map((row) => (
          <Output key={`${row.kind} ${row.definition} ${row.url}`} row={row} poster={file.coverUrl} />
        ))}
      </div>
      <p>
        <Button onClick={() => follow("log")}>{w.showLog}</Button>{" "}
        <Button onClick={() => follow("events")}>
          {w.showEvents} ({own.length})
        </Button>
      </p>
    </article>
  );
}

/** The functions log why they start nothing for a file. */
function skipReason(fileId: string): string | undefined {
  void logChanges.value;
  const line = log.find(({ text }) => text.startsWith(`Not processed. FileId: ${fileId}, Reason: `));
  return line?.text.replace(/^.*?Reason: /, "");
}

function labelOf({ name, percent }: Step): string {
  const w = words.value;
  if (name === "processing")
    return percent === undefined ? w.stepProcessing : `${w.stepProcessing} ${percent} %`;
  return w[name];
}

function Output({ row, poster }: { readonly row: OutputRow; readonly poster?: string | undefined }) {
  const { kind, definition, width, height, sizeBytes } = row;
  const w = words.value;
  const title = definition === undefined ? kind : `${kind}, ${w.template} ${definition}`;
  const facts = [width && height && `${width} × ${height}`, sizeBytes && size(sizeBytes)].filter(Boolean);
  return (
    <figure>
      <figcaption>
        {title} <small>{facts.join(" · ")}</small>
      </figcaption>
      {row.url !== "" && <Player url={row.url} media={row.media} poster={poster} label={title} />}
    </figure>
  );
}
