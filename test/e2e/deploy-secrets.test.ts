import { existsSync, readdirSync, readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { ApiError } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, DeployScenario, runCommand, withoutTimes } from "../helpers/deploy-scenario";
import { Recorders } from "../helpers/recorders";

/** What a customer's `config.local.json` may hold. */
const CONFIG = {
  secret_id: "AKIDmarkedInTheConfig",
  secret_key: "markedKeyInTheConfig",
  path_token: "markedTokenInTheConfig",
  record_url: "postgres://markedUser:marked%40Password@127.0.0.1:9/vod",
  sign_keys: ["markedSignInTheConfig", "markedNextInTheConfig"],
};
const VARIABLES = { SIGN_KEY: "markedSignVariable", SIGN_KEY_NEXT: "markedNextVariable" };

let checkout: Checkout;
let stage: DeployScenario;
let isDenied: (service: string) => boolean;
/** What every call fails with, where one is set. */
let failure: ApiError | undefined;
/** The call that fails with words of its request, where one is set. */
let quoting: string | undefined;
/** The call that is refused once for a reason that passes, where one is set. */
let refused: string | undefined;
/** Is called while a function is made or updated. */
let onWrite: () => void;
/** The command lines of all processes while a function was made or updated. */
const commandLines: string[] = [];
beforeEach(async () => {
  checkout = new Checkout();
  isDenied = () => false;
  failure = undefined;
  quoting = undefined;
  refused = undefined;
  onWrite = () => {};
  commandLines.length = 0;
  stage = await DeployScenario.open(checkout, {
    deny: (service) => isDenied(service),
    intercept({ action, params }) {
      if (/^(Create|Update)Function/.test(action)) {
        commandLines.push(...processes());
        onWrite();
      }
      if (action === refused) {
        refused = undefined;
        return new ApiError("InternalError", `Sent: ${secrets().join(", ")}`);
      }
      if (action !== quoting) return failure;
      const { Environment, SignKey } = Object(params);
      return new ApiError("InvalidParameterValue", `Sent: ${JSON.stringify({ Environment, SignKey })}`);
    },
  });
});
afterEach(async () => {
  await stage.cloud.close();
  checkout.remove();
});

/** The secrets that must not be seen; a token is one as well, but for the address. */
const secrets = () => {
  const { SECRET_ID = "", SECRET_KEY = "" } = stage.env;
  const { secret_id, secret_key, record_url, sign_keys } = CONFIG;
  const passwords = [record_url, "marked%40Password", "marked@Password"];
  return [
    SECRET_ID,
    SECRET_KEY,
    secret_id,
    secret_key,
    ...passwords,
    ...sign_keys,
    ...Object.values(VARIABLES),
  ];
};
const marked = (text: string, values = secrets()) => values.filter((secret) => text.includes(secret));

function processes(): string[] {
  if (!existsSync("/proc/self/cmdline")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        return [readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ")];
      } catch {
        return []; // It has ended.
      }
    });
}

/** Every file of every zip that was uploaded. */
function packedTexts(): string[] {
  const zips = stage.calls.flatMap(({ params }) => {
    const { Code, ZipFile }: { Code?: { ZipFile?: string }; ZipFile?: string } = Object(params);
    const zip = ZipFile ?? Code?.ZipFile;
    return zip === undefined ? [] : [Buffer.from(zip, "base64")];
  });
  expect(zips).not.toEqual([]);
  return zips.flatMap((zip) =>
    Object.values(unzipSync(zip)).map((file) => Buffer.from(file).toString("latin1")),
  );
}

/** Runs every command there is, well and badly. */
async function runAll(env: Record<string, string>): Promise<string> {
  const address = addressIn(await stage.deploy(env));
  await fetch(address, { method: "POST", body: "{}" });
  await stage.deploy({ ...env, DEFINITIONS: "20" });
  await stage.deploy({ ...env, SECRET_KEY: `${stage.env["SECRET_KEY"]}x` });
  await stage.deploy({ ...env, SIGN_KEY: `${VARIABLES.SIGN_KEY}!` });
  await stage.info(env);
  await stage.logs(env);
  await stage.doctor(env);
  await stage.eventConfig({}, env);
  await stage.eventConfig({ yes: true }, env);
  await stage.doctor(env);
  return address;
}

