import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SECRETS } from "../../lib/config";
import { CONFIG_KEYS } from "../../lib/config/keys";
import { PAYLOAD_KEYS } from "../../lib/event/event";

const ROOT = join(__dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const tracked = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).split("\n");
const pages = tracked.filter((file) => file.endsWith(".md"));
const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** What the first cells of a text's table rows have in code spans, if it matches. */
function firstCells(text: string, pattern: RegExp): string[] {
  const cells = [...text.matchAll(/^\|([^|]*)\|/gm)].map(([, cell = ""]) => cell);
  return unique(
    cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name = ""]) => name)),
  ).filter((name) => pattern.test(name));
}

/** The text between a heading and the next one of its level or above. */
function section(file: string, heading: string): string {
  const [level = ""] = heading.split(" ");
  const [, after = ""] = read(file).split(`\n${heading}\n`);
  return after.split(new RegExp(`\n#{1,${level.length}} `))[0] ?? "";
}

test("the facts list every event type with its payload key", () => {
  const rows = section("docs/tencent-protocols.md", "### Event types and payloads");
  const pairs = [...rows.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, type, key]) => [type, key]);
  const known = pairs.filter(([type = ""]) => Object.hasOwn(PAYLOAD_KEYS, type));
  expect(Object.fromEntries(known)).toEqual(PAYLOAD_KEYS);
});

/** Each command of the command line with its options. */
const commands = new Map(
  read("scripts/cli.ts")
    .split(/\.command\(\s*"/)
    .slice(1)
    .map((text) => [
      text.slice(0, text.indexOf('"')),
      [...text.matchAll(/[oO]ption\(\s*"(--[a-z-]+)/g)].map(([, option = ""]) => option).sort(),
    ]),
);

test("the reference lists every command with every option", () => {
  const rows = [...section("docs/reference.md", "## Commands").matchAll(/^\| `([^`]+)` \|.*\| (.*)\|$/gm)];
  const documented = rows.map(([, command = "", options = ""]) => [
    command,
    [...options.matchAll(/--[a-z-]+/g)].map(String).sort(),
  ]);
  expect(commands.size).toBeGreaterThan(10);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(commands));
});

test("the documents use commands and options that exist", () => {
  const known = new Map([...commands].map(([usage, options]) => [usage.split(" ")[0] ?? "", options]));
  const used = pages.flatMap((page) =>
    [...read(page).matchAll(/\.\/vod-receiver ([a-z][a-z-]*)([^`|\n]*)/g)].map(
      ([call, name = "", rest = ""]) => ({
        call: `${page}: ${call}`,
        options: known.get(name),
        given: [...rest.matchAll(/(?<=\s)--[a-z-]+/g)].map(String),
      }),
    ),
  );
  const wrong = used.filter(
    ({ options, given }) => given.some((option) => !options?.includes(option)) || !options,
  );
  expect(used.length).toBeGreaterThan(30);
  expect(wrong.map(({ call }) => call)).toEqual([]);
});

test.each([
  ["docs/configuration.md", "## config.json"],
  ["docs/reference.md", "## Configuration file"],
])("%s lists every key of config.json", (page, heading) => {
  const keys = CONFIG_KEYS.map(({ name }) => name);
  expect(firstCells(section(page, heading), /^[a-z_]+$/)).toEqual(unique(keys));
});

