import { zipSync } from "fflate";
import type { LocalCloudOptions } from "../../../local-cloud";
import { CALLBACK, codeOf, NAMESPACE, TestCloud, zipFile } from "../../helpers/test-cloud";

const ECHO =
  "exports.main_handler = async (event) => ({ event, greeting: process.env.GREETING, pid: process.pid });";
const CREATION = {
  ...CALLBACK,
  Runtime: "Nodejs18.15",
  Handler: "index.main_handler",
  Code: { ZipFile: zipFile(ECHO) },
};
const NO_ROOM = { ErrorCode: "InternalError", ErrorMessage: "no room" };
const URL_TRIGGER = { TriggerName: "url", Type: "http", TriggerDesc: '{"AuthType":"NONE"}' };

let stage: TestCloud;
const open = async (options?: LocalCloudOptions) => {
  stage = await TestCloud.open(options);
};
afterEach(() => stage.cloud.close());

/** The states that GetFunction calls see, until they repeat. */
async function states(count: number): Promise<(string | undefined)[]> {
  const seen = [];
  for (let asked = 0; asked < count; asked++) seen.push((await stage.scf.GetFunction(CALLBACK)).Status);
  return seen;
}

describe("creating a function", () => {
  test("takes until its code is there and GetFunction has seen it twice", async () => {
    await open();
    await stage.create(ECHO);
    expect(await states(2)).toEqual(["Creating", "Creating"]);
    expect(await stage.settled()).toMatchObject({ Status: "Active", StatusReasons: [], StatusDesc: "" });
    expect(await states(2)).toEqual(["Active", "Active"]);
  });

  test.each([
    ["Invoke", {}, "FailedOperation.FunctionStatusError"],
    ["UpdateFunctionCode", { ZipFile: zipFile(ECHO) }, "FailedOperation.FunctionStatusError"],
    ["UpdateFunctionConfiguration", { Timeout: 10 }, "FailedOperation.UpdateFunctionConfiguration"],
    ["DeleteFunction", {}, "FailedOperation.FunctionStatusError"],
    ["CreateTrigger", URL_TRIGGER, "FailedOperation.CreateTrigger"],
  ])("has %s refused meanwhile", async (action, params, code) => {
    await open({ statePolls: 1000 });
    await stage.create(ECHO);
    expect(await codeOf(stage.call(action, { ...CALLBACK, ...params }))).toBe(code);
  });

  test("fails with the reason, and then nothing but deleting it helps", async () => {
    let reason: typeof NO_ROOM | undefined = NO_ROOM;
    await open({ failChange: ({ change }) => (change === "Creating" ? reason : undefined) });
    expect(await stage.deploy(ECHO)).toMatchObject({
      Status: "CreateFailed",
      StatusDesc: "no room",
      StatusReasons: [reason],
      CodeResult: "failed",
    });
    expect(await codeOf(stage.create(ECHO))).toBe("ResourceInUse.FunctionName");
    expect(await codeOf(stage.scf.UpdateFunctionCode({ ...CALLBACK, ZipFile: zipFile(ECHO) }))).toBe(
      "FailedOperation.FunctionStatusError",
    );
    await stage.scf.DeleteFunction(CALLBACK);
    reason = undefined;
    expect(await stage.deploy(ECHO)).toMatchObject({ Status: "Active" });
  });

  test("fails where the code leaves its folder", async () => {
    await open();
    const ZipFile = Buffer.from(zipSync({ "../x.js": new Uint8Array() })).toString("base64");
    expect(await stage.deploy(ECHO, { Code: { ZipFile } })).toMatchObject({
      Status: "CreateFailed",
      StatusReasons: [{ ErrorCode: "InvalidParameterValue.ZipFile", ErrorMessage: expect.any(String) }],
    });
  });

  test("gives it the real defaults", async () => {
    await open();
    const answer = await stage.deploy(ECHO);
    expect(answer).toMatchObject({
      ...CALLBACK,
      Timeout: 3,
      MemorySize: 128,
      InitTimeout: 65,
      Runtime: "Nodejs18.15",
      Handler: "index.main_handler",
      Role: "",
      Description: "",
      Environment: { Variables: [] },
      ClsLogsetId: "",
      ClsTopicId: "",
      PublicNetConfig: { PublicNetStatus: "ENABLE" },
      AvailableStatus: "Available",
      Type: "Event",
      Triggers: [],
      CodeResult: "success",
      ModTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    expect(answer.CodeSize).toBe(Buffer.from(zipFile(ECHO), "base64").length);
  });

  test("refuses a runtime that it cannot run, with the ones that it has", async () => {
    await open();
    for (const Runtime of ["Python3.6", "Nodejs16.13", "Nodejs20", "constructor"]) {
      await expect(stage.create(ECHO, { Runtime })).rejects.toMatchObject({
        code: "InvalidParameterValue.Runtime",
        message: `Runtime: the local cloud has only Nodejs18.15 and Nodejs20.19, not ${Runtime}.`,
      });
    }
    expect((await stage.scf.ListFunctions({ Namespace: NAMESPACE })).Functions).toEqual([]);
  });
});

describe("a creation is refused", () => {
  beforeEach(() => open());
  const variables = (...pairs: [string, string][]) => ({
    Environment: { Variables: pairs.map(([Key, Value]) => ({ Key, Value })) },
  });

  test.each([
    ["InvalidParameterValue.FunctionName", "with a name that ends in a dash", { FunctionName: "name-" }],
    ["InvalidParameterValue.FunctionName", "with a name that is too long", { FunctionName: "n".repeat(61) }],
    ["ResourceNotFound.Namespace", "in a namespace that is not there", { Namespace: "nowhere" }],
    ["InvalidParameterValue.Handler", "with a handler of another form", { Handler: "main_handler" }],
    ["InvalidParameterValue.MemorySize", "with an uneven memory", { MemorySize: 200 }],
    ["LimitExceeded.Memory", "with too much memory", { MemorySize: 4096 }],
    ["LimitExceeded.Timeout", "with too long a timeout", { Timeout: 901 }],
    ["InvalidParameterValue.Description", "with a dash in its description", { Description: "a - b" }],
    ["MissingParameter.Code", "without code", { Code: {} }],
    ["InvalidParameterValue.ZipFileBase64BinasciiError", "with no base64", { Code: { ZipFile: "#" } }],
    ["InvalidParameterValue.ZipFile", "with no zip", { Code: { ZipFile: "AAAA" } }],
    ["UnsupportedOperation", "with code in COS", { Code: { CosBucketName: "a", CosObjectName: "/b" } }],
    ["InvalidParameterValue.Environment", "with an empty value", variables(["A", ""])],
    ["InvalidParameterValue.Environment", "with a name twice", variables(["A", "1"], ["A", "2"])],
    ["InvalidParameterValue.EnvironmentSystemProtect", "with the platform's name", variables(["SCF_A", "1"])],
    ["InvalidParameterValue.EnvironmentExceededLimit", "with 4 KB", variables(["A", "1".repeat(4096)])],
    ["FailedOperation.QcsRoleNotFound", "with a role that is not there", { Role: "nobody" }],
    [
      "InvalidParameterValue.Cls",
      "with a log topic that is not there",
      { ClsLogsetId: "a", ClsTopicId: "b" },
    ],
    ["ResourceNotFound.Layer", "with a layer", { Layers: [{ LayerName: "a", LayerVersion: 1 }] }],
    ["UnsupportedOperation", "with what the local cloud lacks", { InstallDependency: "TRUE" }],
  ])("by %s: one %s", async (code, _, changes) => {
    await stage.scf.CreateNamespace({ Namespace: NAMESPACE });
    expect(await codeOf(stage.scf.CreateFunction({ ...CREATION, ...changes }))).toBe(code);
    expect((await stage.scf.ListFunctions({ Namespace: NAMESPACE })).TotalCount).toBe(0);
  });
});

describe("updating a function", () => {
  test("its code runs on new instances, and its settings are kept", async () => {
    await open();
    await stage.deploy(ECHO, { Timeout: 10 });
    const { RetMsg: before = "" } = await stage.invoke({ a: 1 });
    await stage.scf.UpdateFunctionCode({
      ...CALLBACK,
      ZipFile: zipFile("exports.main_handler = async () => 'new';"),
    });
    expect(await codeOf(stage.invoke())).toBe("FailedOperation.FunctionStatusError");
    expect(await states(2)).toEqual(["Updating", "Updating"]);
    expect(await stage.settled()).toMatchObject({ Status: "Active", Timeout: 10 });
    expect(JSON.parse(before)).toMatchObject({ event: { a: 1 } });
    expect(await stage.invoke()).toMatchObject({ RetMsg: '"new"', ErrMsg: "", InvokeResult: 0 });
  });

  test("its environment is one whole list, and runs on new instances", async () => {
    await open();
    await stage.deploy(ECHO, { Environment: { Variables: [{ Key: "OTHER", Value: "1" }] } });
    const old = JSON.parse((await stage.invoke()).RetMsg ?? "");
    const Variables = [{ Key: "GREETING", Value: "hello" }];
    await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, Environment: { Variables }, MemorySize: 256 });
    expect(await stage.settled()).toMatchObject({ Environment: { Variables }, MemorySize: 256 });
    const { greeting, pid } = JSON.parse((await stage.invoke()).RetMsg ?? "");
    expect(greeting).toBe("hello");
    expect(pid).not.toBe(old.pid);
  });

  test("can't change its runtime", async () => {
    await open();
    await stage.deploy(ECHO);
    const change = stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, Runtime: "Nodejs16.13" });
    expect(await codeOf(change)).toBe("InvalidParameterValue.Runtime");
  });

  test("that fails leaves the version before it", async () => {
    await open({ failChange: ({ change }) => (change === "Updating" ? NO_ROOM : undefined) });
    await stage.deploy(ECHO);
    await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, Timeout: 10 });
    expect(await stage.settled()).toMatchObject({
      Status: "UpdateFailed",
      StatusDesc: "no room",
      Timeout: 3,
      CodeResult: "success",
    });
    expect((await stage.invoke()).InvokeResult).toBe(0);
  });
});

