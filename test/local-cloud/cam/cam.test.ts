import { callerOf, codeOf, TestCloud } from "../../helpers/test-cloud";

const TRUST = JSON.stringify({
  version: "2.0",
  statement: [{ action: "name/sts:AssumeRole", effect: "allow", principal: { service: ["scf.qcloud.com"] } }],
});
const policyOf = (action: string | string[], effect = "allow", resource: string | string[] = "*") =>
  JSON.stringify({ version: "2.0", statement: [{ effect, action, resource }] });
const ROLE = { RoleName: "VodReceiver" };

let stage: TestCloud;
let cam: ReturnType<typeof callerOf>;
beforeEach(async () => {
  stage = await TestCloud.open();
  cam = callerOf(stage.cloud, "cam");
});
afterEach(() => stage.cloud.close());

const createRole = (changes = {}) => cam("CreateRole", { ...ROLE, PolicyDocument: TRUST, ...changes });
const createPolicy = async (PolicyName: string, PolicyDocument: string): Promise<number> =>
  (await cam("CreatePolicy", { PolicyName, PolicyDocument })).PolicyId;

describe("a role", () => {
  test("is made, found by name and by id, and removed", async () => {
    expect(await codeOf(cam("GetRole", ROLE))).toBe("InvalidParameter.RoleNotExist");
    const { RoleId } = await createRole({ Description: "for tests" });
    const { RoleInfo } = await cam("GetRole", ROLE);
    expect(RoleInfo).toMatchObject({ ...ROLE, RoleId, PolicyDocument: TRUST, Description: "for tests" });
    expect((await cam("GetRole", { RoleId })).RoleInfo).toEqual(RoleInfo);
    expect(await codeOf(createRole())).toBe("InvalidParameter.RoleNameInUse");
    await cam("DeleteRole", ROLE);
    expect(await codeOf(cam("DeleteRole", ROLE))).toBe("InvalidParameter.RoleNotExist");
  });

  test.each([
    ["InvalidParameter.RoleNameError", { RoleName: "a name" }],
    ["InvalidParameter.PolicyDocumentError", { PolicyDocument: "{" }],
    ["InvalidParameter.VersionError", { PolicyDocument: TRUST.replace("2.0", "1.0") }],
    ["InvalidParameter.PrincipalError", { PolicyDocument: policyOf("name/sts:AssumeRole") }],
  ])("is refused by %s", async (code, changes) => {
    expect(await codeOf(createRole(changes))).toBe(code);
  });
});

describe("a policy", () => {
  test("is made, listed, read, changed and removed", async () => {
    const document = policyOf("vod:ProcessMedia");
    const PolicyId = await createPolicy("VodReceiver", document);
    expect(await codeOf(createPolicy("VodReceiver", document))).toBe("FailedOperation.PolicyNameInUse");
    const { List, TotalNum } = await cam("ListPolicies", { Scope: "Local", Keyword: "Receiver" });
    expect([TotalNum, List]).toEqual([
      1,
      [expect.objectContaining({ PolicyId, PolicyName: "VodReceiver", Type: 1, Attachments: 0 })],
    ]);
    expect(await cam("ListPolicies", { Scope: "QCS" })).toMatchObject({ TotalNum: 0, List: [] });
    expect(await cam("GetPolicy", { PolicyId })).toMatchObject({ PolicyDocument: document });
    const changed = policyOf(["vod:ProcessMedia", "vod:DescribeTaskDetail"]);
    await cam("UpdatePolicy", { PolicyId, PolicyDocument: changed });
    expect(await cam("GetPolicy", { PolicyId })).toMatchObject({ PolicyDocument: changed });
    await cam("DeletePolicy", { PolicyId: [PolicyId] });
    expect(await codeOf(cam("GetPolicy", { PolicyId }))).toBe("ResourceNotFound.PolicyIdNotFound");
    expect(await codeOf(cam("DeletePolicy", { PolicyId: [PolicyId] }))).toBe(
      "InvalidParameter.PolicyIdNotExist",
    );
  });

  test("is attached to a role and detached, also by being removed", async () => {
    await createRole();
    const PolicyId = await createPolicy("first", policyOf("vod:*"));
    await createPolicy("second", policyOf("vod:*"));
    await cam("AttachRolePolicy", { AttachRoleName: ROLE.RoleName, PolicyId });
    await cam("AttachRolePolicy", { AttachRoleName: ROLE.RoleName, PolicyName: "second" });
    const attached = async () => {
      const { List, TotalNum } = await cam("ListAttachedRolePolicies", { ...ROLE, Page: 1, Rp: 20 });
      expect(TotalNum).toBe(List.length);
      return List.map(({ PolicyName }: { PolicyName: string }) => PolicyName);
    };
    expect(await attached()).toEqual(["first", "second"]);
    await cam("DetachRolePolicy", { DetachRoleName: ROLE.RoleName, PolicyName: "second" });
    expect(await attached()).toEqual(["first"]);
    await cam("DeletePolicy", { PolicyId: [PolicyId] });
    expect(await attached()).toEqual([]);
    const missing = cam("AttachRolePolicy", { AttachRoleName: ROLE.RoleName, PolicyId });
    expect(await codeOf(missing)).toBe("InvalidParameter.PolicyIdNotExist");
  });

  test.each([
    ["InvalidParameter.PolicyDocumentError", "no JSON"],
    ["InvalidParameter.StatementError", '{"version":"2.0","statement":[]}'],
    ["InvalidParameter.EffectError", policyOf("vod:*", "Allow")],
    ["InvalidParameter.ActionError", policyOf("ProcessMedia")],
    ["InvalidParameter.ActionMiss", policyOf([])],
    ["InvalidParameter.ResourceError", policyOf("vod:*", "allow", "everything")],
  ])("is refused by %s: %s", async (code, document) => {
    expect(await codeOf(createPolicy("policy", document))).toBe(code);
  });
});

