import { execFileSync } from "node:child_process";
import {
  chownSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ApiCall,
  ApiError,
  type Interception,
  type LocalCloudOptions,
  startLocalCloud,
} from "../../local-cloud";
import { callerOf, codeOf, TestCloud } from "../helpers/test-cloud";

let stage: TestCloud;
const open = async (options: LocalCloudOptions) => {
  stage = await TestCloud.open(options);
};
afterEach(() => stage.cloud.close());

const call = (service: Parameters<typeof callerOf>[1], action: string, params = {}) =>
  codeOf(callerOf(stage.cloud, service)(action, params));

describe("the account's key", () => {
  test("may be denied a service, and allowed it again", async () => {
    let denied = ["scf", "cam"];
    await open({ deny: (service) => denied.includes(service) });
    expect(await call("scf", "ListNamespaces")).toBe("UnauthorizedOperation.CAM");
    expect(await call("cam", "GetRole", { RoleName: "a" })).toBe("AuthFailure.UnauthorizedOperation");
    expect(await call("vod", "DescribeEventConfig")).toBe("no error");
    denied = [];
    expect(await call("scf", "ListNamespaces")).toBe("no error");
  });

  test("may be denied a single action", async () => {
    await open({ deny: (service, action) => `${service}:${action}` === "scf:CreateNamespace" });
    expect(await call("scf", "CreateNamespace", { Namespace: "demo" })).toBe("UnauthorizedOperation.CAM");
    expect(await call("scf", "ListNamespaces")).toBe("no error");
  });
});

test("a service that was not activated says so", async () => {
  await open({ activated: (service) => service === "cam" });
  expect(await call("scf", "ListNamespaces")).toBe("FailedOperation.UnOpenedService");
  expect(await call("vod", "DescribeEventConfig")).toBe("FailedOperation.InvalidVodUser");
  expect(await call("cam", "GetUserAppId")).toBe("no error");
});

test("a newer account's VOD needs a SubAppId", async () => {
  await open({ subAppIdNeeded: () => true });
  expect(await call("vod", "DescribeEventConfig")).toBe("InvalidParameterValue.SubAppId");
  expect(await call("vod", "DescribeEventConfig", { SubAppId: 0 })).toBe("InvalidParameterValue.SubAppId");
  expect(await call("vod", "DescribeEventConfig", { SubAppId: 1500000000 })).toBe("no error");
  expect(await call("scf", "ListNamespaces")).toBe("no error");
});

describe("an intercepted call", () => {
  let interception: Interception;
  let calls: ApiCall[];
  const demo = { Namespace: "demo" };
  const names = async () =>
    ((await stage.scf.ListNamespaces({})).Namespaces ?? []).map(({ Name }) => Name).sort();
  beforeEach(async () => {
    calls = [];
    interception = undefined;
    await open({
      onCall: (one) => calls.push(one),
      intercept: async ({ action }) => (action === "CreateNamespace" ? interception : undefined),
    });
  });
  const asked = { service: "scf", action: "CreateNamespace", params: demo };
  const record = { ...asked, host: "scf.tencentcloudapi.com" };

  test("is answered with the error, and not performed", async () => {
    interception = new ApiError("RequestLimitExceeded", "Too many requests.");
    expect(await call("scf", "CreateNamespace", demo)).toBe("RequestLimitExceeded");
    expect(await names()).toEqual(["default"]);
    expect(calls[0]).toEqual({ ...record, error: "RequestLimitExceeded" });
  });

  test.each([
    ["cut before", ["default"], [null, null]],
    ["cut after", ["default", "demo"], [null, "ResourceInUse.Namespace"]],
  ] as const)("that is %s leaves these namespaces, and is recorded so: %j", async (how, left, errors) => {
    interception = how;
    expect(await call("scf", "CreateNamespace", demo)).toMatch(/socket hang up/);
    expect(await names()).toEqual(left);
    expect(await call("scf", "CreateNamespace", demo)).toMatch(/socket hang up/);
    const cuts = errors.map((error) => ({ ...record, error, cut: how.slice("cut ".length) }));
    expect(calls.filter(({ cut }) => cut)).toEqual(cuts);
  });

  test("gets the caller and the parameters", async () => {
    const seen: unknown[] = [];
    await stage.cloud.close();
    await open({ intercept: (one) => void seen.push(one) });
    await call("scf", "CreateNamespace", demo);
    expect(seen).toEqual([{ ...asked, secretId: stage.cloud.credential.secretId }]);
  });
});

test("calls are recorded in a file, a line each", async () => {
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  const recordFile = join(folder, "calls");
  writeFileSync(recordFile, "", { mode: 0o644 });
  await open({ recordFile });
  expect(statSync(recordFile).mode & 0o777).toBe(0o600);
  await call("cam", "GetUserAppId");
  await call("cam", "GetRole", { RoleName: "a" });
  const host = "cam.tencentcloudapi.com";
  const lines = readFileSync(recordFile, "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { service: "cam", action: "GetUserAppId", host, params: {}, error: null },
    {
      service: "cam",
      action: "GetRole",
      host,
      params: { RoleName: "a" },
      error: "InvalidParameter.RoleNotExist",
    },
  ]);
  rmSync(folder, { recursive: true });
});

test("a record changes the mode of no pipe or device, and does not go to another user's file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  const [pipe, others] = [join(folder, "pipe"), join(folder, "others")];
  execFileSync("mkfifo", ["-m", "644", pipe]);
  const reader = openSync(pipe, "r+");
  await open({ recordFile: pipe });
  await call("cam", "GetUserAppId");
  expect(statSync(pipe).mode & 0o777).toBe(0o644);
  const line = Buffer.alloc(1000);
  expect(line.toString("utf8", 0, readSync(reader, line))).toContain('"action":"GetUserAppId"');
  closeSync(reader);
  if (process.getuid?.() === 0) {
    writeFileSync(others, "", { mode: 0o666 });
    chownSync(others, 65534, 65534);
    await expect(startLocalCloud({ recordFile: others })).rejects.toThrow(/others belongs to another user/);
  }
  rmSync(folder, { recursive: true });
});
