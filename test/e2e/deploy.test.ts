import { readFileSync } from "node:fs";
import type { Credential } from "../../local-cloud/api/signature";
import { Checkout } from "../helpers/checkout";
import { addressIn, answers, DeployScenario, LINES, ROLE, runCommand } from "../helpers/deploy-scenario";
import { procedureNotification } from "../helpers/e2e-notifications";
import { CALLBACK, callerOf, codeOf, zipFile } from "../helpers/test-cloud";

const checkout = new Checkout();
let stage: DeployScenario;
beforeEach(async () => {
  stage = await DeployScenario.open(checkout);
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const post = (address: string, body: unknown) =>
  fetch(address, { method: "POST", body: JSON.stringify(body) });

test("a first installation prints the installer's lines, and the address answers", async () => {
  const outcome = await stage.deploy();
  expect(outcome).toEqual({ lines: LINES, failure: undefined });
  expect(await answers(addressIn(outcome))).toBe(true);
  expect(stage.writes()).toEqual([
    ...["cam:CreateRole", "cam:CreatePolicy", "cam:AttachRolePolicy"],
    // retry before callback, which gets its name.
    ...["scf:CreateNamespace", "scf:CreateFunction", "scf:CreateFunction"],
    ...["scf:PutReservedConcurrencyConfig", "scf:CreateTrigger"],
  ]);
  expect(await stage.function()).toMatchObject({
    Status: "Active",
    Runtime: "Nodejs20.19",
    Handler: "index.main_handler",
    MemorySize: 128,
    Timeout: 10,
    Role: ROLE,
    ClsTopicId: expect.stringMatching(/./),
  });
});

test("the deployed function acts on notifications with its role's credentials", async () => {
  const address = addressIn(await stage.deploy());
  expect(await stage.variables()).toEqual({
    ...{ VOD_RECEIVER: "callback", RETRY_FUNCTION: "retry", DEFINITIONS: "100010,100020" },
    ...{ CODE_DIGEST: expect.any(String), CONFIG_DIGEST: expect.any(String), PATH_TOKEN: expect.any(String) },
  });
  const { fileId } = await stage.cloud.upload("a.mp4", Buffer.from("no video"));
  const answer = await post(address, { EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } });
  expect(answer.status).toBe(200);
  expect(stage.calls.at(-1)).toMatchObject({ service: "vod", action: "ProcessMedia", error: null });
});

test("the functions' role may start transcodes, invoke retry, and do nothing else", async () => {
  await stage.deploy();
  // Somebody else's function with that role lends its credentials.
  const source = `exports.main_handler = async () => {
    const of = (name) => process.env["TENCENTCLOUD_" + name];
    return { secretId: of("SECRETID"), secretKey: of("SECRETKEY"), token: of("SESSIONTOKEN") };
  };`;
  await createForeign("probe", { Role: ROLE, Code: { ZipFile: zipFile(source) } });
  await stage.call("scf", "CreateNamespace", { Namespace: "second" });
  const { Result } = await stage.call("scf", "Invoke", { Namespace: "vod_demo", FunctionName: "probe" });
  const credential: Credential = JSON.parse(Result.RetMsg);
  const tried = (service: "cam" | "scf" | "vod", action: string, params: object = {}) =>
    codeOf(callerOf(stage.cloud, service, credential)(action, params));
  const invoke = (FunctionName: string, Namespace?: string) =>
    tried("scf", "Invoke", { FunctionName, InvocationType: "Event", ...(Namespace && { Namespace }) });
  expect(await invoke("retry", "vod_demo")).toBe("no error");
  for (const [name, namespace] of [
    ["callback", "vod_demo"],
    ["retry-2", "vod_demo"],
    ["retry", "second"],
    ["retry"],
  ]) {
    expect(await invoke(name ?? "", namespace)).toBe("UnauthorizedOperation.CAM");
  }
  expect(await tried("vod", "ConfirmEvents", { EventHandles: ["none"] })).toBe("UnauthorizedOperation");
  expect(await tried("vod", "DescribeEventConfig")).toBe("UnauthorizedOperation");
  expect(await tried("scf", "ListFunctions")).toBe("UnauthorizedOperation.CAM");
  expect(await tried("cam", "ListPolicies")).toBe("AuthFailure.UnauthorizedOperation");
});

test("CONCURRENCY limits callback's instances, is kept, and gives way to the default once it is empty", async () => {
  const limit = async () => {
    const { ReservedMem } = await stage.call("scf", "GetReservedConcurrencyConfig", CALLBACK);
    return ReservedMem / 128;
  };
  for (const [env, expected] of [
    [{}, 100],
    [{ CONCURRENCY: "7" }, 7],
    [{}, 7],
    [{ CONCURRENCY: "" }, 100],
    [{}, 100],
  ] as const) {
    expect((await stage.deploy(env)).failure).toBeUndefined();
    expect({ env, limit: await limit() }).toEqual({ env, limit: expected });
  }
  expect((await stage.deploy({ CONCURRENCY: "0" })).failure).toBe(
    'CONCURRENCY must be a whole number from 1 to 9999; empty selects the default again (got "0").',
  );
});

test("without the token the address is none", async () => {
  const address = addressIn(await stage.deploy());
  const { status } = await post(address.replace(/\w{32}$/, "a".repeat(32)), {});
  expect(status).toBe(404);
});

test("a second run with nothing changed makes no write call, and prints the same", async () => {
  const first = await stage.deploy();
  stage.writes();
  expect(await stage.deploy()).toEqual(first);
  expect(stage.writes()).toEqual([]);
});

test("another machine packs the same, so that nothing is written there either", async () => {
  const first = await stage.deploy();
  stage.writes();
  const elsewhere = new Checkout();
  const { deploy } = elsewhere.scripts();
  const log = jest.spyOn(console, "log").mockImplementation();
  await deploy(stage.env, stage.clock);
  const last = String(log.mock.lastCall);
  log.mockRestore();
  elsewhere.remove();
  expect(last).toContain(`Service address: ${addressIn(first)}`);
  expect(stage.writes()).toEqual([]);
});

test("a changed definition changes the code and its digest and nothing else; the address stays", async () => {
  const first = addressIn(await stage.deploy());
  stage.writes();
  expect(addressIn(await stage.deploy({ DEFINITIONS: "100010" }))).toBe(first);
  // The old digest goes, then the code comes, and then its digest.
  const configure = "scf:UpdateFunctionConfiguration";
  const update = [configure, "scf:UpdateFunctionCode", configure];
  expect(stage.writes()).toEqual([...update, ...update]);
  await stage.deploy({ DEFINITIONS: "100010" });
  expect(stage.writes()).toEqual([]);
  await post(first, { EventType: "NewFileUpload", FileUploadEvent: { FileId: "5285890784246869930" } });
  expect(stage.calls.at(-1)?.params).toMatchObject({
    MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] },
  });
});

