import { type LocalCloud, startLocalCloud } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { runCommand } from "../helpers/deploy-scenario";
import { TestProxy } from "../helpers/proxy";

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

test("the code of the functions uses it too when it runs here", async () => {
  const { output } = await run(["pull", "--once"], { https_proxy: at() });
  expect(output).toContain("0 events: 0 done, 0 parked");
  expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT vod.tencentcloudapi.com:443"]));
});

test("http_proxy is used for an http address, and no_proxy excepts a host", async () => {
  const send = ["trigger", "NewFileUpload", "--to", "http://receiver.example/token"];
  const env = { http_proxy: at() };
  // The local cloud's endpoint, where the proxy leads, knows no such request.
  expect(await run(send, env)).toMatchObject({ output: expect.stringMatching(/^\d{3} /m) });
  expect(proxy.asked).toEqual(["POST http://receiver.example/token"]);
  const direct = await run(send, { ...env, no_proxy: "other.example,.example" });
  expect(direct).toMatchObject({ code: 1, output: expect.stringContaining("could not be reached") });
  expect(proxy.asked).toHaveLength(1);
});

test("nothing that is on this machine goes through a proxy", async () => {
  const [CLOUD_ENDPOINT_URL, https_proxy] = [cloud.endpointUrl, at()];
  const env = { CLOUD_ENDPOINT_URL, https_proxy, http_proxy: https_proxy };
  expect(await run(["info"], env)).toMatchObject({ code: 0 });
  await run(["trigger", "NewFileUpload", "--to", cloud.endpointUrl], env);
  expect(proxy.asked).toEqual([]);
});

test("a proxy of another kind is refused, and its password is not printed", async () => {
  const { code, output } = await run(["info"], { HTTPS_PROXY: "socks5://me:marked@127.0.0.1:1080" });
  expect(code).toBe(2);
  expect(output).toMatch(/^HTTPS_PROXY must be the address of an HTTP proxy.*unset it/);
  expect(output).not.toContain("marked");
});
