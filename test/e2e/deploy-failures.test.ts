import { readFileSync } from "node:fs";
import { ApiError, type Interception, type LocalCloudOptions } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, answers, DeployScenario, LINES, ROLE, runCommand } from "../helpers/deploy-scenario";
import { zipFile } from "../helpers/test-cloud";

const checkout = new Checkout();
let stage: DeployScenario | undefined;
afterEach(() => stage?.cloud.close());
afterAll(() => checkout.remove());

async function open(options: LocalCloudOptions = {}): Promise<DeployScenario> {
  stage = await DeployScenario.open(checkout, options);
  return stage;
}

/** Has the first so many calls of an action refused. */
function refuseFirst(action: string, times: number, error: ApiError): LocalCloudOptions {
  let refused = 0;
  const intercept = (call: { action: string }): Interception =>
    call.action === action && refused++ < times ? error : undefined;
  return { intercept };
}

describe("the keys", () => {
  test.each([
    ["SECRET_ID", { SECRET_ID: "AKIDwrong" }, /^\w+ failed with AuthFailure\.SecretIdNotFound: /],
    ["SECRET_KEY", { SECRET_KEY: "wrong" }, /^\w+ failed with AuthFailure\.SignatureFailure: /],
  ])("a wrong %s is named, with where the right one is", async (_name, env, expected) => {
    const { failure } = await (await open()).deploy(env);
    expect(failure).toMatch(expected);
    expect(failure).toContain(
      "SECRET_ID or SECRET_KEY is wrong. Copy your keys from https://console.cloud.tencent.com/cam/capi",
    );
    expect(failure).toMatch(/\nRequestId: [\w-]{36}$/);
  });

  test.each(["SECRET_ID", "SECRET_KEY"])("a missing %s is named before anything is called", async (name) => {
    const { deploy, calls } = await open();
    expect((await deploy({ [name]: "" })).failure).toBe(
      `${name} is not set. Set it to your key from https://console.cloud.tencent.com/cam/capi`,
    );
    expect(calls).toEqual([]);
  });

  test("a wrong clock of the machine is named", async () => {
    const { deploy } = await open({ now: () => Date.now() + 3_600_000 });
    expect((await deploy()).failure).toContain(
      "This machine's clock is wrong by more than five minutes. Set it",
    );
  });

  test("a key without permission for SCF gets the policy that it needs", async () => {
    let denied = true;
    const { deploy } = await open({ deny: (service) => denied && service === "scf" });
    const { failure } = await deploy();
    expect(failure).toMatch(/^GetFunction failed with UnauthorizedOperation\.CAM: /);
    expect(failure).toContain("Grant their CAM user docs/examples/deploying-key-policy.json");
    denied = false;
    expect((await deploy()).lines).toEqual(LINES);
  });

  const fallback =
    "The functions use SECRET_ID and SECRET_KEY from their environment, because no role can be created.";

  test("a key that may not create a role stays out of the functions unless the user says otherwise", async () => {
    const one = await open({ deny: (service) => service === "cam" });
    const { failure } = await one.deploy();
    expect(failure).toMatch(/^These credentials may not create a role .*KEYS=environment/);
    expect(one.writes()).toEqual([]);
    expect((await one.deploy({ KEYS: "yes" })).failure).toContain('KEYS must be "environment" or unset');
    expect((await one.deploy({ KEYS: "environment" })).lines).toContain(fallback);
    // What a function has already stays.
    expect((await one.deploy()).lines).toContain(fallback);
  });

  test.each([
    ["all of CAM", () => true],
    ["making roles", (action: string) => action === "CreateRole"],
    ["attaching policies", (action: string) => action === "AttachRolePolicy"],
  ])(
    "a key that may not do %s gets into the functions' environment with KEYS=environment",
    async (_name, isDenied) => {
      const one = await open({ deny: (service, action) => service === "cam" && isDenied(action) });
      const { SECRET_ID, SECRET_KEY } = one.env;
      const outcome = await one.deploy({ KEYS: "environment" });
      expect(outcome.lines).toEqual([LINES[0], fallback, ...LINES.slice(1)]);
      expect(await one.variables()).toMatchObject({ SECRET_ID, SECRET_KEY });
      expect((await one.info()).lines).toContain(
        "  credentials: SECRET_ID and SECRET_KEY in its environment",
      );
      const { fileId } = await one.cloud.upload("a.mp4", Buffer.from("no video"));
      const body = JSON.stringify({ EventType: "NewFileUpload", FileUploadEvent: { FileId: fileId } });
      expect((await fetch(addressIn(outcome), { method: "POST", body })).status).toBe(200);
      expect(one.calls.at(-1)).toMatchObject({ action: "ProcessMedia", error: null });
    },
  );
});

