import { ApiError } from "../../local-cloud/api/error";
import { Checkout } from "../helpers/checkout";
import { DeployScenario } from "../helpers/deploy-scenario";
import { post, SAMPLE, uploadOf } from "../helpers/test-cloud";

const INTL = "intl.tencentcloudapi.com";

let checkout: Checkout;
let stage: DeployScenario;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(async () => {
  await stage.cloud.close();
  checkout.remove();
  delete process.env["SITE"];
});

async function open(options: Parameters<typeof DeployScenario.open>[1] = {}): Promise<DeployScenario> {
  stage = await DeployScenario.open(checkout, options);
  return stage;
}

const addressIn = ({ lines }: { lines: readonly string[] }) =>
  lines.flatMap((line) => /^Service address: (\S+)$/.exec(line)?.[1] ?? []).at(-1) ?? "";

describe("API_DOMAIN", () => {
  test("is the domain of every call, of the command line and of the functions", async () => {
    const { deploy, cloud, calls } = await open();
    const address = addressIn(await deploy({ API_DOMAIN: INTL }));
    const { fileId } = await cloud.upload("a.mp4", SAMPLE);
    expect(await post(address, uploadOf(fileId))).toMatchObject({ status: 200 });
    expect(cloud.tasksStarted().get(fileId)).toBe(1);
    expect(new Set(calls.map(({ service, host }) => host.replace(service, "<service>")))).toEqual(
      new Set([`<service>.${INTL}`]),
    );
    expect(new Set(calls.map(({ service }) => service))).toEqual(new Set(["cam", "scf", "vod"]));
  });

  test("is kept by a deployment without it, like SITE, and removed by an empty one", async () => {
    const { deploy } = await open();
    await deploy({ API_DOMAIN: INTL, SITE: "intl" });
    await deploy();
    for (const name of ["callback", "retry"])
      expect(await stage.variables(name)).toMatchObject({ API_DOMAIN: INTL, SITE: "intl" });
    await deploy({ API_DOMAIN: "", SITE: "china" });
    expect(await stage.variables()).toMatchObject({ SITE: "china" });
    expect(await stage.variables()).not.toHaveProperty("API_DOMAIN");
  });

  test.each([
    "example.com",
    "tencentcloudapi.com.example.com",
    "eviltencentcloudapi.com",
    "a/b.tencentcloudapi.com",
  ])("%s is refused before any call: keys and events go to Tencent only", async (API_DOMAIN) => {
    const { deploy, calls } = await open();
    expect((await deploy({ API_DOMAIN })).failure).toMatch(
      /^API_DOMAIN must be tencentcloudapi\.com or a name below it/,
    );
    expect(calls).toEqual([]);
  });
});

test("SITE=intl makes links point to the international console; other sites are refused", async () => {
  process.env["SITE"] = "intl";
  const { deploy } = await open({ activated: (service) => service !== "scf" });
  expect((await deploy()).failure).toContain("Activate it at https://console.tencentcloud.com/scf, then");
  expect((await deploy({ SITE: "france" })).failure).toBe('SITE must be "china" or "intl" (got "france").');
});

test("an API host without an action is reported with what to try", async () => {
  const { deploy, cloud } = await open();
  cloud.faults.replace({ calls: [{ action: "CreateFunction", error: "InvalidAction" }] });
  expect((await deploy()).failure).toContain("try another host: API_DOMAIN=intl.tencentcloudapi.com");
});

test("info, doctor and remove do without DescribeEventsState, which a site may lack", async () => {
  const { deploy, cloud, info, doctor, remove, eventConfig } = await open({ pullHoldMs: 0 });
  await deploy({ MODE: "reliable" });
  await eventConfig({ yes: true }, { MODE: "reliable" });
  cloud.faults.replace({ calls: [{ action: "DescribeEventsState", error: "InvalidAction" }] });
  expect((await info()).lines).toContain("  queue: unknown (InvalidAction)");
  expect(await doctor()).toMatchObject({
    lines: expect.arrayContaining([
      "How many events are in VOD's queue is unknown (DescribeEventsState: InvalidAction).",
    ]),
    failure: undefined,
  });
  await deploy();
  await eventConfig({ yes: true, replace: true }, { MODE: "normal" });
  expect(await remove({}, { only: "reliable" })).toMatchObject({
    lines: expect.arrayContaining(["VOD does not report the length of its queue (InvalidAction)."]),
    failure: undefined,
  });
});

describe("the runtime", () => {
  const runtimes = async (...names: string[]) =>
    Promise.all(names.map(async (name) => (await stage.function(name)).Runtime));
  const lacks20 = {
    intercept: async ({ action, params }: { action: string; params: unknown }) =>
      action === "CreateFunction" && Object(params).Runtime === "Nodejs20.19"
        ? new ApiError("InvalidParameterValue.Runtime", "The runtime is not supported.")
        : undefined,
  };

  test("is the newest one for new functions", async () => {
    const { deploy } = await open();
    await deploy();
    expect(await runtimes("callback", "retry")).toEqual(["Nodejs20.19", "Nodejs20.19"]);
  });

  test("is the one before if SCF refuses it, with a notice, unless RUNTIME asks for it", async () => {
    const { deploy } = await open(lacks20);
    expect((await deploy({ RUNTIME: "Nodejs20.19" })).failure).toContain("The runtime is not supported.");
    const { lines, failure } = await deploy();
    expect(failure).toBeUndefined();
    expect(lines).toContain("SCF has no Nodejs20.19 here; callback gets Nodejs18.15.");
    expect(await runtimes("callback", "retry")).toEqual(["Nodejs18.15", "Nodejs18.15"]);
  });

  test("of an existing function stays, and doctor mentions the newer one", async () => {
    const { deploy, doctor, eventConfig } = await open();
    await deploy({ RUNTIME: "Nodejs18.15" });
    await eventConfig({ yes: true });
    expect(await deploy()).toMatchObject({ failure: undefined });
    expect(await runtimes("callback", "retry")).toEqual(["Nodejs18.15", "Nodejs18.15"]);
    const { lines, failure } = await doctor();
    expect(failure).toBeUndefined();
    expect(lines.join("\n")).toContain("callback runs on Nodejs18.15; new functions get Nodejs20.19.");
    expect((await deploy({ RUNTIME: "Nodejs20.19" })).failure).toContain(
      "runs on Nodejs18.15, and SCF can't change a runtime (to Nodejs20.19). Unset RUNTIME to keep it",
    );
    expect((await deploy({ RUNTIME: "python" })).failure).toMatch(/^RUNTIME must be a runtime of SCF/);
  });
});
