import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { makeExample } from "../../scripts/trigger/example";
import { Checkout } from "../helpers/checkout";

// A checkout of its own: --bundle builds, and other files' tests must not find their functions built anew.
const checkout = new Checkout();
const servers: Server[] = [];
afterAll(() => checkout.remove());
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test("an example is printed as JSON, with what was overridden", async () => {
  const { code, stdout } = await trigger(
    "EditMediaComplete",
    "--override",
    "EditMediaCompleteEvent.Progress=7",
  );
  const example = makeExample("EditMediaComplete");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ...example,
    EditMediaCompleteEvent: { ...Object(example["EditMediaCompleteEvent"]), Progress: 7 },
  });
});

test("--list has a line for each of the 37 events", async () => {
  const { code, stdout } = await trigger("--list");
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(37);
  expect(stdout).toMatch(/^ProcedureStateChanged +a task flow ended/m);
});

test("an unknown name gets the nearest ones", async () => {
  const { code, stdout, stderr } = await trigger("FileDelete");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/The event type FileDelete does not exist\. The nearest: FileDeleted, /);
});

test("--fail of what can't fail says so", async () => {
  const { code, stdout, stderr } = await trigger("FileDeleted", "--fail");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(makeExample("FileDeleted"));
  expect(stderr).toContain("FileDeleted can't report a failure");
});

describe("--to", () => {
  const TOKEN = "t0kenInTheAddress";

  test("sends a signed example and prints the answer, but never the token", async () => {
    const bodies: Record<string, unknown>[] = [];
    const origin = await listen(async (request, response) => {
      bodies.push(JSON.parse(await text(request)));
      response.end(`seen at ${request.url}\x1b[2J`);
    });
    const key = "aSignKey";
    const { code, stdout, stderr } = await triggerWith(
      { SIGN_KEY: key },
      "PullComplete",
      "--to",
      `${origin}/${TOKEN}`,
    );
    expect([code, stdout]).toEqual([0, "200 seen at /***\\u001b[2J\n"]);
    expect(stderr).toContain(`POST to ${origin}\n`);
    expect(stdout + stderr).not.toContain(TOKEN);
    const [{ Sign: signature, T: expiry, ...event } = {}] = bodies;
    expect(event).toEqual(makeExample("PullComplete"));
    expect(signature).toBe(createHash("md5").update(`${key}${expiry}`).digest("hex"));
    // Ten minutes ahead, of a moment since this test began.
    expect(Number(expiry) * 1000).toBeGreaterThan(Date.now());
  });

  test("is not signed without a key, and anything but a 2xx is a failure", async () => {
    const origin = await listen(async (request, response) => {
      const signed = "Sign" in JSON.parse(await text(request));
      response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end(`signed: ${signed}`);
    });
    const { code, stdout } = await trigger("PullComplete", "--to", `${origin}/${TOKEN}`);
    expect([code, stdout]).toEqual([1, "302 signed: false\n"]);
  });

  test("reads the beginning of an answer that does not end", async () => {
    const origin = await listen((_request, response) => {
      const more = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    });
    const { code, stdout } = await trigger("PullComplete", "--to", `${origin}/${TOKEN}`);
    expect([code, stdout]).toEqual([0, `200 ${"x".repeat(4096)}\n`]);
  });

  test("names the host that can't be reached, but not the token", async () => {
    const origin = await listen(() => {});
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const { code, stderr } = await trigger("PullComplete", "--to", `${origin}/${TOKEN}`);
    expect(code).toBe(1);
    expect(stderr).toContain(`${origin} could not be reached: connect ECONNREFUSED`);
    expect(stderr).not.toContain(TOKEN);
  });

  test.each(["ftp://host/t0kenInTheAddress", "http://user:t0kenInTheAddress@host/", "t0kenInTheAddress"])(
    "refuses %s",
    async (address) => {
      const { code, stderr } = await trigger("PullComplete", "--to", address);
      expect(code).toBe(2);
      expect(stderr).toContain("--to must be an address that begins with http:// or https://");
      expect(stderr).not.toContain(TOKEN);
    },
  );
});

describe("--bundle", () => {
  test("runs the built function, whose log and answer are printed", async () => {
    const secrets = { PATH_TOKEN: "t0ken", SIGN_KEY: "aSignKey" };
    const { code, stdout } = await triggerWith(secrets, "PersistenceComplete", "--bundle");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{"requestId":"trigger","eventType":"PersistenceComplete",.*"outcome":"done"/m);
    expect(stdout).toMatch(/^200 \{\}$/m);
  });

  test("fails where the function's answer is no 2xx", async () => {
    const { code, stdout } = await trigger(
      "NewFileUpload",
      "--override",
      "FileUploadEvent.FileId=x",
      "--bundle",
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^400 FileUploadEvent\.FileId is not a string of digits\.$/m);
  });
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

/** Runs the command, with nothing in its environment that it could take for a secret. */
async function trigger(...args: string[]) {
  return triggerWith({}, ...args);
}

async function triggerWith(variables: Record<string, string>, ...args: string[]) {
  const env = { PATH: process.env["PATH"] ?? "", ...variables };
  const child = spawn(checkout.path("vod-receiver"), ["trigger", ...args], { env });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr };
}
