import { type LocalCloud, startLocalCloud } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { runCommand } from "../helpers/deploy-scenario";
import { ESTABLISHED, TestProxy } from "../helpers/proxy";

const checkout = new Checkout();
let cloud: LocalCloud;
let proxy: TestProxy;
beforeAll(async () => {
  cloud = await startLocalCloud({ pullHoldMs: 0 });
  proxy = await (await TestProxy.open(cloud.endpointUrl)).start();
});
beforeEach(() => {
  proxy.asked.splice(0);
  proxy.credentials.splice(0);
});
afterAll(async () => {
  proxy.close();
  await cloud.close();
  checkout.remove();
});

/** Runs a command that has no other way to Tencent Cloud than the proxy. */
function run(args: readonly string[], env: Record<string, string>) {
  const { secretId, secretKey } = cloud.credential;
  const keys = { SECRET_ID: secretId, SECRET_KEY: secretKey, NODE_EXTRA_CA_CERTS: proxy.certificate };
  return runCommand(checkout, args, { ...keys, ...env });
}

const at = (user = "") => `http://${user}127.0.0.1:${proxy.port}`;

test.each(["https_proxy", "HTTPS_PROXY", "all_proxy"])("%s is used for API calls", async (name) => {
  const { code, output } = await run(["info"], { [name]: at("me:secret%40word@") });
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(/^Nothing is deployed/),
  });
  expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT scf.tencentcloudapi.com:443"]));
  expect(proxy.credentials[0]).toBe(`Basic ${Buffer.from("me:secret@word").toString("base64")}`);
});

test("a proxy without a scheme is an HTTP proxy", async () => {
  const { code } = await run(["info"], { https_proxy: `127.0.0.1:${proxy.port}` });
  expect({ code, asked: proxy.asked.length > 0 }).toEqual({ code: 0, asked: true });
});

describe("a proxy that does not lead on", () => {
  afterEach(() => {
    proxy.answer = ESTABLISHED;
  });

  test("is not tried again if it wants a password", async () => {
    proxy.answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    const { code, output } = await run(["info"], { https_proxy: at() });
    expect({ code, asked: proxy.asked.length }).toEqual({ code: 1, asked: 1 });
    expect(output).toContain("(HTTP 407 Proxy Authentication Required). Check the network and your proxy");
  });

  test("holds up no request for longer than that may take", async () => {
    proxy.answer = "";
    const send = ["trigger", "NewFileUpload", "--to", "https://receiver.example/token"];
    const { code, output } = await run(send, { https_proxy: at(), SECRET_ID: "", SECRET_KEY: "" });
    expect({ code, asked: proxy.asked }).toEqual({ code: 1, asked: ["CONNECT receiver.example:443"] });
    expect(output).toContain("could not be reached: the proxy did not answer in time");
  });
});

test("the code of the functions uses it too when it runs here", async () => {
  const { output } = await run(["pull", "--once"], { https_proxy: at() });
  expect(output).toContain("0 events: 0 done, 0 parked");
  expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT vod.tencentcloudapi.com:443"]));
});

test("http_proxy is used for an http address", async () => {
  const send = ["trigger", "NewFileUpload", "--to", "http://receiver.example/token"];
  const env = { http_proxy: at() };
  // The local cloud's endpoint, where the proxy leads, knows no such request.
  expect(await run(send, env)).toMatchObject({ output: expect.stringMatching(/^\d{3} /m) });
  expect(proxy.asked).toEqual(["POST http://receiver.example/token"]);
});

test.each([
  ["other.example,.example", "receiver.example", true],
  ["example", "receiver.example", true],
  ["receiver.example, other.example", "receiver.example", true],
  [".receiver.example", "receiver.example", true],
  ["receiver.example:80", "receiver.example", true],
  ["receiver.example:81", "receiver.example", false],
  ["ceiver.example", "receiver.example", false],
  ["*", "receiver.example", true],
])("with no_proxy=%s, %s is reached directly: %s", async (no_proxy, host, isDirect) => {
  const send = ["trigger", "NewFileUpload", "--to", `http://${host}/token`];
  await run(send, { http_proxy: at(), no_proxy });
  expect(proxy.asked).toEqual(isDirect ? [] : [`POST http://${host}/token`]);
});

test("nothing that is on this machine goes through a proxy", async () => {
  const [CLOUD_ENDPOINT_URL, https_proxy] = [cloud.endpointUrl, at()];
  const env = { CLOUD_ENDPOINT_URL, https_proxy, http_proxy: https_proxy };
  expect(await run(["info"], env)).toMatchObject({ code: 0 });
  await run(["trigger", "NewFileUpload", "--to", cloud.endpointUrl], env);
  expect(proxy.asked).toEqual([]);
});

test.each([
  ["socks5://me:marked@127.0.0.1:1080", /^HTTPS_PROXY must be the address of an HTTP proxy.*unset it/],
  ["http://me:marked%@127.0.0.1:1080", /^HTTPS_PROXY has a % that begins no encoded character.*%25/],
])("%s is refused, and its password is not printed", async (HTTPS_PROXY, message) => {
  const { code, output } = await run(["info"], { HTTPS_PROXY });
  expect(code).toBe(2);
  expect(output).toMatch(message);
  expect(output).not.toContain("marked");
});
