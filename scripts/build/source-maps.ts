import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { DIST, ROOT } from "../project";

/** Beside the packages, never in them. */
const MAPS = join(DIST, "maps");
/** Several versions' worth: a log holds traces of what was deployed before. */
const MAX_MAPS = 200;

/**
 * Names a built file after its content, which is the name that stack traces then show, and keeps its map under that
 * name. So a trace in a log leads to the sources of the code that wrote it, even if other code has been deployed since.
 * @param file where esbuild would write the code
 * @returns the code, with that name in it
 */
export function nameForTraces(file: string, code: string, map: string): string {
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 12);
  const name = file.slice(dirname(file).length + 1).replace(/\.js$/, `-${hash}.js`);
  const content: SourceMapPayload = JSON.parse(map);
  const sources = content.sources.map((source) => relative(ROOT, resolve(dirname(file), source)));
  mkdirSync(MAPS, { recursive: true });
  writeFileSync(join(MAPS, `${name}.map`), JSON.stringify({ ...content, sources }));
  removeOldMaps();
  return `${code}//# sourceURL=${name}\n`;
}

function removeOldMaps(): void {
  const byAge = readdirSync(MAPS)
    .map((name) => join(MAPS, name))
    .map((file) => ({ file, time: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.time - one.time);
  for (const { file } of byAge.slice(MAX_MAPS)) rmSync(file, { force: true });
}

/**
 * Puts sources in the place of built files in a stack trace.
 * @returns the trace as it is if no map of the file is kept
 */
export function toSources(trace: string): string {
  return trace.replace(/\b([a-z]+-[0-9a-f]{12}\.js):(\d+):(\d+)/g, (position, name, line, column) => {
    const entry = readMap(name)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !("originalSource" in entry)) return position;
    return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

const read = new Map<string, SourceMap | undefined>();

function readMap(name: string): SourceMap | undefined {
  if (!read.has(name)) {
    try {
      read.set(name, new SourceMap(JSON.parse(readFileSync(join(MAPS, `${name}.map`), "utf8"))));
    } catch {
      read.set(name, undefined);
    }
  }
  return read.get(name);
}
