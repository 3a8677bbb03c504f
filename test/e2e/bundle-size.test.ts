import { statSync } from "node:fs";
import { join } from "node:path";
import { pack } from "../../scripts/build/pack";
import { DIST, functionNames } from "../../scripts/project";

const MAX_BUNDLE = 64 * 1024;
const MAX_ZIP = 28 * 1024;

test("every function's bundle and zip keep to their budgets", () => {
  const sizes = functionNames().map((name) => ({
    name,
    bundle: statSync(join(DIST, name, "index.js")).size,
    zip: pack([join(DIST, name)]).zip.length,
  }));
  // For the reader of CI's log, past jest's frame around console.log.
  for (const { name, bundle, zip } of sizes) process.stdout.write(`${name}: ${bundle} bytes, zip ${zip}\n`);
  expect(sizes.map(({ name }) => name)).toContain("callback");
  expect(sizes.filter(({ bundle, zip }) => bundle > MAX_BUNDLE || zip > MAX_ZIP)).toEqual([]);
});