test("a person's own variables stay, a token of their own is taken over, and a sign key is kept", async () => {
  await stage.deploy();
  const variables = { ...(await stage.variables()), MINE: "1", PATH_TOKEN: "mine-and-nobody-elses" };
  await stage.call("scf", "UpdateFunctionConfiguration", {
    Namespace: "vod_demo",
    FunctionName: "callback",
    Environment: { Variables: Object.entries(variables).map(([Key, Value]) => ({ Key, Value })) },
  });
  while ((await stage.function()).Status !== "Active");
  const { lines } = await stage.deploy({ DEFINITIONS: "20", SIGN_KEY: "aSignKey" });
  expect(lines.at(-1)).toMatch(/\/mine-and-nobody-elses$/);
  expect(lines).not.toContainEqual(expect.stringContaining("Warning"));
  stage.writes();
  await stage.deploy({ DEFINITIONS: "20" });
  expect(stage.writes()).toEqual([]);
  expect(await stage.variables()).toMatchObject({
    MINE: "1",
    PATH_TOKEN: "mine-and-nobody-elses",
    SIGN_KEY: "aSignKey",
  });
});

test("a change made in the console is reverted, each with the one call that it takes", async () => {
  await stage.deploy();
  const { Triggers } = await stage.call("scf", "ListTriggers", {
    Namespace: "vod_demo",
    FunctionName: "callback",
  });
  const [{ TriggerName, Type, Qualifier }] = Triggers;
  const TriggerDesc = JSON.stringify({ AuthType: "NONE", NetConfig: { EnableExtranet: false } });
  const address = { Namespace: "vod_demo", FunctionName: "callback" };
  await stage.call("scf", "UpdateTrigger", { ...address, TriggerName, Type, Qualifier, TriggerDesc });
  stage.writes();
  expect(await answers(addressIn(await stage.deploy()))).toBe(true);
  expect(stage.writes()).toEqual(["scf:UpdateTrigger"]);
  await stage.call("scf", "UpdateFunctionConfiguration", { ...address, Timeout: 3 });
  stage.writes();
  await stage.deploy();
  expect(stage.writes()).toEqual(["scf:UpdateFunctionConfiguration"]);
});