/** The token is in lines that have the address, and in no others. */
function expectTokenInAddressesOnly(address: string): void {
  const token = address.slice(address.lastIndexOf("/") + 1);
  for (const line of stage.output.flatMap(withoutTimes)) {
    if (!line.includes(token)) continue;
    expect(line).toMatch(/^( *Service address: |NotificationUrl: )/);
    expect(line.replaceAll(address, "")).not.toContain(token);
  }
}

test("keys of variables are in no output, no file, no zip and no process argument", async () => {
  const address = await runAll(VARIABLES);
  expect(stage.output.join("\n")).toContain("No problems found.");
  expect(marked(stage.output.join("\n"))).toEqual([]);
  expect(marked(packedTexts().join("\n"))).toEqual([]);
  expect(packedTexts().join("\n")).not.toContain(address.slice(address.lastIndexOf("/") + 1));
  expectTokenInAddressesOnly(address);
});

test("nor are those of a key that may not make roles, which the function gets", async () => {
  isDenied = (service) => service === "cam";
  await runAll({ ...VARIABLES, KEYS: "environment" });
  expect(await stage.variables()).toMatchObject(VARIABLES);
  expect(Object.keys(await stage.variables())).toContain("SECRET_KEY");
  expect(marked(stage.output.join("\n"))).toEqual([]);
  expect(marked(packedTexts().join("\n"))).toEqual([]);
});

test("nor are those of config.local.json, which the function gets in its environment", async () => {
  checkout.write("config.local.json", CONFIG);
  const address = await runAll({});
  expect(address).toMatch(/\/markedTokenInTheConfig$/);
  expect(await stage.variables()).toMatchObject({
    SECRET_ID: CONFIG.secret_id,
    SECRET_KEY: CONFIG.secret_key,
    PATH_TOKEN: CONFIG.path_token,
    SIGN_KEY: CONFIG.sign_keys[0],
    SIGN_KEY_NEXT: CONFIG.sign_keys[1],
  });
  expect(marked(stage.output.join("\n"))).toEqual([]);
  expect(marked(packedTexts().join("\n"), [...secrets(), CONFIG.path_token])).toEqual([]);
  expectTokenInAddressesOnly(address);
});

test("nor is what an API's error quotes of them", async () => {
  await stage.deploy(VARIABLES);
  const { SECRET_ID = "", SECRET_KEY = "" } = stage.env;
  failure = new ApiError(
    "FailedOperation",
    `Sent: ${[SECRET_ID, SECRET_KEY, VARIABLES.SIGN_KEY].join(", ")}`,
  );
  const env = VARIABLES;
  for (const command of [stage.deploy, stage.info, stage.logs, stage.doctor]) {
    const { lines, failure: said } = await command(env);
    expect([...lines, said].join("\n")).toContain("Sent: ***, ***, ***");
  }
  expect((await stage.eventConfig({ yes: true }, env)).failure).toContain("Sent: ***, ***, ***");
  expect((await stage.remove(env)).failure).toContain("Sent: ***, ***, ***");
  expect(marked(stage.output.join("\n"))).toEqual([]);
  const { code, output } = await runCommand(checkout, ["pull"], { ...stage.env, ...env });
  expect(code).toBe(1);
  expect(output).toContain("DescribeEventConfig failed with FailedOperation: Sent: ***, ***, ***");
});

test("nor is what an API's error quotes of its request", async () => {
  quoting = "CreateFunction";
  checkout.write("config.local.json", CONFIG);
  expect((await stage.deploy()).failure).toContain('{"Key":"SECRET_KEY","Value":"***"}');
  quoting = undefined;
  await stage.deploy();
  quoting = "UpdateFunctionConfiguration";
  expect((await stage.deploy({ DEFINITIONS: "20" })).failure).toContain('{"Key":"SECRET_KEY","Value":"***"}');
  expect(marked(stage.output.join("\n"))).toEqual([]);
});

test("nor is a key that the command line makes", async () => {
  const address = addressIn(await stage.deploy());
  await stage.eventConfig({ yes: true });
  quoting = "ModifyEventConfig";
  expect((await stage.eventConfig({ signKey: true, yes: true })).failure).toContain(
    'Sent: {"SignKey":"***"}',
  );
  quoting = "UpdateFunctionConfiguration";
  const { failure: said } = await stage.eventConfig({ signKey: true, yes: true });
  for (const name of ["PATH_TOKEN", "SIGN_KEY"]) expect(said).toContain(`{"Key":"${name}","Value":"***"}`);
  expectTokenInAddressesOnly(address);
});