describe("a function with an execution role", () => {
  const SOURCE = `const keys = ["SECRETID", "SECRETKEY", "SESSIONTOKEN"].map((name) => process.env["TENCENTCLOUD_" + name]);
exports.main_handler = async () => keys;`;
  /** What a VOD action answers to the function's own credentials. */
  const call = async (action: string, params = {}) => {
    const [secretId = "", secretKey = "", token = ""] = JSON.parse((await stage.invoke()).RetMsg ?? "");
    const vod = callerOf(stage.cloud, "vod", { secretId, secretKey, token });
    return codeOf(vod(action, params));
  };
  const attach = async (document: string) => {
    const PolicyId = await createPolicy(`policy-${document.length}`, document);
    await cam("AttachRolePolicy", { AttachRoleName: ROLE.RoleName, PolicyId });
  };

  test("may do what the role's policies allow, as they are at the time", async () => {
    await createRole();
    await stage.deploy(SOURCE, { Role: ROLE.RoleName });
    expect(await call("ProcessMedia", { FileId: "1" })).toBe("UnauthorizedOperation");
    await attach(policyOf(["name/vod:ProcessMedia"]));
    expect(await call("ProcessMedia", { FileId: "1" })).toBe("InvalidParameterValue");
    expect(await call("DescribeEventConfig")).toBe("UnauthorizedOperation");
    await attach(policyOf("vod:Describe*", "allow", ["qcs::vod:::*"]));
    expect(await call("DescribeEventConfig")).toBe("no error");
    await attach(policyOf("*", "deny", "qcs::vod:::*"));
    expect(await call("DescribeEventConfig")).toBe("UnauthorizedOperation");
    await cam("DeleteRole", ROLE);
    expect(await call("ProcessMedia", { FileId: "1" })).toBe("UnauthorizedOperation");
  });

  test.each([
    ["*", true],
    ["qcs::scf:::*", true],
    ["qcs::scf:ap-guangzhou::namespace/vod_demo/function/retry", true],
    ["qcs::scf:ap-guangzhou:uin/100012345678:namespace/vod_demo/function/re*", true],
    ["qcs::scf:ap-guangzhou::namespace/vod_demo/function/retr", false],
    ["qcs::scf:ap-guangzhou::namespace/vod/function/retry", false],
    ["qcs::scf:ap-beijing::namespace/vod_demo/function/retry", false],
    ["qcs::vod:ap-guangzhou::namespace/vod_demo/function/retry", false],
  ])("may invoke what the policy's resource names: %s, %s", async (resource, isAllowed) => {
    await createRole();
    await stage.deploy(SOURCE, { Role: ROLE.RoleName });
    await stage.deploy(SOURCE, { FunctionName: "retry" });
    await attach(policyOf("name/scf:InvokeFunction", "allow", resource));
    const [secretId = "", secretKey = "", token = ""] = JSON.parse((await stage.invoke()).RetMsg ?? "");
    const scf = callerOf(stage.cloud, "scf", { secretId, secretKey, token });
    const code = await codeOf(scf("Invoke", { FunctionName: "retry", Namespace: "vod_demo" }));
    expect(code).toBe(isAllowed ? "no error" : "UnauthorizedOperation.CAM");
  });

  test("is refused where the role does not trust SCF", async () => {
    await createRole({ PolicyDocument: TRUST.replace("scf.qcloud.com", "cls.cloud.tencent.com") });
    expect(await codeOf(stage.create(SOURCE, { Role: ROLE.RoleName }))).toBe("UnauthorizedOperation.Role");
  });

  test("can be given another role, and none", async () => {
    await createRole();
    await stage.deploy(SOURCE);
    expect((await stage.invoke()).RetMsg).toBe("[null,null,null]");
    const { FunctionName, Namespace } = await stage.settled();
    const address = { FunctionName: FunctionName ?? "", Namespace: Namespace ?? "" };
    await stage.scf.UpdateFunctionConfiguration({ ...address, Role: ROLE.RoleName });
    expect(await stage.settled()).toMatchObject({ Role: ROLE.RoleName });
    expect((await stage.invoke()).RetMsg).toMatch(/^\["AKID/);
    await stage.scf.UpdateFunctionConfiguration({ ...address, Role: "" });
    expect(await stage.settled()).toMatchObject({ Role: "" });
    expect((await stage.invoke()).RetMsg).toBe("[null,null,null]");
  });
});

test("the account has an APPID", async () => {
  const { AppId, Uin, OwnerUin } = await cam("GetUserAppId", {});
  expect(AppId).toBe(Number(stage.cloud.appId));
  expect(Uin).toBe(OwnerUin);
});
