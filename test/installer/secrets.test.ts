import { SECRET_VARIABLES } from "../../lib/log/redact";
import { answers, INSTALLER, KEYS, Machine, Mirror } from "../helpers/machine";

const { APPID: _, ...keys } = KEYS;
const more = {
  SIGN_KEY_NEXT: "markednextkey",
  PATH_TOKEN: "markedtoken",
  RECORD_URL: "mysql://marked-database",
  PUBLISH_SECRET: "whsec_marked",
};
const secrets = Object.values({ ...keys, ...more });
const variables = { ...KEYS, ...more };

let machine: Machine;
let mirror: Mirror;
let output: string;
beforeAll(async () => {
  machine = new Machine({ node: "v16.20.2" }).packNode();
  mirror = await new Mirror(machine, answers.right).open();
  machine.set("npm-fails");
  const NODE_MIRROR = `http://127.0.0.1:1 ${mirror.url}`;
  const failed = await machine.run([], { ...variables, NODE_MIRROR });
  machine.set("npm-fails", false);
  const succeeded = await machine.run([], { ...variables, NODE_MIRROR });
  expect([failed.code, succeeded.code]).toEqual([1, 0]);
  output = [failed, succeeded].map(({ stdout, stderr }) => stdout + stderr).join("");
});
afterAll(async () => {
  await mirror.close();
  machine.remove();
});

const marked = (text: string) => secrets.filter((secret) => text.includes(secret));

test("no key is printed, in failure or success", () => {
  expect(output).toContain("successfully installed");
  expect(marked(output)).toEqual([]);
});

test("no key is on the command line of any process that is started", () => {
  const commands = machine.recorded("commands").join("\n");
  for (const tool of ["curl", "tar", "npm ci", "node --version"]) expect(commands).toContain(tool);
  expect(marked(commands)).toEqual([]);
});

test("no program has the keys in its environment, except what the installer hands over to", () => {
  const environments = machine.recorded("environments").join("\n");
  for (const tool of ["curl", "tar", "npm", "node", "date"]) expect(environments).toContain(`--- ${tool}`);
  expect(environments).toContain(`HOME=${machine.home}`);
  expect(marked(environments)).toEqual([]);
  expect(marked(machine.recorded("handed-over-environment").join("\n"))).toEqual(secrets);
});

test("the installer and the command line keep the same variables from other programs", () => {
  const [, names = ""] = /^SECRET_NAMES="([^"]*)"$/m.exec(INSTALLER) ?? [];
  expect(names.split(/\s+/).sort()).toEqual([...SECRET_VARIABLES].sort());
});