let recorders: Recorders;
beforeEach(() => {
  recorders = new Recorders();
});
afterEach(() => recorders.remove());

test("nor are they anywhere where the command line deploys, and an API call is tried again", async () => {
  checkout.write("config.json", { ...CONFIG, definitions: [10], path_token: undefined });
  const temporary: string[] = [];
  refused = "UpdateFunctionConfiguration";
  onWrite = () => temporary.push(...recorders.temporaryFiles());
  const env = { ...stage.env, ...VARIABLES, ...recorders.env };
  for (const DEFINITIONS of ["10", "20"]) {
    const { code, output } = await runCommand(checkout, ["deploy"], { ...env, DEFINITIONS });
    expect({ code, marked: marked(output) }).toEqual({ code: 0, marked: [] });
    expect(output).toMatch(/^\[.*\] Service address: http\S+$/m);
  }
  expect(refused).toBeUndefined();
  expect(marked(packedTexts().join("\n"))).toEqual([]);
  temporary.push(...recorders.temporaryFiles());
  expect(marked(temporary.join("\n"))).toEqual([]);
  for (const program of ["git", "esbuild"]) expect(recorders.recorded).toContain(`program: ${program} `);
  expect(marked(recorders.recorded)).toEqual([]);
  if (!existsSync("/proc/self/cmdline")) return;
  expect(commandLines).toContainEqual(expect.stringMatching(/ deploy $/));
  expect(marked(commandLines.join("\n"))).toEqual([]);
});

test("nor does the local cloud show or pass on the user's keys", async () => {
  const env = { ...VARIABLES, SECRET_ID: CONFIG.secret_id, SECRET_KEY: CONFIG.secret_key, ...recorders.env };
  const { code, output } = await runCommand(checkout, ["local", "--once"], env);
  expect({ code, marked: marked(output) }).toEqual({ code: 0, marked: [] });
  for (const program of ["ffmpeg", "esbuild"]) expect(recorders.recorded).toContain(`program: ${program} `);
  expect(marked(recorders.recorded)).toEqual([]);
});

test("a weak token is refused for a new address, and kept with a warning where it is in use", async () => {
  for (const token of ["a", "..", "fifteen-letters", ".sixteen-letters-", "sixteen-letters-."]) {
    const { failure: said } = await stage.deploy({ PATH_TOKEN: token });
    expect(said).toMatch(/^PATH_TOKEN must have at least 16 letters/);
    checkout.write("config.local.json", { path_token: token });
    expect((await stage.deploy()).failure).toMatch(/^path_token must have at least 16 letters/);
    checkout.write("config.local.json", {});
  }
  expect(stage.writes()).toEqual([]);
  expect(addressIn(await stage.deploy({ PATH_TOKEN: "sixteen.letters~" }))).toMatch(/\/sixteen\.letters~$/);
  const Variables = Object.entries({ ...(await stage.variables()), PATH_TOKEN: "a" });
  const setVariables = async (pairs: [string, string][]) => {
    await stage.call("scf", "UpdateFunctionConfiguration", {
      ...{ Namespace: "vod_demo", FunctionName: "callback" },
      Environment: { Variables: pairs.map(([Key, Value]) => ({ Key, Value })) },
    });
    while ((await stage.function()).Status !== "Active");
  };
  await setVariables(Variables);
  for (const env of [{}, { PATH_TOKEN: "a" }, { PATH_TOKEN: "" }]) {
    const deployed = await stage.deploy(env);
    expect(addressIn(deployed)).toMatch(/\/a$/);
    expect(deployed.lines).toContainEqual(expect.stringMatching(/^Warning: .*weak.*PATH_TOKEN=\$\(openssl/));
  }
  await stage.eventConfig({ yes: true });
  const warned = await stage.doctor();
  expect(warned.failure).toBeUndefined();
  expect(warned.lines.join("\n")).toMatch(/weak.*\n.*PATH_TOKEN=\$\(openssl/);
  await setVariables(Variables.filter(([name]) => name !== "PATH_TOKEN"));
  const open = await stage.doctor();
  expect(open.failure).toBe("exit code 1");
  expect(open.lines.join("\n")).toContain("neither a path token nor a sign key");
});

test("a config.local.json that is no JSON is named without what is in it", async () => {
  checkout.write("config.local.json", `{"secret_key": "${CONFIG.secret_key}`);
  const { failure } = await stage.deploy();
  expect(failure).toContain("config.local.json");
  expect(marked(failure ?? "")).toEqual([]);
});