test("keys in the function's environment go when a role can be had", async () => {
  let denied = true;
  const one = await open({ deny: (service) => denied && service === "cam" });
  await one.deploy({ KEYS: "environment" });
  denied = false;
  expect((await one.deploy()).lines).toEqual(LINES);
  expect(Object.keys(await one.variables())).not.toContain("SECRET_KEY");
  expect(await one.function()).toMatchObject({ Role: ROLE });
});

test("a user who has not activated SCF gets the page to do it on", async () => {
  let active = false;
  const { deploy } = await open({ activated: (service) => active || service !== "scf" });
  const { failure } = await deploy();
  expect(failure).toMatch(/^GetFunction failed with FailedOperation\.UnOpenedService: /);
  expect(failure).toContain("Activate it at https://console.cloud.tencent.com/scf, then run this again.");
  active = true;
  expect((await deploy()).lines).toEqual(LINES);
});

describe("a name that is taken", () => {
  const address = { Namespace: "vod_demo", FunctionName: "callback" };
  const foreign = {
    ...address,
    Runtime: "Nodejs18.15",
    Handler: "index.main_handler",
    Environment: { Variables: [{ Key: "THEIRS", Value: "1" }] },
    Code: { ZipFile: zipFile("exports.main_handler = async () => 1;") },
  };

  test.each(["Nodejs18.15", "Nodejs20.19"])("by a %s function of others is left alone", async (Runtime) => {
    const one = await open();
    await one.call("scf", "CreateNamespace", { Namespace: "vod_demo" });
    await one.call("scf", "CreateFunction", { ...foreign, Runtime });
    while ((await one.function()).Status !== "Active");
    const before = await one.function();
    one.writes();
    expect((await one.deploy()).failure).toBe(
      `The function vod_demo/callback (${Runtime}) was not deployed by vod-receiver, so it was not changed. ` +
        "Set FUNCTION to another name or NAMESPACE to another namespace.",
    );
    expect(one.writes().filter((call) => call.startsWith("scf:"))).toEqual([]);
    expect({ ...(await one.function()), RequestId: "" }).toEqual({ ...before, RequestId: "" });
    for (const env of [{ FUNCTION: "notify" }, { NAMESPACE: "second" }]) {
      expect(await answers(addressIn(await one.deploy(env)))).toBe(true);
    }
    await one.remove();
    expect((await one.function()).Environment.Variables).toEqual([{ Key: "THEIRS", Value: "1" }]);
  });

  test("in the moment before it is made is left alone as well", async () => {
    let isFirst = true;
    const one: DeployScenario = await open({
      async intercept({ action }) {
        if (action !== "CreateFunction" || !isFirst) return undefined;
        isFirst = false;
        await one.call("scf", "CreateFunction", foreign);
        return undefined;
      },
    });
    expect((await one.deploy()).failure).toContain("was not deployed by vod-receiver, so it was not changed");
    expect(await one.variables()).toEqual({ THEIRS: "1" });
  });
});

test("a retry of others is left alone as well, and callback is not made without one", async () => {
  const one = await open();
  await one.call("scf", "CreateNamespace", { Namespace: "vod_demo" });
  await one.call("scf", "CreateFunction", {
    ...{ Namespace: "vod_demo", FunctionName: "retry", Runtime: "Nodejs18.15" },
    ...{ Handler: "index.main_handler", Code: { ZipFile: zipFile("exports.main_handler = async () => 1;") } },
  });
  one.writes();
  expect((await one.deploy()).failure).toContain(
    "The function vod_demo/retry (Nodejs18.15) was not deployed",
  );
  expect(one.writes().filter((call) => call.startsWith("scf:"))).toEqual([]);
});

test("a function of another installation is left alone", async () => {
  const one = await open();
  await one.deploy();
  one.writes();
  expect((await one.deploy({ FUNCTION: "retry" })).failure).toContain(
    "The function vod_demo/retry (Nodejs20.19) is the retry of another installation, so it was not changed.",
  );
  expect(one.writes().filter((call) => call.startsWith("scf:"))).toEqual([]);
});

