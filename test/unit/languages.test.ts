import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const tracked = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).split("\n");

const PAGES: readonly (readonly [english: string, chinese: string])[] = [
  ["README.md", "README.zh-CN.md"],
  ...["install", "configuration", "operations", "recording"].map(
    (name) => [`docs/${name}.md`, `docs/zh-CN/${name}.md`] as const,
  ),
];

/** What a page and its translation have in common, line by line. */
function outlineOf(page: string): string[] {
  const outline: string[] = [];
  let fence: string | undefined;
  let anchor: string | undefined;
  for (const line of page.split("\n")) {
    const [, mark] = /^ *```(.*)$/.exec(line) ?? [];
    if (mark !== undefined) {
      fence = fence === undefined ? mark : undefined;
      continue;
    }
    if (fence !== undefined) {
      if (/^sh( no-run)?$/.test(fence) && !/^ *(#.*)?$/.test(line)) outline.push(`${fence}: ${line.trim()}`);
      continue;
    }
    const [, id] = /^<a id="([^"]+)"><\/a>$/.exec(line) ?? [];
    const [, level, title = ""] = /^(#{2,6}) (.*)$/.exec(line) ?? [];
    if (level !== undefined) outline.push(`${level} ${anchor ?? slugOf(title)}`);
    if (line !== "") anchor = id;
    const [, cell] = /^\|([^|]*)\|/.exec(line) ?? [];
    // A cell without code is in the page's language.
    if (cell !== undefined) outline.push(`row: ${cell.match(/`[^`]+`/g)?.join(" ") ?? ""}`);
  }
  return outline;
}

/** The anchor that GitHub makes of an English heading. */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

test.each(PAGES)("%s and %s have the same headings, commands and table rows", (english, chinese) => {
  expect(outlineOf(read(chinese))).toEqual(outlineOf(read(english)));
});

test.each(PAGES)("%s and %s link to each other at the top", (english, chinese) => {
  const [top, other] = [english, chinese].map((file) => read(file).split("\n").slice(0, 4).join("\n"));
  expect(top).toMatch(/^\[简体中文\]\([\w./-]+\)/m);
  expect(other).toMatch(/^\[English\]\([\w./-]+\)/m);
});

test("every Chinese page is held to its English one", () => {
  const pages = tracked.filter((file) => /zh-CN.*\.md$/.test(file));
  expect(pages.sort()).toEqual(PAGES.map(([, chinese]) => chinese).sort());
});

test.each([
  ["a heading", (page: string) => page.replace(/^<a id=.*\n\n?#+ .*$/m, "")],
  ["a command", (page: string) => page.replace(/^.*bash installer\.sh.*$/m, "")],
  ["a table row", (page: string) => page.replace(/^\| `.*$/m, "")],
])("the comparison notices that %s is missing", (_what, without) => {
  const [english, chinese] = ["docs/install.md", "docs/zh-CN/install.md"].map(read);
  const shortened = without(chinese ?? "");
  expect(shortened).not.toBe(chinese);
  expect(outlineOf(shortened)).not.toEqual(outlineOf(english ?? ""));
});