describe("a serverless.yml of one's own", () => {
  let own: Checkout;
  let log: jest.SpyInstance;
  beforeEach(() => {
    own = new Checkout();
    log = jest.spyOn(console, "log").mockImplementation();
  });
  afterEach(() => {
    log.mockRestore();
    own.remove();
  });

  /** Deploys with the changed file; what was printed is in `log`. */
  function deployWith(change: (text: string) => string, env = {}) {
    own.write("serverless.yml", change(readFileSync(own.path("serverless.yml"), "utf8")));
    return own.scripts().deploy({ ...stage.env, ...env }, stage.clock);
  }

  test("with an apigw event is deployed as a function URL, and the run says why", async () => {
    const { address = "" } = await deployWith(
      (text) => `${text.slice(0, text.indexOf("    - http:"))}    - apigw: {}\n`,
    );
    expect(log.mock.calls.join("\n")).toContain(
      "The apigw event is deployed as a function URL. API Gateway accepts no new triggers since",
    );
    expect(await answers(address)).toBe(true);
  });

  test.each([
    ["name", "FUNCTION", "callback"],
    ["namespace", "NAMESPACE", "vod_demo"],
    ["region", "REGION", "ap-guangzhou"],
  ])("with another %s than %s says is refused before anything is made", async (key, variable, said) => {
    const change = (text: string) => text.replace(`${key}: \${env:${variable}}`, `${key}: mine-own`);
    await expect(deployWith(change)).rejects.toThrow(
      `serverless.yml has the name mine-own, but ${variable} is ${said}. ` +
        `Set ${variable}=mine-own, and keep \${env:${variable}} in the file.`,
    );
    expect(stage.writes()).toEqual([]);
  });

  test("with the name that the variable has is taken", async () => {
    const change = (text: string) => text.replace(`\${env:FUNCTION}`, "mine");
    const { address = "" } = await deployWith(change, { FUNCTION: "mine" });
    expect(await answers(address)).toBe(true);
  });

  test("with tags that the function got at its making brings no notice; with others, which", async () => {
    const notice =
      /SCF accepts tags only when a function is created\. Add them to callback in the SCF console: (.*)/;
    const tagged = (tags: string) => (text: string) =>
      text.replace(/( {2}tags: .*\n)?$/, `  tags: ${tags}\n`);
    await deployWith(tagged("{ owner: me, stage: prod }"));
    await deployWith(tagged("{ owner: me, stage: prod }"));
    expect(log.mock.calls.join("\n")).not.toMatch(notice);
    await deployWith(tagged("{ owner: you, team: video, stage: prod }"));
    expect(notice.exec(log.mock.calls.join("\n"))?.[1]).toBe("owner=you, team=video");
  });
});

test("a role that is named is used, and none is made", async () => {
  await stage.deploy();
  await stage.remove();
  const document = {
    version: "2.0",
    statement: [
      { action: "name/sts:AssumeRole", effect: "allow", principal: { service: ["scf.qcloud.com"] } },
    ],
  };
  await stage.call("cam", "CreateRole", { RoleName: "own", PolicyDocument: JSON.stringify(document) });
  stage.writes();
  expect((await stage.deploy({ ROLE: "own" })).failure).toBeUndefined();
  expect(await stage.function()).toMatchObject({ Role: "own" });
  expect(stage.writes().filter((call) => call.startsWith("cam:"))).toEqual([]);
});

test("info prints what is deployed, and logs the function's lines", async () => {
  const address = addressIn(await stage.deploy());
  const { lines } = await stage.info();
  expect(lines).toContain("vod_demo/retry");
  expect(lines).toContain("vod_demo/callback");
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}state: Active, changed \d{4}-/));
  expect(lines).toContain("  runtime: Nodejs20.19, 128 MB, 10 s");
  expect(lines).toContain(`  credentials: role ${ROLE}`);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}log: CLS topic ./));
  expect(lines.at(-1)).toBe(`  Service address: ${address}`);

  await post(address, procedureNotification("https://example.com/a.mp4"));
  const expected =
    "Transcode succeeded. FileId: 5285890784246869930, Definition: 20, Url: https://example.com/a.mp4";
  let printed: readonly string[] = [];
  while (!printed.some((line) => line.endsWith(` ${expected}`))) printed = (await stage.logs()).lines;
  expect(printed.filter((line) => line.includes("Transcode succeeded"))).toHaveLength(1);
  const times = printed.map((line) => line.slice(0, 24));
  expect(times).toEqual([...times].sort());
});

