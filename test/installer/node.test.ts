import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { answers, Machine, Mirror, NODE_VERSION, type Run } from "../helpers/machine";

let machine: Machine;
const mirrors: Mirror[] = [];
afterEach(async () => {
  await Promise.all(mirrors.splice(0).map((mirror) => mirror.close()));
  machine.remove();
});

async function mirrorThat(answer: keyof typeof answers): Promise<Mirror> {
  const mirror = await new Mirror(machine, answers[answer]).open();
  mirrors.push(mirror);
  return mirror;
}

function install(...addresses: string[]): Promise<Run> {
  return machine.run(["--local"], { NODE_MIRROR: addresses.join(" ") });
}

function expectNothingHalfMade(): void {
  const folder = dirname(machine.ownNode);
  if (existsSync(folder))
    expect(readdirSync(folder).filter((name) => !name.startsWith("node-v"))).toEqual([]);
}

function expectHandedOverToOwnNode(): void {
  expect(machine.recorded("handed-over")[0]).toBe(`${machine.ownNode}/bin/node`);
  expect(machine.recorded("npm").at(-1)).toMatch(new RegExp(`by ${machine.ownNode}/bin/node$`));
  expectNothingHalfMade();
}

test("without Node.js the pinned one is downloaded, checked and used, and the second run installs nothing", async () => {
  machine = new Machine().packNode();
  const mirror = await mirrorThat("right");
  const first = await install(mirror.url);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout.replace(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] /gm, "").split("\n")).toEqual([
    `Start installing Node.js ${NODE_VERSION}.`,
    expect.stringContaining(`Installing into ${machine.ownNode}, because Node.js is not on the PATH.`),
    expect.stringMatching(/^Downloading http/),
    `Node.js ${NODE_VERSION} is successfully installed.`,
    "Start installing node_modules.",
    "node_modules is successfully installed.",
    "",
  ]);
  expect(mirror.requests).toEqual([`/dist/${NODE_VERSION}/node-${NODE_VERSION}-linux-x64.tar.gz`]);
  expectHandedOverToOwnNode();

  expect(await install(mirror.url)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(mirror.requests).toHaveLength(1);
  expect(machine.recorded("npm")).toHaveLength(1);
});

test("nobody else can write to what was installed, whatever the umask and an earlier file", async () => {
  machine = new Machine().packNode();
  const file = join(machine.checkout, ".node");
  writeFileSync(file, "");
  chmodSync(file, 0o666);
  const mirror = await mirrorThat("right");
  const umask = process.umask(0);
  const running = install(mirror.url);
  process.umask(umask);
  expect(await running).toMatchObject({ code: 0 });
  for (const path of [file, join(machine.checkout, "node_modules", ".package-lock.json"), machine.ownNode])
    expect({ path, mode: statSync(path).mode & 0o022 }).toEqual({ path, mode: 0 });
});

test("a Node.js that is too old is named and left alone", async () => {
  machine = new Machine({ node: "v16.20.2" }).packNode();
  const { code, stdout } = await install((await mirrorThat("right")).url);
  expect(code).toBe(0);
  expect(stdout).toMatch(/bin\/node is v16\.20\.2\. This needs Node\.js 20\.19, .* which Jest/);
  expectHandedOverToOwnNode();
});

test("wget will do where there is no curl", async () => {
  machine = new Machine({ without: ["curl"] }).packNode();
  expect(await install((await mirrorThat("missing")).url, (await mirrorThat("right")).url)).toMatchObject({
    code: 0,
  });
  expectHandedOverToOwnNode();
});

test.each([
  ["other", "its SHA-256 is"],
  ["short", "its SHA-256 is"],
  ["cut", "failed"],
  ["missing", "failed"],
] as const)(
  "what a mirror serves is not used where it is %s, and the next mirror is tried",
  async (answer, text) => {
    machine = new Machine().packNode();
    const bad = await mirrorThat(answer);
    const { code, stderr } = await install(bad.url, (await mirrorThat("right")).url);
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`The download of ${bad.url}\\S+ (was rejected: )?${text}`));
    expectHandedOverToOwnNode();
  },
);

test("a mirror that is down is named, and the next one is tried", async () => {
  machine = new Machine().packNode();
  const port = await freePort();
  const { code, stderr } = await install(`http://127.0.0.1:${port}/`, (await mirrorThat("right")).url);
  expect(code).toBe(0);
  expect(stderr).toContain(`The download of http://127.0.0.1:${port}/${NODE_VERSION}/`);
  expectHandedOverToOwnNode();
});

