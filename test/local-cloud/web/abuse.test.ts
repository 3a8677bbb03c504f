import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { sendAndEnd, sendRaw } from "../../helpers/raw-http";
import { isAlive, until } from "../../helpers/scf";

interface Cloud {
  readonly child: ChildProcess;
  readonly api: string;
  readonly gateway: string;
  /** Everything that it reports. */
  errors(): string;
}

const temp = mkdtempSync(join(tmpdir(), "abuse-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(temp, { recursive: true, force: true });
});

async function startCloud(): Promise<Cloud> {
  const script = join(__dirname, "../../helpers/cloud-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    env: { ...process.env, TMPDIR: temp, TSX_DISABLE_CACHE: "1" },
  });
  children.push(child);
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { endpointUrl, address } = JSON.parse(line);
  return { child, api: endpointUrl, gateway: address, errors: () => errors };
}

const portOf = (address: string) => Number(new URL(address).port);
const request = (line: string, ...headers: string[]) =>
  `${[line, "Host: 127.0.0.1", "Connection: close", ...headers].join("\r\n")}\r\n\r\n`;

const TARGETS = [
  ...["//", "///", "/\\", "http://[", "*", "/%", "/%00", "/media/%", "/media/%zz", "/media/%00", "/media/"],
  ...[
    "/media/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/media//etc/passwd",
    "/upload?name=%",
    "?",
    "/?%=%&&=",
    "/#",
  ],
  ...["http://127.0.0.1:0/upload", "//upload", "/upload?name=%00", "/faults?x=%zz", `/${"a/".repeat(5000)}`],
];
const METHODS = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"];
const MALFORMED = [
  ...[
    "\r\n\r\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "\0\0\0\0\r\n\r\n",
    "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
  ],
  ...[
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ],
  request("POST / HTTP/1.1", "Content-Length: -1"),
  request("POST / HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: chunked"),
  `${request("POST / HTTP/1.1", "Transfer-Encoding: chunked")}zz\r\n`,
  request("GET / HTTP/1.1", `X-Long: ${"x".repeat(100_000)}`),
  request("GET / HTTP/1.1", ...Array.from({ length: 3000 }, (_, index) => `X-${index}: x`)),
  request("GET / HTTP/1.1", "__proto__: x", "constructor: y"),
  request("GET / HTTP/1.1", "Expect: nothing"),
  request("GET / HTTP/1.1", "Upgrade: websocket"),
  request("POST / HTTP/1.1", "Authorization: TC3-HMAC-SHA256 Credential=//////"),
];

let cloud: Cloud;
const askFunction = async (): Promise<{ pid: number; folder: string }> =>
  Object(await (await fetch(cloud.gateway)).json());
beforeAll(async () => {
  cloud = await startCloud();
});

test("no request of any form ends the process", async () => {
  const ports = [portOf(cloud.api), portOf(cloud.gateway)];
  const send = (bytes: string | Buffer) => Promise.all(ports.map((port) => sendRaw(port, bytes)));

  for (const method of METHODS) {
    for (const target of TARGETS) {
      for (const answer of await send(request(`${method} ${target} HTTP/1.1`)))
        expect(answer).toMatch(/^HTTP\/1.1 /);
    }
  }
  for (const bytes of MALFORMED) await Promise.all(ports.map((port) => sendAndEnd(port, bytes)));
  for (const target of ["/", "/upload?name=a.mp4", "/media/x"]) {
    const head = `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1:${ports[0]}\r\nContent-Length: 1000\r\n\r\nbroken off`;
    await Promise.all(ports.map((port) => sendAndEnd(port, head)));
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...METHODS),
      fc.stringMatching(/^[!-~]{1,40}$/),
      async (method, target) => {
        await send(request(`${method} ${target} HTTP/1.1`));
      },
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
      await Promise.all(
        ports.map((port) => sendAndEnd(port, Buffer.concat([bytes, Buffer.from("\r\n\r\n")]))),
      );
    }),
  );

  expect(cloud.child.exitCode).toBeNull();
  expect(await (await fetch(cloud.api)).json()).toMatchObject({ Response: { Error: {} } });
  expect(await askFunction()).toEqual({ pid: expect.any(Number), folder: expect.any(String) });
  expect(cloud.errors()).not.toMatch(/bug|failed/i);
});

test("when the local cloud is killed, idle and busy instances and their folders go with it", async () => {
  const { folder } = await askFunction();
  const file = join(folder, "busy");
  const broken = expect(fetch(`${cloud.gateway}/busy`)).rejects.toThrow("fetch failed");
  await until(() => existsSync(file) && readFileSync(file, "utf8") !== "");
  const pids = [Number(readFileSync(file, "utf8")), (await askFunction()).pid];
  expect(pids[0]).not.toBe(pids[1]);
  expect(pids.map(isAlive)).toEqual([true, true]);
  cloud.child.kill("SIGKILL");
  await until(() => !pids.some(isAlive) && abandoned("scf").length === 0);
  await broken;
});

test("what a killed local cloud leaves behind is removed by the next start, and nothing else", async () => {
  const media = abandoned("vod");
  expect(media).toHaveLength(1);

  const [own = ""] = media;
  const sibling = (change: (name: string) => string) => join(temp, change(own));
  const scf = sibling((name) => name.replace("vod", "scf"));
  const running = sibling((name) => name.replace(/\d+(?=-\w+$)/, String(process.pid)));
  const elsewhere = sibling((name) => name.replace(/vod-\d+/, "vod-1"));
  const others = sibling((name) => name.replace(/\w{6}$/, "others"));
  const target = join(temp, "target");
  for (const folder of [scf, running, elsewhere, others, target]) mkdirSync(folder);
  writeFileSync(join(target, "file"), "");
  symlinkSync(target, join(scf, "link"));
  symlinkSync(
    target,
    sibling((name) => name.replace(/\w{6}$/, "linked")),
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(others, 65534, 65534);

  const next = await startCloud();
  expect([join(temp, own), scf].filter(existsSync)).toEqual([]);
  expect([running, elsewhere, join(target, "file")].every(existsSync)).toBe(true);
  expect(existsSync(others)).toBe(isRoot);
  expect(readdirSync(temp).some((name) => name.endsWith("linked"))).toBe(true);
  next.child.stdin?.end();
  expect((await once(next.child, "close"))[0]).toBe(0);
});

/** The folders of one kind in the folder for temporary files. */
function abandoned(kind: string): string[] {
  return readdirSync(temp).filter((name) => name.startsWith(`local-cloud-${kind}-`));
}
