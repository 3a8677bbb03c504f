import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Interception } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, answers, DeployStage, ROLE } from "../helpers/deploy-stage";

const checkout = new Checkout();
let stage: DeployStage;
/** What becomes of the calls; undone before the same command is run again. */
let intercept: (action: string, params: unknown) => Interception | Promise<Interception>;
beforeEach(async () => {
  intercept = () => undefined;
  stage = await DeployStage.open(checkout, { intercept: ({ action, params }) => intercept(action, params) });
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
  "DeleteFunction",
  "DeleteFunction retry",
  "DeleteNamespace",
  "DetachRolePolicy",
  "DeletePolicy",
  "DeleteRole",
];
const READING = [
  ...["GetRole", "ListPolicies", "ListAttachedRolePolicies", "GetFunction", "ListTriggers"],
  ...["GetReservedConcurrencyConfig", "GetFunctionEventInvokeConfig"],
];
const CUTS = ["cut before", "cut after"] as const;

const eachCut = (actions: readonly string[]) =>
  actions.flatMap((action) => CUTS.map((cut) => [action, cut] as const));

/** Whether a call is the one that is meant: an action, or an action and its function. */
function isMeant(called: string, params: unknown, meant: string): boolean {
  const [action, name] = meant.split(" ");
  return called === action && (name === undefined || Object(params).FunctionName === name);
}

/** The connection is cut once, at this call. */
function cutOnce(action: string, cut: (typeof CUTS)[number]): void {
  let isCut = false;
  intercept = (called, params) => {
    if (isCut || !isMeant(called, params, action)) return undefined;
    isCut = true;
    return cut;
  };
}

/** The connection is cut at this call, and there is none from then on. */
function cutForGood(action: string, cut: (typeof CUTS)[number]): void {
  let isCut = false;
  intercept = (called, params) => {
    if (isCut) return "cut before";
    isCut = isMeant(called, params, action);
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

describe("the connection is cut once, and the run succeeds all the same:", () => {
  test.each([...eachCut(INSTALLING), ...READING.map((action) => [action, "cut before"] as const)])(
    "installing, %s, %s",
    async (action, cut) => {
      cutOnce(action, cut);
      const { lines, failure } = await stage.deploy();
      expect(failure).toBeUndefined();
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^${action.split(" ")[0]}: .+; trying again\\.$`)),
      );
      await expectComplete();
    },
  );

  test.each(eachCut(UPDATING))("updating, %s, %s", async (action, cut) => {
    const address = await deployAndDisturb();
    cutOnce(action, cut);
    expect(addressIn(await stage.deploy({ DEFINITIONS: "20" }))).toBe(address);
    await expectComplete({ DEFINITIONS: "20" });
  });

  test.each(eachCut(REMOVING))("removing, %s, %s", async (action, cut) => {
    await stage.deploy();
    cutOnce(action, cut);
    expect((await stage.remove()).failure).toBeUndefined();
    await expectNothing();
  });
});

describe("the connection is cut for good, the run says so, and the same command again succeeds:", () => {
  const unreachable = (action: string) =>
    new RegExp(
      `^${action.split(" ")[0]} failed: Tencent Cloud could not be reached \\(.+\\)\\. Try again\\.$`,
    );

  test.each(eachCut(INSTALLING))("installing, %s, %s", async (action, cut) => {
    cutForGood(action, cut);
    stage.clock.skipping = 1000;
    expect((await stage.deploy()).failure).toMatch(unreachable(action));
    stage.clock.skipping = 0;
    intercept = () => undefined;
    expect((await stage.deploy()).failure).toBeUndefined();
    await expectComplete();
  });

  test.each(eachCut(UPDATING))("updating, %s, %s", async (action, cut) => {
    const address = await deployAndDisturb();
    cutForGood(action, cut);
    stage.clock.skipping = 1000;
    expect((await stage.deploy({ DEFINITIONS: "20" })).failure).toMatch(unreachable(action));
    stage.clock.skipping = 0;
    intercept = () => undefined;
    expect(addressIn(await stage.deploy({ DEFINITIONS: "20" }))).toBe(address);
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

  test.each([
    ["SIGINT", "CreateRole"],
    ["SIGINT", "CreateFunction"],
    ["SIGKILL", "CreateTrigger"],
    ["SIGTERM", "AttachRolePolicy"],
  ] as const)("%s while installing, at %s", async (signal, action) => {
    await endAt(action, signal);
    expect((await stage.deploy()).failure).toBeUndefined();
    await expectComplete();
  });

  test.each([
    ["SIGINT", "UpdateFunctionCode"],
    ["SIGKILL", "UpdateFunctionConfiguration"],
  ] as const)("%s while updating, at %s", async (signal, action) => {
    const address = addressIn(await stage.deploy());
    await endAt(action, signal, { DEFINITIONS: "20" });
    expect(addressIn(await stage.deploy({ DEFINITIONS: "20" }))).toBe(address);
    await expectComplete({ DEFINITIONS: "20" });
  });

  test.each(["UpdateFunctionConfiguration callback", "UpdateFunctionCode callback"])(
    "the code of before is there again where that is deployed, after an end at %s",
    async (action) => {
      const address = addressIn(await stage.deploy());
      await endAt(action, "SIGKILL", { DEFINITIONS: "20" });
      expect(await answers(address)).toBe(true);
      expect(addressIn(await stage.deploy())).toBe(address);
      await expectComplete();
      const event = { EventType: "NewFileUpload", FileUploadEvent: { FileId: "5285890784246869930" } };
      await fetch(address, { method: "POST", body: JSON.stringify(event) });
      expect(stage.calls.at(-1)?.params).toMatchObject({
        MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }, { Definition: 100020 }] },
      });
    },
  );
});
