import { once } from "node:events";
import { request } from "node:http";
import { createLocalConsole, serveConsole } from "../../console";
import { TOKEN_HEADER } from "../../console/protocol";
import { TestCloud } from "../helpers/test-cloud";

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let stage: TestCloud;
let token: string;
let closeAccount: () => Promise<void>;
/** The local cloud's own console, and that of an account, which happens to be a local cloud. */
const ports = { local: 0, account: 0 };

beforeAll(async () => {
  const console = createLocalConsole();
  stage = await TestCloud.open(console.options);
  token = tokenOf(await console.connect(stage.cloud, stage.env));
  ports.local = Number(new URL(stage.cloud.endpointUrl).port);
  const account = await serveConsole(stage.env, 0, () => {});
  ports.account = Number(new URL(account.address).port);
  accountToken = tokenOf(account.address);
  closeAccount = account.close;
});
let accountToken: string;
afterAll(async () => {
  await closeAccount();
  await stage.cloud.close();
});

const API = "/console/api";
const CALLS: readonly Sent[] = [
  ...["live", "event?id=1", "faults"].map((path) => ({ path: `${API}/${path}` })),
  ...["upload?name=a.mp4", "send", "make", "settings", "kill", "run"].map((path) => ({
    ...{ method: "POST", path: `${API}/${path}`, body: '{"eventType":"NewFileUpload","name":"replay"}' },
  })),
  { method: "PUT", path: `${API}/faults`, body: "{}" },
];

test.each(CALLS)("without the token nothing is read or changed: $method $path", async (call) => {
  for (const headers of [{}, { [TOKEN_HEADER]: "0".repeat(32) }, { [TOKEN_HEADER]: token.slice(1) }])
    expect(await statusOf(ports.local, { ...call, headers })).toBe(403);
  expect(await statusOf(ports.local, { ...call, path: `${call.path}&${TOKEN_HEADER}=${token}` })).toBe(403);
});

test.each<Record<string, string>>([
  { origin: "https://attacker.example" },
  { origin: "http://127.0.0.1:1" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { host: "attacker.example" },
])("with the token too, a page of another origin and another host name are refused: %j", async (foreign) => {
  const headers = { [TOKEN_HEADER]: token, ...foreign };
  for (const call of [...CALLS, { path: "/" }, { path: "/console/page.js" }])
    expect(await statusOf(ports.local, { ...call, headers })).toBe(403);
});

test("the page has no key, and a policy that lets only media come from elsewhere", async () => {
  const { secretKey, secretId } = stage.cloud.credential;
  for (const path of ["/", "/console/page.js", "/console/page.css"]) {
    const { status, headers, body } = await send(ports.local, { path });
    expect(status).toBe(200);
    expect([secretId, secretKey, token].filter((secret) => body.includes(secret))).toEqual([]);
    const policy = String(headers["content-security-policy"]);
    const elsewhere = policy.split("; ").filter((rule) => /\*|http/.test(rule));
    expect(elsewhere).toEqual(["media-src * blob:"]);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
  }
});

test("names that would leave the folder, and what is not the console's, are refused", async () => {
  const headers = { [TOKEN_HEADER]: token };
  const upload = (name: string) => ({
    method: "POST",
    path: `${API}/upload?name=${name}`,
    headers,
    body: "x",
  });
  for (const name of ["", "..", "a%2Fb.mp4", "a%00.mp4", "x".repeat(201)])
    expect(await statusOf(ports.local, upload(name))).toBe(400);
  expect(
    await statusOf(ports.local, { method: "POST", path: `${API}/run`, headers, body: '{"name":"remove"}' }),
  ).toBe(400);
  expect(await statusOf(ports.local, { method: "POST", path: `${API}/run`, headers, body: "no JSON" })).toBe(
    400,
  );
  expect(await statusOf(ports.local, { path: `${API}/nothing`, headers })).toBe(404);
});

test("the console of an account changes nothing: it has no such actions", async () => {
  const headers = { [TOKEN_HEADER]: accountToken };
  for (const call of CALLS.filter(({ method }) => method !== undefined))
    expect(await statusOf(ports.account, { ...call, headers })).toBe(404);
  expect(await statusOf(ports.account, { path: "/" })).toBe(200);
  expect(await statusOf(ports.account, { path: "/upload?name=a.mp4", method: "POST", body: "x" })).toBe(404);
});

test("a path token is covered in everything that the live stream sends", async () => {
  const pathToken = "a-path-token-of-this-test";
  await stage.deployBuilt("callback", { PATH_TOKEN: pathToken });
  await stage.scf.CreateTrigger({
    ...{ FunctionName: "callback", Namespace: "vod_demo", TriggerName: "http", Type: "http" },
    TriggerDesc: JSON.stringify({
      AuthType: "NONE",
      NetConfig: { EnableIntranet: false, EnableExtranet: true },
    }),
  });
  await stage.vod.ModifyEventConfig({ NotificationUrl: `http://127.0.0.1:1/${pathToken}` });
  const sent = await untilSettings();
  expect(sent).toContain("••••••");
  expect(sent).not.toContain(pathToken);
  expect(sent).not.toContain(stage.cloud.credential.secretKey);
});

/** What the stream has sent once the function is in it. */
function untilSettings(): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ port: ports.local, host: "127.0.0.1", path: `${API}/live`, headers: { [TOKEN_HEADER]: token } },
    });
    asked.once("error", reject).once("response", (response) => {
      let text = "";
      response
        .on("error", () => {})
        .on("data", (chunk) => {
          text += chunk;
          if (!/"kind":"settings".*"name":"callback"/.test(text)) return;
          asked.destroy();
          resolve(text);
        });
    });
    asked.end();
  });
}

function tokenOf(address: string): string {
  return address.slice(address.indexOf("#") + 1);
}

async function statusOf(port: number, call: Sent): Promise<number | undefined> {
  return (await send(port, call)).status;
}

async function send(port: number, { method = "GET", path, headers = {}, body = "" }: Sent) {
  const asked = request({ port, host: "127.0.0.1", method, path, headers });
  asked.end(body);
  const [response] = await once(asked, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, body: text };
}