test("an account that has no memory to reserve is warned, and everything else is deployed", async () => {
  const error = new ApiError("LimitExceeded.TotalConcurrencyMemory", "The quota is too small.");
  const { deploy } = await open(refuseFirst("PutReservedConcurrencyConfig", 1, error));
  const { lines, failure } = await deploy();
  expect(failure).toBeUndefined();
  expect(lines).toContain(
    "Warning: callback could not be limited to 100 instances (LimitExceeded.TotalConcurrencyMemory: " +
      "The quota is too small.). A flood of requests can cost more. To set a lower limit: " +
      "CONCURRENCY=<instances> bash installer.sh",
  );
  expect(lines.at(-1)).toEqual(LINES.at(-1));
});

describe("a change that fails", () => {
  const reason = { ErrorCode: "InternalError", ErrorMessage: "the disk is full" };

  test("CreateFailed: the reason is printed, and the next run creates it anew", async () => {
    let fails = true;
    const one = await open({ failChange: () => (fails ? reason : undefined) });
    expect((await one.deploy()).failure).toBe(
      "The function is CreateFailed: InternalError: the disk is full\nRun this again.",
    );
    fails = false;
    one.writes();
    const outcome = await one.deploy();
    expect(outcome.lines.at(2)).toBe("Start deploying the event notification receipt service of VOD.");
    expect(outcome.lines.at(3)).toBe("An earlier run failed to create the function; creating it again.");
    expect(await answers(addressIn(outcome))).toBe(true);
    expect(one.writes()).toEqual([
      ...["scf:DeleteFunction", "scf:CreateFunction", "scf:CreateFunction"],
      ...["scf:PutReservedConcurrencyConfig", "scf:CreateTrigger"],
    ]);
  });

  test.each([
    ["old digest", 1],
    ["code", 2],
    ["configuration", 3],
  ])("UpdateFailed of the %s: the reason is printed, and the next run succeeds", async (_what, failing) => {
    let changes = Number.NEGATIVE_INFINITY;
    const one = await open({ failChange: () => (++changes === failing ? reason : undefined) });
    const address = addressIn(await one.deploy());
    changes = 0;
    const again = { DEFINITIONS: "20" };
    expect((await one.deploy(again)).failure).toBe(
      "The function is UpdateFailed: InternalError: the disk is full\nRun this again.",
    );
    expect(addressIn(await one.deploy(again))).toBe(address);
    expect(await one.function()).toMatchObject({ Status: "Active" });
    one.writes();
    await one.deploy(again);
    expect(one.writes()).toEqual([]);
  });
});

test("what the reason quotes of the keys is not printed", async () => {
  const failing = () => {
    const { SECRET_ID, SECRET_KEY } = one.env;
    return { ErrorCode: "InternalError", ErrorMessage: `${SECRET_ID} ${SECRET_KEY} itsSignKey` };
  };
  let fails = false;
  const one = await open({ failChange: () => (fails ? failing() : undefined) });
  await one.deploy({ SIGN_KEY: "itsSignKey" });
  // callback's, and not retry's.
  await one.call("scf", "UpdateFunctionConfiguration", {
    ...{ Namespace: "vod_demo", FunctionName: "callback", Timeout: 11 },
  });
  while ((await one.function()).Status !== "Active");
  fails = true;
  expect((await one.deploy()).failure).toBe(
    "The function is UpdateFailed: InternalError: *** *** ***\nRun this again.",
  );
});

