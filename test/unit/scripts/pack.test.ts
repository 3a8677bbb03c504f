import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { pack } from "../../../scripts/build/pack";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pack "));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string, mode = 0o644): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content, { mode });
  return file;
}

function writeAll(names: readonly string[]): void {
  for (const name of names) write(`src/${name}`, `content of ${name}`);
}

const src = () => join(folder, "src");

test("the same files give the same digest and zip, whatever their order, times and modes", () => {
  writeAll(["b.js", "a/z.js", "a.js", "B.js"]);
  const first = pack([src()]);
  rmSync(src(), { recursive: true });
  writeAll(["B.js", "a.js", "a/z.js"]);
  const file = write("src/b.js", "content of b.js", 0o755);
  utimesSync(file, 1_000_000_000, 1_000_000_000);
  const second = pack([src()]);
  expect(second.digest).toBe(first.digest);
  expect(Buffer.from(second.zip).equals(Buffer.from(first.zip))).toBe(true);
});

test("the names are sorted, with / between folders", () => {
  writeAll(["b.js", "a/z.js", "a.js", "B.js"]);
  expect(Object.keys(unzipSync(pack([src()]).zip))).toEqual(["B.js", "a.js", "a/z.js", "b.js"]);
});

test("another content, name or place of a boundary gives another digest", () => {
  const digestOf = (files: Record<string, string>) => {
    rmSync(src(), { recursive: true, force: true });
    for (const [name, content] of Object.entries(files)) write(`src/${name}`, content);
    return pack([src()]).digest;
  };
  const digests = [{ a: "x" }, { a: "y" }, { b: "x" }, { a: "x", b: "" }, { a: "", b: "x" }].map(digestOf);
  expect(new Set(digests).size).toBe(digests.length);
});

test("excluded files are left out, and included ones get into the top folder", () => {
  writeAll(["index.js", "index.js.map", "docs/a.md"]);
  const extra = write("elsewhere/extra.json", "{}");
  const { zip } = pack([src()], ["**/*.map", "docs/**"], [extra]);
  expect(Object.keys(unzipSync(zip))).toEqual(["extra.json", "index.js"]);
});

test("an empty folder is refused with what to do", () => {
  mkdirSync(src());
  expect(() => pack([src()])).toThrow(/^No files are left to pack in .*src\. Check src,/);
});
