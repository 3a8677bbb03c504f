import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Interception } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, answers, DeployScenario, ROLE } from "../helpers/deploy-scenario";

const checkout = new Checkout();
let stage: DeployScenario;
/** What becomes of the calls; undone before the same command is run again. */
let intercept: (action: string, params: unknown) => Interception | Promise<Interception>;
beforeEach(async () => {
  intercept = () => undefined;
  stage = await DeployScenario.open(checkout, {
    intercept: ({ action, params }) => intercept(action, params),
  });
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

const ADDRESS = { Namespace: "vod_demo", FunctionName: "callback" };
const INSTALLING = [
  ...["CreateRole", "CreatePolicy", "AttachRolePolicy"],
  ...["CreateNamespace", "CreateFunction", "CreateFunction callback"],
  ...["PutReservedConcurrencyConfig", "CreateTrigger"],
];
const UPDATING = [
  ...["UpdateFunctionCode", "UpdateFunctionConfiguration", "UpdateFunctionEventInvokeConfig"],
  ...["UpdateFunctionCode callback", "UpdateFunctionConfiguration callback"],
  ...["PutReservedConcurrencyConfig", "UpdateTrigger"],
];
const REMOVING = [
  ...["DeleteFunction callback", "DeleteFunction retry", "DeleteNamespace"],
  ...["DetachRolePolicy", "DeletePolicy", "DeleteRole"],
];
const READING = [
  ...["GetRole", "ListPolicies", "ListAttachedRolePolicies", "GetFunction", "ListTriggers"],
  ...["GetReservedConcurrencyConfig", "GetFunctionEventInvokeConfig"],
];
const CUTS = ["cut before", "cut after"] as const;

/** Whether a call is the one that is meant: an action, or an action and its function. */
function isMeant(called: string, params: unknown, meant: string): boolean {
  const [action, name] = meant.split(" ");
  return called === action && (name === undefined || Object(params).FunctionName === name);
}

/** The connection is cut once at each action, for each function. */
function cutEachOnce(cut: (typeof CUTS)[number]): Set<string> {
  const calls = new Set<string>();
  intercept = (action, params) => {
    const { FunctionName } = Object(params);
    const call = FunctionName === undefined ? action : `${action} ${FunctionName}`;
    if (calls.has(call)) return undefined;
    calls.add(call);
    return cut;
  };
  return calls;
}

function expectCut(calls: Set<string>, expected: readonly string[]): void {
  const met = [...calls].flatMap((call) => [call, call.split(" ")[0]]);
  expect(met).toEqual(expect.arrayContaining([...expected]));
}

/** The connection is cut at this call, and there is none from then on. */
function cutForGood(action: string, cut: (typeof CUTS)[number]): void {
  let isCut = false;
  intercept = (called, params) => {
    if (isCut) return "cut before";
    isCut = isMeant(called, params, action);
    // Only retries of cut calls pass: a change of a function takes the machine's time, however long that is.
    stage.clock.isPassing = isCut;
    return isCut ? cut : undefined;
  };
}

/** Has something to update: the code, its digest, what bounds and repeats, and the address, switched off. */
async function deployAndDisturb(): Promise<string> {
  const address = addressIn(await stage.deploy());
  const { Triggers } = await stage.call("scf", "ListTriggers", ADDRESS);
  const [{ TriggerName, Type, Qualifier }] = Triggers;
  await stage.call("scf", "UpdateTrigger", { ...ADDRESS, TriggerName, Type, Qualifier, Enable: "CLOSE" });
  const AsyncTriggerConfig = { RetryConfig: [{ RetryNum: 0 }], MsgTTL: 60 };
  const retry = { ...ADDRESS, FunctionName: "retry", AsyncTriggerConfig };
  await stage.call("scf", "UpdateFunctionEventInvokeConfig", retry);
  await stage.call("scf", "PutReservedConcurrencyConfig", { ...ADDRESS, ReservedConcurrencyMem: 1280 });
  return address;
}

/** All is there once, works, and needs nothing more. */
async function expectComplete(env: Record<string, string> = {}): Promise<void> {
  intercept = () => undefined;
  stage.writes();
  const outcome = await stage.deploy(env);
  expect(stage.writes()).toEqual([]);
  expect(outcome.lines).not.toContainEqual(expect.stringContaining("Warning"));
  expect(await answers(addressIn(outcome))).toBe(true);
  const { Functions } = await stage.call("scf", "ListFunctions", { Namespace: "vod_demo" });
  expect(Functions).toHaveLength(2);
  const { Triggers } = await stage.call("scf", "ListTriggers", ADDRESS);
  expect(Triggers).toHaveLength(1);
  expect((await stage.call("cam", "ListPolicies")).List).toHaveLength(1);
}

async function expectNothing(): Promise<void> {
  expect((await stage.call("scf", "ListNamespaces")).Namespaces).toHaveLength(1);
  expect((await stage.call("cam", "ListPolicies")).List).toEqual([]);
  await expect(stage.call("cam", "GetRole", { RoleName: ROLE })).rejects.toThrow();
}

describe.each(CUTS)("where the connection is %s each call once, the run succeeds all the same:", (cut) => {
  test("installing", async () => {
    const calls = cutEachOnce(cut);
    const { lines, failure } = await stage.deploy();
    expect(failure).toBeUndefined();
    expectCut(calls, [...INSTALLING, ...READING]);
    expect(lines).toContainEqual(expect.stringMatching(/^GetRole: .+; retrying\.$/));
    await expectComplete();
  });

  test("updating", async () => {
    const address = await deployAndDisturb();
    const calls = cutEachOnce(cut);
    expect(addressIn(await stage.deploy({ DEFINITIONS: "20" }))).toBe(address);
    expectCut(calls, UPDATING);
    await expectComplete({ DEFINITIONS: "20" });
  });

  test("removing", async () => {
    await stage.deploy();
    const calls = cutEachOnce(cut);
    expect((await stage.remove()).failure).toBeUndefined();
    expectCut(calls, REMOVING);
    await expectNothing();
  });
});

describe.each(CUTS)("if the connection is %s a call and all later ones, the next run goes on:", (cut) => {
  /** Runs one after the other, each cut at the next call, and then one that succeeds. */
  async function deployInPieces(actions: readonly string[], env: Record<string, string> = {}) {
    for (const action of actions) {
      cutForGood(action, cut);
      expect((await stage.deploy(env)).failure).toMatch(
        new RegExp(
          `^${action.split(" ")[0]} failed: Tencent Cloud could not be reached \\(.+\\)\\. Check the network, then run this again\\.$`,
        ),
      );
    }
    stage.clock.isPassing = false;
    intercept = () => undefined;
    return await stage.deploy(env);
  }

  test("installing", async () => {
    expect((await deployInPieces(INSTALLING)).failure).toBeUndefined();
    await expectComplete();
  });

  test("updating", async () => {
    const address = await deployAndDisturb();
    expect(addressIn(await deployInPieces(UPDATING, { DEFINITIONS: "20" }))).toBe(address);
    await expectComplete({ DEFINITIONS: "20" });
  });
});

describe("the process is ended in the middle, and the same command again succeeds:", () => {
  /** Runs ./vod-receiver until it makes this call, which is carried out after its end. */
  async function endAt(action: string, signal: NodeJS.Signals, env: Record<string, string> = {}) {
    const PATH = process.env["PATH"] ?? "";
    const child = spawn(checkout.path("vod-receiver"), ["deploy"], {
      env: { PATH, ...stage.env, ...env },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    intercept = async (called, params) => {
      if (!isMeant(called, params, action)) return undefined;
      child.kill(signal);
      await ended;
      return undefined;
    };
    const [code, killedBy] = await ended;
    intercept = () => undefined;
    expect([code, killedBy]).toEqual([null, signal]);
  }

  test("installing", async () => {
    await endAt("CreateRole", "SIGINT");
    await endAt("AttachRolePolicy", "SIGTERM");
    await endAt("CreateFunction", "SIGINT");
    await endAt("CreateTrigger", "SIGKILL");
    expect((await stage.deploy()).failure).toBeUndefined();
    await expectComplete();
  });

  test("updating, where the code of before is there until the end, and can be deployed again", async () => {
    const address = addressIn(await stage.deploy());
    for (const action of [
      ...["UpdateFunctionCode", "UpdateFunctionConfiguration"],
      ...["UpdateFunctionConfiguration callback", "UpdateFunctionCode callback"],
    ]) {
      await endAt(action, "SIGKILL", { DEFINITIONS: "20" });
      expect(await answers(address)).toBe(true);
    }
    expect(addressIn(await stage.deploy())).toBe(address);
    await expectComplete();
    const event = { EventType: "NewFileUpload", FileUploadEvent: { FileId: "5285890784246869930" } };
    await fetch(address, { method: "POST", body: JSON.stringify(event) });
    expect(stage.calls.at(-1)?.params).toMatchObject({
      MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }, { Definition: 100020 }] },
    });
    expect(addressIn(await stage.deploy({ DEFINITIONS: "20" }))).toBe(address);
    await expectComplete({ DEFINITIONS: "20" });
  });
});
