import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECRET_VARIABLES } from "../../../lib/log/redact";
import { ROOT } from "../../../scripts/project";

test("the start of the command line keeps every secret from helper programs", () => {
  const source = readFileSync(join(ROOT, "scripts", "start.cjs"), "utf8");
  const [, list = ""] = /const SECRETS = \[([\s\S]*?)\];/.exec(source) ?? [];
  const names = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  expect(names.sort()).toEqual([...SECRET_VARIABLES].sort());
});