test("logs and info without a function say so", async () => {
  expect((await stage.info()).lines).toEqual([
    "Nothing is deployed with FUNCTION=callback in the namespace vod_demo of ap-guangzhou.",
  ]);
  expect((await stage.logs()).failure).toBe(
    "Nothing is deployed with FUNCTION=callback in the namespace vod_demo of ap-guangzhou. Deploy first: bash installer.sh",
  );
});

test("remove deletes everything that deploy created, and info reports that nothing is deployed", async () => {
  await stage.deploy();
  expect((await stage.remove()).lines).toEqual([
    "Removed the function vod_demo/callback.",
    "Removed the function vod_demo/retry.",
    "Removed the namespace vod_demo.",
    "Removed the role of the functions.",
  ]);
  expect((await stage.info()).lines).toEqual([
    "Nothing is deployed with FUNCTION=callback in the namespace vod_demo of ap-guangzhou.",
  ]);
  expect(await names("scf", "ListNamespaces", "Namespaces", "Name")).toEqual(["default"]);
  expect(await names("cam", "ListPolicies", "List", "PolicyName")).toEqual([]);
  await expect(stage.call("cam", "GetRole", { RoleName: ROLE })).rejects.toThrow();
  stage.writes();
  expect((await stage.remove()).failure).toBeUndefined();
  expect(stage.writes()).toEqual([]);
});

test("remove leaves a namespace that was there before, and what else is in it", async () => {
  await stage.call("scf", "CreateNamespace", { Namespace: "vod_demo" });
  await createForeign("other");
  await stage.deploy();
  expect((await stage.remove()).lines).toEqual([
    "Removed the function vod_demo/callback.",
    "Removed the function vod_demo/retry.",
    "Removed the role of the functions.",
  ]);
  expect((await stage.function("other")).Status).toBe("Active");
});

test("remove keeps a namespace that deploy created if a function of others is in it", async () => {
  await stage.deploy();
  await createForeign("other");
  expect((await stage.remove()).failure).toBeUndefined();
  expect((await stage.function("other")).FunctionName).toBe("other");
});

test("each installation has a role of its own, and remove leaves the others'", async () => {
  await stage.deploy();
  const other = { NAMESPACE: "second", FUNCTION: "notify" };
  const address = addressIn(await stage.deploy(other));
  expect((await stage.remove()).lines).toContain("Removed the role of the functions.");
  const { fileId } = await stage.cloud.upload("a.mp4", Buffer.from("no video"));
  const event = { EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } };
  expect((await post(address, event)).status).toBe(200);
  expect((await stage.remove(other)).lines).toContain("Removed the role of the functions.");
});

test("a role that all installations of a region shared once goes when none has it any more", async () => {
  const RoleName = "vod_receiver_ap-guangzhou";
  const trust = {
    action: "name/sts:AssumeRole",
    effect: "allow",
    principal: { service: ["scf.qcloud.com"] },
  };
  const PolicyDocument = JSON.stringify({ version: "2.0", statement: [trust] });
  const Description = "Made by vod-receiver for its SCF functions";
  await stage.call("cam", "CreateRole", { RoleName, PolicyDocument, Description });
  await stage.deploy({ ROLE: RoleName });
  expect(await stage.function()).toMatchObject({ Role: RoleName });
  await stage.deploy({ NAMESPACE: "second", ROLE: RoleName });
  await stage.remove();
  await stage.call("cam", "GetRole", { RoleName });
  await stage.deploy({ NAMESPACE: "second" });
  await stage.remove({ NAMESPACE: "second" });
  await expect(stage.call("cam", "GetRole", { RoleName })).rejects.toThrow();
});

test("remove without --yes removes nothing where nobody can be asked", async () => {
  await stage.deploy();
  stage.writes();
  expect(await runCommand(checkout, ["remove"], stage.env)).toEqual({
    code: 1,
    output:
      "Nothing was removed. This is not a terminal, so remove can't prompt. To remove without a prompt, pass --yes.\n",
  });
  expect(stage.writes()).toEqual([]);
});

async function names(service: "cam" | "scf", action: string, list: string, key: string): Promise<unknown[]> {
  const answer = await stage.call(service, action);
  const items: Record<string, unknown>[] = answer[list];
  return items.map((item) => item[key]);
}

/** A function of others. */
async function createForeign(FunctionName: string, changes: object = {}): Promise<void> {
  await stage.call("scf", "CreateFunction", {
    Namespace: "vod_demo",
    FunctionName,
    Runtime: "Nodejs18.15",
    Handler: "index.main_handler",
    Code: { ZipFile: zipFile("exports.main_handler = async () => 1;") },
    ...changes,
  });
  while ((await stage.function(FunctionName)).Status !== "Active");
}