test.each(["other", "short", "cut", "missing"] as const)(
  "where every mirror's download is %s nothing is installed, and the next run goes on",
  async (answer) => {
    machine = new Machine().packNode();
    const failed = await install((await mirrorThat(answer)).url);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/could not be downloaded.*NODE_MIRROR=/);
    expect(machine.recorded("handed-over")).toEqual([]);
    expect(existsSync(machine.ownNode)).toBe(false);
    expectNothingHalfMade();

    expect(await install((await mirrorThat("right")).url)).toMatchObject({ code: 0, stderr: "" });
    expectHandedOverToOwnNode();
  },
);

/** In curl's place: notes the address that is asked for, and fails. */
function refuseDownloads(): void {
  const fake = `#!/bin/sh\nfor url; do :; done\necho "$url" >>'${machine.folder}/urls'\nexit 6\n`;
  writeFileSync(`${machine.bin}/curl`, fake, { mode: 0o755 });
}

test("without NODE_MIRROR the official site is asked, then Tencent's mirror", async () => {
  machine = new Machine();
  refuseDownloads();
  expect((await machine.run(["--local"])).code).toBe(1);
  const build = `${NODE_VERSION}/node-${NODE_VERSION}-linux-x64.tar.gz`;
  expect(machine.recorded("urls")).toEqual([
    `https://nodejs.org/dist/${build}`,
    `https://mirrors.cloud.tencent.com/nodejs-release/${build}`,
  ]);
});

test.each([
  ["Linux", "x86_64", "6.1.0", "linux-x64"],
  ["Linux", "aarch64", "6.1.0", "linux-arm64"],
  ["Darwin", "x86_64", "20.6.0", "darwin-x64"],
  ["Darwin", "arm64", "25.0.0", "darwin-arm64"],
])("%s on %s gets its own build", async (s, m, r, build) => {
  machine = new Machine({ uname: { s, m, r } });
  refuseDownloads();
  await machine.run(["--local"]);
  expect(machine.recorded("urls")[0]).toMatch(new RegExp(`-${build}\\.tar\\.gz$`));
});

test("shasum will do where there is no sha256sum, as on macOS", async () => {
  machine = new Machine().packNode();
  renameSync(`${machine.bin}/sha256sum`, `${machine.folder}/sum`);
  const shasum = `#!/bin/sh\n[ "$*" = "-a 256" ] && exec '${machine.folder}/sum'\n`;
  writeFileSync(`${machine.bin}/shasum`, shasum, { mode: 0o755 });
  expect(await install((await mirrorThat("right")).url)).toMatchObject({ code: 0, stderr: "" });
  expectHandedOverToOwnNode();
});

test("a build that does not run here is not installed", async () => {
  machine = new Machine().packNode();
  machine.patch(/npm" --version/, 'npm-that-is-not-there" --version');
  const { code, stderr } = await install((await mirrorThat("right")).url);
  expect(code).toBe(1);
  expect(stderr).toContain("does not run on this system");
  expect(existsSync(machine.ownNode)).toBe(false);
  expectNothingHalfMade();
});

test("leftovers of a killed run, and a Node.js that lost its parts, are replaced", async () => {
  machine = new Machine().packNode();
  mkdirSync(`${dirname(machine.ownNode)}/.partial/bin`, { recursive: true });
  mkdirSync(`${machine.ownNode}/bin`, { recursive: true });
  expect(await install((await mirrorThat("right")).url)).toMatchObject({ code: 0, stderr: "" });
  expectHandedOverToOwnNode();
});

test("XDG_DATA_HOME says where Node.js goes", async () => {
  machine = new Machine().packNode();
  const XDG_DATA_HOME = `${machine.folder}/other data`;
  const { code } = await machine.run(["--local"], {
    NODE_MIRROR: (await mirrorThat("right")).url,
    XDG_DATA_HOME,
  });
  expect(code).toBe(0);
  expect(machine.recorded("handed-over")[0]).toContain(`${XDG_DATA_HOME}/vod-receiver/node-v`);
  expect(existsSync(`${machine.home}/.local`)).toBe(false);
});

test("a home that can't be written to is named, with what to do", async () => {
  machine = new Machine().packNode();
  rmSync(machine.home, { recursive: true });
  writeFileSync(machine.home, "no folder");
  const { code, stderr } = await install((await mirrorThat("right")).url);
  expect(code).toBe(1);
  expect(stderr).toMatch(/can't be installed in .*XDG_DATA_HOME=/);
});

test("two at once make one download", async () => {
  machine = new Machine().packNode();
  machine.set("npm-is-slow");
  const mirror = await mirrorThat("right");
  const runs = await Promise.all([install(mirror.url), install(mirror.url)]);
  expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: "" },
    { code: 0, stderr: "" },
  ]);
  expect(mirror.requests).toHaveLength(1);
  expect(machine.recorded("npm")).toHaveLength(1);
  expectHandedOverToOwnNode();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
