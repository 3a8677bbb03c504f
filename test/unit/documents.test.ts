import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_KEYS } from "../../lib/config";
import { PAYLOAD_KEYS } from "../../lib/event/event";

const ROOT = join(__dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

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

test("the reference lists every command with every option", () => {
  const rows = [...section("docs/reference.md", "## Commands").matchAll(/^\| `([^`]+)` \|.*\| (.*)\|$/gm)];
  const documented = rows.map(([, command = "", options = ""]) => [
    command,
    [...options.matchAll(/--[a-z-]+/g)].map(String).sort(),
  ]);
  const source = read("scripts/cli.ts")
    .split(/\.command\(\s*"/)
    .slice(1);
  const real = source.map((text) => [
    text.slice(0, text.indexOf('"')),
    [...text.matchAll(/[oO]ption\(\s*"(--[a-z-]+)/g)].map(([, option]) => option).sort(),
  ]);
  expect(real.length).toBeGreaterThan(10);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(real));
});

test("the reference lists every key of config.json, and which of them are secret", () => {
  const rows = section("docs/reference.md", "## Configuration file").match(/^\| `.*?` \|/gm) ?? [];
  const documented = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(documented.sort()).toEqual(CONFIG_KEYS.map(({ name }) => name).sort());
  const [, blanked = ""] = /`build` blanks (.*?) in the package/.exec(read("docs/reference.md")) ?? [];
  const secret = CONFIG_KEYS.filter(({ variables }) => variables.length > 0);
  expect(blanked.match(/\w+_\w+/g)?.sort()).toEqual(secret.map(({ name }) => name).sort());
});
