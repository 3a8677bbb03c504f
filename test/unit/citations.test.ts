import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const THIS = "test/unit/citations.test.ts";

// Untracked ones too: a new file is checked before it is committed.
const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => /\.(ts|cjs|md|sh|yml|json)$|^\.ci\/|^vod-receiver$/.test(file))
  .filter((file) => file !== THIS && !/(^|\/)package-lock\.json$/.test(file))
  .filter((file) => existsSync(join(ROOT, file)));

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The anchors of a page: its headings as GitHub writes them, and explicit ones. */
function anchorsOf(page: string): Set<string> {
  const prose = page.replace(/^(```+)[^\n]*\n[\s\S]*?^\1$/gm, "");
  const anchors = new Set([...prose.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id ?? ""));
  const seen = new Map<string, number>();
  for (const [, heading = ""] of prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

interface Citation {
  readonly page: string;
  readonly anchor: string | undefined;
}

/** Names of pages that tests make up. */
const MADE_UP = new Set(["docs/a.md", "data/notes.md"]);

/** The pages that a file cites: a document from its own folder or the root, other files from the root. */
function citationsIn(file: string, content: string): Citation[] {
  const isPage = file.endsWith(".md");
  // The text of a link is for people; its target is what counts.
  const targets = isPage ? content.replace(/\[[^\]]*\]\(/g, "(") : content;
  const pattern = /(^|[^\w./:@%-])((?:\.{1,2}\/)*\w[\w./-]*\.md)?(?:#([\p{L}\p{N}_-]+))?/gmu;
  return [...targets.matchAll(pattern)].flatMap(([, before = "", page = "", anchor]) => {
    if (MADE_UP.has(page)) return [];
    if (page === "" && !(isPage && before === "(" && anchor)) return [];
    const folder = dirname(file);
    const candidates = page === "" ? [file] : [page, join(folder, page)].map(normalize);
    const there = candidates.find((candidate) => existsSync(join(ROOT, candidate)));
    return [{ page: there ?? candidates.at(isPage ? -1 : 0) ?? page, anchor }];
  });
}

function broken(file: string, content: string): string[] {
  return citationsIn(file, content).flatMap(({ page, anchor }) => {
    if (!existsSync(join(ROOT, page))) return [`${file} cites ${page}, which is not there`];
    if (anchor === undefined || anchorsOf(textOf(page)).has(anchor)) return [];
    return [`${file} cites ${page}#${anchor}, which has no such heading`];
  });
}

test("every page and anchor that a file cites exists", () => {
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((file) => broken(file, textOf(file)))).toEqual([]);
});

test("code cites the facts and the contract by anchor", () => {
  const cited = files
    .filter((file) => /^(functions|lib|scripts|local-cloud)\/.*\.ts$/.test(file))
    .flatMap((file) => citationsIn(file, textOf(file)))
    .filter(({ page }) => /^docs\/(tencent-protocols|reference)\.md$/.test(page));
  expect(cited.length).toBeGreaterThan(60);
  expect(cited.filter(({ anchor }) => anchor === undefined)).toEqual([]);
});

test.each([
  ["docs/no-such-page.md", "docs/no-such-page.md, which is not there"],
  ["docs/reference.md#no-such-heading", "docs/reference.md#no-such-heading, which has no such heading"],
])("a source that cites %s is found out", (citation, complaint) => {
  expect(broken("lib/json.ts", `/** See ${citation}. */`)).toEqual([`lib/json.ts cites ${complaint}`]);
});

test("a document's link is followed from its own folder", () => {
  expect(broken("docs/style.md", "[x](decisions/README.md) [y](#words) [z](#none)")).toEqual([
    "docs/style.md cites docs/style.md#none, which has no such heading",
  ]);
});

test("nothing cites what does not ship", () => {
  const absent = /\bFA[C]TS\b|\b(design|house)\.md\b|\/work\//;
  const vague = /\bthe contract('s)?\b/;
  const lines = files.flatMap((file) =>
    textOf(file)
      .split("\n")
      .filter((line) => absent.test(line) || (!file.endsWith(".md") && vague.test(line)))
      .map((line) => `${file}: ${line}`),
  );
  expect(lines).toEqual([]);
});

/** The pages that describe where things are; others name files that users make. */
const MAPS = ["docs/architecture.md", "docs/reference.md", "docs/style.md", "CONTRIBUTING.md", "SECURITY.md"];

test.each([...MAPS, ...files.filter((file) => /^docs\/decisions\/.*\.md$/.test(file))])(
  "every repository path in %s exists",
  (page) => {
    const folders = /^(functions|lib|scripts|local-cloud|test|docs|console|\.ci|\.github)(\/[\w.-]+)*\/?$/;
    const names = [...textOf(page).matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);
    const paths = names.filter(
      (name) => folders.test(name) || /^[\w-]+\.(ts|json|yml|sh|md|cjs)$/.test(name),
    );
    const created = new Set(["config.local.json", "index.js", "index.ts", "service.ts"]);
    expect(paths.filter((path) => !created.has(path) && !isThere(path))).toEqual([]);
  },
);

function isThere(path: string): boolean {
  const file = join(ROOT, path);
  return existsSync(file) && (statSync(file).isDirectory() || !path.endsWith("/"));
}