describe("what passes is waited for", () => {
  test.each(["GetFunction", "CreateFunction", "CreateRole", "ListTriggers"])(
    "a request limit exceeded by %s",
    async (action) => {
      const error = new ApiError("RequestLimitExceeded", "Too many requests.");
      const one = await open(refuseFirst(action, 4, error));
      const { lines, failure } = await one.deploy();
      expect(failure).toBeUndefined();
      const waiting = `${action}: RequestLimitExceeded; retrying.`;
      expect(lines.filter((line) => line === waiting)).toHaveLength(4);
      expect(lines.filter((line) => line !== waiting)).toEqual(LINES);
      // The fourth pause is 1.6 s, half of it by chance.
      expect(one.clock.sleeps.some((ms) => ms >= 800)).toBe(true);
    },
  );

  test("a request limit that stays exceeded ends with its name", async () => {
    const error = new ApiError("RequestLimitExceeded", "Too many requests.");
    const one = await open(refuseFirst("GetFunction", 1000, error));
    one.clock.isPassing = true;
    const { failure } = await one.deploy();
    expect(failure).toMatch(/^GetFunction failed with RequestLimitExceeded: Too many requests\.\n.*again/);
  });

  test.each(["UpdateFunctionCode", "UpdateFunctionConfiguration"])(
    "another change of the function under way at %s",
    async (action) => {
      let busy = false;
      const one: DeployScenario = await open({
        async intercept(call) {
          const { FunctionName }: { FunctionName?: string } = Object(call.params);
          if (!busy || call.action !== action || FunctionName !== "callback") return undefined;
          busy = false;
          // Somebody else's change comes first.
          await one.call("scf", "UpdateFunctionConfiguration", { ...address, MemorySize: 256 });
          return undefined;
        },
      });
      const address = { Namespace: "vod_demo", FunctionName: "callback" };
      const first = addressIn(await one.deploy());
      busy = true;
      const { lines, failure } = await one.deploy({ DEFINITIONS: "20" });
      expect(failure).toBeUndefined();
      expect(lines).toContain("Another change of the function is in progress; waiting.");
      expect(lines.at(-1)).toBe(`Service address: ${first}`);
      expect(await one.function()).toMatchObject({ Status: "Active", MemorySize: 128 });
    },
  );

  test("a function that is being changed when the run begins", async () => {
    const one = await open({ statePolls: 5 });
    const first = addressIn(await one.deploy());
    const address = { Namespace: "vod_demo", FunctionName: "callback" };
    await one.call("scf", "UpdateFunctionConfiguration", { ...address, MemorySize: 256 });
    expect(addressIn(await one.deploy())).toBe(first);
    expect(await one.function()).toMatchObject({ Status: "Active", MemorySize: 128 });
  });

  test("a role that SCF does not know yet", async () => {
    const error = new ApiError("FailedOperation.QcsRoleNotFound", "There is no such role.");
    const one = await open(refuseFirst("CreateFunction", 5, error));
    const [lines, waiting] = [LINES.slice(0, 3), "SCF does not know the role yet; waiting."];
    expect((await one.deploy()).lines).toEqual([...lines, waiting, ...LINES.slice(3)]);
  });

  test("a role that does not exist is named in the end", async () => {
    const one = await open();
    one.clock.isPassing = true;
    const { failure } = await one.deploy({ ROLE: "nobody" });
    expect(failure).toMatch(/^CreateFunction failed with FailedOperation\.QcsRoleNotFound: /);
    expect(failure).toContain("The role does not exist. Set ROLE to an existing role.");
  });

  test("a long creation is reported now and then", async () => {
    const one = await open({ statePolls: 30 });
    one.clock.isPassing = true;
    expect((await one.deploy()).lines).toContainEqual(
      expect.stringMatching(/^The function is Creating; waiting \(\d+ s\)\.$/),
    );
  });

  test("a creation that never ends is given up, with what to do", async () => {
    const one = await open({ statePolls: 1000 });
    one.clock.isPassing = true;
    expect((await one.deploy()).failure).toBe(
      "The function is still Creating after five minutes. Wait some minutes, then run this again.",
    );
  });
});

test("a function that fails the self-test is warned of, and the address follows", async () => {
  const own = new Checkout();
  const text = readFileSync(own.path("serverless.yml"), "utf8");
  own.write("serverless.yml", text.replace("memorySize: 128", "memorySize: 128\n  reservedConcurrency: 0"));
  const one = await DeployScenario.open(own);
  stage = one;
  // Of a function that may use no memory nothing runs.
  const { lines, failure } = await one.deploy();
  own.remove();
  expect(failure).toBeUndefined();
  expect(lines.slice(-3)).toEqual([
    "Warning: the event notification receipt service failed the test.",
    "The test's last answer: 432",
    LINES.at(-1),
  ]);
  expect(one.clock.sleeps.slice(-9)).toEqual(Array(9).fill(2000));
});