/** The variables that a source reads from the environment. */
function variablesIn(source: string): string[] {
  const read =
    /\b(?:env|environment)(?:\.|\[")([A-Z][A-Z_]+)\b|required\([\w.]+, "([A-Z_]+)"|\$\{!?([A-Z][A-Z_]+):/g;
  const taken = /\{([^{}]*)\}(?:: Environment| = (?:process\.)?env)\b/g;
  return [
    ...[...source.matchAll(read)].flatMap((match) => match.slice(1).filter(Boolean)),
    ...[...source.matchAll(taken)].flatMap(([, names = ""]) => names.match(/\b[A-Z][A-Z_]+\b/g) ?? []),
  ];
}

test("the documents list every variable that the code reads", () => {
  const sources = tracked.filter((file) => /^(functions|lib|scripts)\/.*\.ts$|^installer\.sh$/.test(file));
  const used = unique(
    sources.filter((file) => !file.startsWith("scripts/dev/")).flatMap((file) => variablesIn(read(file))),
  );
  const configuration = firstCells(section("docs/configuration.md", "## Environment variables"), /^[A-Z_]+$/);
  const installer = firstCells(section("docs/reference.md", "### Installer variables"), /^[A-Z_]+$/);
  const functions = firstCells(section("docs/reference.md", "## Function variables"), /^[A-Z_]+$/);
  // The shell's and SCF's own.
  const foreign = used.filter((name) => /^(HOME|TENCENTCLOUD_\w+|RELIABLE_FUNCTION)$/.test(name));
  expect(used).toEqual(
    expect.arrayContaining(["SECRET_ID", "REGION", "APPID", "NODE_MIRROR", "CODE_DIGEST"]),
  );
  expect(used.filter((name) => ![...configuration, ...functions, ...foreign].includes(name))).toEqual([]);
  expect(configuration.filter((name) => !used.includes(name))).toEqual([]);
  expect(installer.filter((name) => !configuration.includes(name))).toEqual([]);
});

/** The names of an object literal's members, from its opening brace on. */
function membersOf(source: string): string[] {
  let depth = 0;
  return (source.match(/[{}()[\]]|(?:(?<=[{,]\s*)(?:async )?\w+)/g) ?? []).flatMap((token) => {
    if (depth < 0) return [];
    if (/[{([]/.test(token)) depth += 1;
    else if (/[})\]]/.test(token)) depth = depth === 1 ? -1 : depth - 1;
    else if (depth === 1) return token.replace("async ", "");
    return [];
  });
}

const services = readdirSync(join(ROOT, "local-cloud")).filter((name) =>
  tracked.includes(`local-cloud/${name}/service.ts`),
);

test.each(services.filter((name) => name !== "api"))(
  "the local cloud's page lists every action of %s",
  (name) => {
    const [, definition = ""] = read(`local-cloud/${name}/service.ts`).split("defineService<Client>(");
    const actions = membersOf(definition.slice(definition.indexOf("{")));
    expect(actions.length).toBeGreaterThan(0);
    const documented = firstCells(section("local-cloud/README.md", `### ${name}`), /^[A-Z]\w+$/);
    expect(documented).toEqual(unique(actions));
  },
);

test("every fence that CI does not run has its reason beside it", () => {
  // The Chinese pages have the commands of the English ones (languages.test.ts).
  const fences = pages
    .filter((page) => !page.includes("zh-CN"))
    .flatMap((page) =>
      [...read(page).matchAll(/^ *```(\w*)( [\w-]+)?\n[\s\S]*?^ *```\n\s*(.*)/gm)].map(
        ([, language, mark, next]) => ({ page, language, mark, next }),
      ),
    );
  const unrun = fences.filter(({ language, mark }) => language === "sh" && mark);
  expect(unrun.length).toBeGreaterThan(3);
  expect(unrun.filter(({ mark, next }) => mark !== " no-run" || !next?.startsWith("(Not run in CI"))).toEqual(
    [],
  );
  expect(fences.filter(({ language }) => /^(bash|shell|console)$/.test(language ?? ""))).toEqual([]);
});

test("the README stays short", () => {
  expect(read("README.md").split("\n").length - 1).toBeLessThanOrEqual(130);
});

test("the documents name the keys that are secret", () => {
  const [, blanked = ""] = /`build` blanks (.*?) in the package/.exec(read("docs/reference.md")) ?? [];
  const secret = CONFIG_KEYS.filter(({ property }) => SECRETS.some(([name]) => name === property));
  const names = unique(secret.map(({ name }) => name));
  expect(blanked.match(/\w+_\w+/g)?.sort()).toEqual(names);
  expect(firstCells(section("docs/configuration.md", "### Secrets in config.local.json"), /./)).toEqual(
    names,
  );
});
