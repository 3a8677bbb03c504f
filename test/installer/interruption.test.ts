import { existsSync, readdirSync, symlinkSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { answers, Machine, Mirror, outcomeOf } from "../helpers/machine";

let machine: Machine;
const mirrors: Mirror[] = [];
beforeEach(() => {
  machine = new Machine().packNode();
});
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
  machine.remove();
});

async function mirrorThat(answer: keyof typeof answers): Promise<Mirror> {
  const mirror = await new Mirror(machine, answers[answer]).open();
  mirrors.push(mirror);
  return mirror;
}

/** Runs the installer until `condition` holds, and then ends all of it as a terminal does. */
async function interrupt(NODE_MIRROR: string, condition: () => boolean, signal: NodeJS.Signals) {
  const child = machine.start(["--local"], { NODE_MIRROR });
  const outcome = outcomeOf(child);
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(-(child.pid as number), signal);
  return outcome;
}

const lock = () => join(machine.checkout, ".installing");
const leftovers = () => readdirSync(dirname(machine.ownNode)).filter((name) => !name.startsWith("node-v"));

async function expectToGoOn(): Promise<void> {
  const { code, stderr } = await machine.run(["--local"], { NODE_MIRROR: (await mirrorThat("right")).url });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(machine.recorded("handed-over")[0]).toBe(`${machine.ownNode}/bin/node`);
  expect(existsSync(lock())).toBe(false);
  expect(leftovers()).toEqual([]);
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)(
  "%s during the download leaves nothing behind, and the next run goes on",
  async (signal, expected) => {
    const mirror = await mirrorThat("stalled");
    const { code } = await interrupt(mirror.url, () => mirror.requests.length > 0, signal);
    expect(code).toBe(expected);
    expect(leftovers()).toEqual([]);
    await expectToGoOn();
  },
);

test("Ctrl-C during npm is no failure of npm, and the next run installs all packages", async () => {
  machine.set("npm-hangs");
  const { url } = await mirrorThat("right");
  const { code, stderr } = await interrupt(url, () => machine.recorded("hanging").length > 0, "SIGINT");
  expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
  expect(existsSync(lock())).toBe(false);
  machine.set("npm-hangs", false);
  await expectToGoOn();
  expect(machine.recorded("npm")).toHaveLength(2);
});

test("what a killed run left behind does not stop the next ones", async () => {
  const mirror = await mirrorThat("stalled");
  await interrupt(mirror.url, () => mirror.requests.length > 0, "SIGKILL");
  expect(leftovers()).toEqual([".lock", ".partial"]);
  machine.set("npm-hangs");
  const { url } = await mirrorThat("right");
  await interrupt(url, () => machine.recorded("hanging").length > 0, "SIGKILL");
  machine.set("npm-hangs", false);
  await expectToGoOn();
});

test("several runs break a dead holder's lock only once", async () => {
  await expectToGoOn();
  const ended = await endedProcess();
  const later = Date.now() / 1000 + 60;
  utimesSync(join(machine.checkout, "package-lock.json"), later, later);
  symlinkSync(String(ended), lock());
  machine.set("npm-is-slow");
  const runs = await Promise.all([1, 2, 3].map(() => machine.run(["--local"])));
  expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: "" }));
  expect(existsSync(lock())).toBe(false);
});

// What a killed container leaves: the ids of its processes are those of others now.
test.each([
  ["the first process of the machine", "1"],
  ["a process that is no installer", String(process.ppid)],
])("a lock that names %s is no installer's, and is taken over", async (_name, holder) => {
  symlinkSync(holder, lock());
  await expectToGoOn();
});

async function endedProcess(): Promise<number> {
  const child = machine.start(["--help"]);
  await outcomeOf(child);
  return child.pid as number;
}