describe("what names things", () => {
  const REGION = 'REGION must be a region such as ap-guangzhou (got "ap_guangzhou").';
  const NAMESPACE =
    'NAMESPACE must be 1 to 30 letters, digits, - and _, beginning with a letter (got "with space").';
  const wrongFunction = (name: string) =>
    `FUNCTION must be 2 to 54 letters, digits, - and _, beginning with a letter and not ending with - or _ (got "${name}").`;
  const wrong = [
    [{ REGION: "ap_guangzhou" }, REGION],
    [{ NAMESPACE: "with space" }, NAMESPACE],
    [{ FUNCTION: "1callback" }, wrongFunction("1callback")],
    // Nothing but the names that are made of it would be too long.
    [{ FUNCTION: "f".repeat(55) }, wrongFunction("f".repeat(55))],
  ] as const;

  test.each(wrong)("is refused by the variable's name before anything is done: %j", async (env, failure) => {
    const one = await open();
    const refused = { lines: [], failure };
    expect(await one.deploy(env)).toEqual(refused);
    expect(await one.deploy({ ...env, MODE: "reliable" })).toEqual(refused);
    expect(await one.info(env)).toEqual(refused);
    expect(await one.logs(env)).toEqual(refused);
    expect(await one.doctor(env)).toEqual(refused);
    expect(await one.remove(env)).toEqual(refused);
    expect(await one.eventConfig({}, env)).toEqual(refused);
    expect(one.calls).toEqual([]);
  });

  test.each([
    ...wrong.flatMap(([env, failure]) =>
      [["replay"], ["reconcile", "--since", "1h"]].map((args) => ({ args, env, failure })),
    ),
    ...[["pull"], ["build"]].map((args) => ({ args, env: wrong[0][0], failure: REGION })),
  ])("is refused by the other commands too: $args $env", async ({ args, env, failure }) => {
    const one = await open();
    const finished = await runCommand(checkout, args, { ...one.env, ...env });
    expect(finished).toEqual({ code: 2, output: `${failure}\n` });
    expect(one.calls).toEqual([]);
  });

  test("is taken up to its limit", async () => {
    const one = await open();
    const named = (length: number) => ({ NAMESPACE: "n".repeat(30), FUNCTION: "f".repeat(length) });
    expect((await one.deploy(named(54))).failure).toBeUndefined();
    expect((await one.deploy({ ...named(51), MODE: "reliable" })).failure).toBeUndefined();
    expect(await one.deploy({ ...named(52), MODE: "reliable" })).toEqual({
      lines: [],
      failure: expect.stringContaining("FUNCTION must be 2 to 51 letters"),
    });
  });

  test("is refused by its key where the configuration has it", async () => {
    const own = new Checkout();
    own.write("config.local.json", { region: "ap_guangzhou" });
    const one = await DeployScenario.open(own);
    stage = one;
    const { failure } = await one.deploy();
    own.remove();
    expect(failure).toBe('region must be a region such as ap-guangzhou (got "ap_guangzhou").');
    expect(one.calls).toEqual([]);
  });
});

test.each([
  ["DEFINITIONS", "100010;20", "DEFINITIONS must be template ids separated by commas"],
  ["SUBAPPID", "abc", "SUBAPPID must be the number of a VOD application"],
  ["SIGN_KEY", "no-key!", "SIGN_KEY must be 1 to 32 letters and digits"],
])("a malformed %s is named, and nothing is made", async (name, value, expected) => {
  const one = await open();
  expect((await one.deploy({ [name]: value })).failure).toContain(expected);
  expect(one.writes()).toEqual([]);
});

test("the command line ends with 1 and the message, without a stack", async () => {
  const one = await open();
  const { code, output } = await runCommand(checkout, ["deploy"], { ...one.env, SECRET_KEY: "wrong" });
  expect(code).toBe(1);
  expect(output).toContain("SECRET_ID or SECRET_KEY is wrong.");
  expect(output).not.toMatch(/\n {4}at /);
});

test("a cloud that can't be reached is said to be, and nothing else", async () => {
  const one = await open();
  one.clock.isPassing = true;
  const { failure } = await one.deploy({ CLOUD_ENDPOINT_URL: "http://127.0.0.1:9" });
  expect(failure).toMatch(
    /^\w+ failed: the local cloud of CLOUD_ENDPOINT_URL is not running \(.*ECONNREFUSED.*\)\. Start one with/,
  );
});
