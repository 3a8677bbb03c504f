import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../scripts/project";

/** A file of the page, by its path below the address. */
export interface PageFile {
  readonly type: string;
  readonly content: string | Uint8Array;
}

const HLS = join(ROOT, "node_modules", "hls.js", "dist", "hls.light.min.js");

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VOD event notifications</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/page.css">
</head>
<body><div id="page"></div><script src="/console/page.js"></script></body>
</html>
`;

/** Whether a page can play HLS in a browser that does not. */
export const hasHls = (): boolean => existsSync(HLS);

/** Bundles the page; nothing is written. */
export async function buildPage(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [{ out: "page", in: join(ROOT, "console", "page", "main.tsx") }],
    outdir: "/console",
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    absWorkingDir: ROOT,
    logLevel: "silent",
  });
  const files = new Map<string, PageFile>([["/", { type: "text/html; charset=utf-8", content: HTML }]]);
  for (const { path, contents } of outputFiles) {
    const type = path.endsWith(".css") ? "text/css" : "text/javascript";
    files.set(path, { type: `${type}; charset=utf-8`, content: contents });
  }
  if (hasHls()) files.set("/console/hls.js", { type: "text/javascript", content: readFileSync(HLS) });
  return files;
}
