import { existsSync } from "node:fs";
import { KEYS, Machine, type System } from "../helpers/machine";

let machine: Machine;
afterEach(() => machine.remove());

test.each<[string, System, string]>([
  ["an old glibc", { libc: "glibc 2.17" }, "Linux on x86_64 with glibc 2.17"],
  ["an old glibc that only ldd knows", { libc: null, ldd: "ldd (GNU libc) 2.27" }, "2.27"],
  ["musl", { libc: null, ldd: "musl libc (x86_64)" }, "with musl"],
  ["an unknown C library", { libc: null, ldd: "what?" }, "with what?"],
  ["an unknown processor", { uname: { s: "Linux", m: "riscv64", r: "6.1" } }, "Linux on riscv64"],
  ["a 32-bit system on a 64-bit processor", { bits: 32 }, "32-bit"],
  ["an unknown system", { uname: { s: "FreeBSD", m: "x86_64", r: "14" } }, "FreeBSD on x86_64"],
  ["an old macOS", { uname: { s: "Darwin", m: "x86_64", r: "19.6.0" } }, "Darwin on x86_64, release 19.6.0"],
])("%s is refused by name before anything is done", async (_, system, name) => {
  machine = new Machine(system);
  const { code, stdout, stderr } = await machine.run([], KEYS);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("Nothing was installed: Node.js is not on the PATH");
  expect(stderr).toContain(name);
  expect(stderr).toContain("Install Node.js 20.19, 22.12 or 24");
  expect(machine.recorded("commands").filter((line) => /^(curl|wget|mkdir|npm)/.test(line))).toEqual([]);
  expect(existsSync(`${machine.home}/.local`)).toBe(false);
});

test.each(["v20.19.0", "v20.20.2", "v22.12.0", "v24.0.0", "v26.10.0", "v30.1.0"])(
  "a system that can't have the pinned Node.js is fine with its own %s",
  async (node) => {
    machine = new Machine({ node, libc: null, ldd: "musl libc (x86_64)" });
    const { code, stderr } = await machine.run(["--local"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(machine.recorded("handed-over")[0]).toBe(`${machine.bin}/node`);
  },
);

test.each(["v16.20.2", "v18.20.8", "v20.18.3", "v21.7.3", "v22.11.0", "v23.11.1", "v2.19.0", "nonsense"])(
  "%s will not do, and is named",
  async (node) => {
    machine = new Machine({ node, libc: "glibc 2.17" });
    const { code, stderr } = await machine.run(["--local"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${machine.bin}/node is ${node}, and`);
  },
);

test("a Node.js without npm will not do, and that is said", async () => {
  machine = new Machine({ node: "v22.22.0", npm: false, libc: "glibc 2.17" });
  expect((await machine.run(["--local"])).stderr).toContain("is v22.22.0, but its npm does not run");
});

test.each([
  [["curl", "wget"], "curl or wget"],
  [["sha256sum", "shasum"], "sha256sum or shasum"],
  [["tar"], "tar"],
  [["gzip"], "gzip"],
])("missing tools are named: %j", async (without, name) => {
  machine = new Machine({ without });
  const { code, stdout, stderr } = await machine.run(["--local"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`Node.js is not on the PATH, and downloading it needs ${name}.`);
});
