import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project";
import { INSTALLER } from "../helpers/machine";

const scripts = [join(ROOT, "installer.sh"), join(__dirname, "bare-debian.sh")];
const run = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: "utf8" });
// A missing tool is a failure where it counts, and no reason to fail on a developer's machine.
const withShellcheck = run("shellcheck", "--version").error && !process.env["CI"] ? test.skip : test;

withShellcheck("shellcheck finds nothing", () => {
  const { stdout, status, error } = run("shellcheck", ...scripts);
  expect({ stdout, status, error }).toEqual({ stdout: "", status: 0, error: undefined });
});

test.each(scripts)("bash can read %s", (script) => {
  expect(run("bash", "-n", script)).toMatchObject({ stderr: "", status: 0 });
});

// bash 3.2 can't be had here; this is what scripts stumble over in it, and over BSD's tools.
test.each([
  ["associative arrays and name references", /\b(declare|local|typeset) -[a-z]*[An]/],
  ["changes of case and other new expansions", /\$\{\w+(\[[^\]]*\])?(,|\^|@)/],
  ["negative offsets", /\$\{\w+: -|\$\{\w+::/],
  ["mapfile, readarray and coproc", /\b(mapfile|readarray|coproc)\b/],
  ["|& and &>>", /\|&|&>>/],
  ["tests that came later", /\[\[.* -[vR] /],
  ["arrays, which are unbound when they are empty", /\[@\]|\[\*\]/],
  ["times from printf", /%\(/],
  ["wait -n", /wait -n/],
  ["GNU's options", /readlink -[fem]|sed -[iEr]|date -[dI]|mktemp --|\bmv -T|cp -[aT]|grep -P|ln -r|stat -/],
])("the installer does without %s", (_, pattern) => {
  expect(INSTALLER).not.toMatch(pattern);
});

test("its Node.js fits what package.json and its own message ask for", () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(engines.node).toContain("20.19");
  expect(INSTALLER).toMatch(/^NODE=v22\.(1[2-9]|[2-9]\d)\.\d+$/m);
  expect(INSTALLER.match(/^ {4}(linux|darwin)-(x64|arm64)\) echo [0-9a-f]{64} ;;$/gm)).toHaveLength(4);
});