describe("a function", () => {
  test("that is deleted is gone, and its namespace with it", async () => {
    await open();
    await stage.deploy(ECHO);
    expect(await codeOf(stage.scf.DeleteNamespace({ Namespace: NAMESPACE }))).toBe("ResourceInUse.Namespace");
    await stage.scf.DeleteFunction(CALLBACK);
    expect(await codeOf(stage.scf.GetFunction(CALLBACK))).toBe("ResourceNotFound.Function");
    await stage.scf.DeleteNamespace({ Namespace: NAMESPACE });
    expect(await codeOf(stage.scf.GetFunction(CALLBACK))).toBe("ResourceNotFound.Namespace");
  });

  test("is listed, by pages", async () => {
    await open({ statePolls: 0 });
    for (const FunctionName of ["first", "second", "third"]) await stage.create(ECHO, { FunctionName });
    const { TotalCount, Functions = [] } = await stage.scf.ListFunctions({
      Namespace: NAMESPACE,
      Orderby: "FunctionName",
      Order: "ASC",
      Offset: 1,
      Limit: 1,
    });
    expect(TotalCount).toBe(3);
    expect(Functions).toMatchObject([{ FunctionName: "second", Runtime: "Nodejs18.15", Type: "Event" }]);
  });

  test("returns the hash of its code", async () => {
    await open();
    await stage.create(ECHO);
    expect((await stage.scf.GetFunctionAddress(CALLBACK)).CodeSha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("namespaces", () => {
  test("are five in a region, and default is one of them", async () => {
    await open();
    for (const Namespace of ["ns-1", "ns-2", "ns-3", "ns-4"]) await stage.scf.CreateNamespace({ Namespace });
    expect(await codeOf(stage.scf.CreateNamespace({ Namespace: "ns-5" }))).toBe("LimitExceeded.Namespace");
    const { TotalCount, Namespaces = [] } = await stage.scf.ListNamespaces({ Orderby: "Name", Order: "ASC" });
    expect(TotalCount).toBe(5);
    expect(Namespaces.map(({ Name }) => Name)).toEqual(["default", "ns-1", "ns-2", "ns-3", "ns-4"]);
  });

  test.each([
    ["ResourceInUse.Namespace", "taken"],
    ["InvalidParameterValue.NamespaceInvalid", "n".repeat(31)],
    ["InvalidParameterValue.NamespaceInvalid", "1st"],
    ["InvalidParameterValue.DefaultNamespace", "default"],
  ])("are refused by %s: %s", async (code, Namespace) => {
    await open();
    await stage.scf.CreateNamespace({ Namespace: "taken" });
    expect(await codeOf(stage.scf.CreateNamespace({ Namespace }))).toBe(code);
  });
});

test("SCF is called in its region only", async () => {
  await open({ region: "ap-shanghai" });
  stage.scf.region = "ap-guangzhou";
  expect(await codeOf(stage.scf.ListNamespaces({}))).toBe("UnsupportedRegion");
  stage.scf.region = "";
  expect(await codeOf(stage.scf.ListNamespaces({}))).toBe("MissingParameter");
});
