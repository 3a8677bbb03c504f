import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pack } from "../../scripts/build/pack";
import { DIST, functionNames } from "../../scripts/project";

/** Of what every event loads, of all code, and of the zip. */
const MAX_START = 45 * 1024;
const MAX_CODE = 64 * 1024;
const MAX_ZIP = 28 * 1024;

test("every function's code and zip keep to their budgets", () => {
  const sizes = functionNames().map((name) => {
    const folder = join(DIST, name);
    const files = readdirSync(folder).filter((file) => file.endsWith(".js"));
    const bytes = (file: string) => statSync(join(folder, file)).size;
    const code = files.reduce((sum, file) => sum + bytes(file), 0);
    return { name, start: bytes("index.js"), code, zip: pack([folder]).zip.length };
  });
  // For the reader of CI's log, past jest's frame around console.log.
  for (const { name, start, code, zip } of sizes)
    process.stdout.write(`${name}: ${start} bytes at its start, ${code} in all, zip ${zip}\n`);
  expect(sizes.map(({ name }) => name)).toContain("callback");
  const isTooLarge = ({ start, code, zip }: (typeof sizes)[number]) =>
    start > MAX_START || code > MAX_CODE || zip > MAX_ZIP;
  expect(sizes.filter(isTooLarge)).toEqual([]);
});
