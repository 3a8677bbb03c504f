import { rmSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import { Checkout } from "../helpers/checkout";
import { DeployScenario } from "../helpers/deploy-scenario";

const URL = "mysql://vod:p%40ss.word@127.0.0.1:9/vod";
const OTHER = "postgres://vod:marked.Password@127.0.0.1:9/vod";

let checkout: Checkout;
let stage: DeployScenario;
beforeEach(async () => {
  checkout = new Checkout();
  stage = await DeployScenario.open(checkout);
});
afterEach(async () => {
  await stage.cloud.close();
  checkout.remove();
});

async function settings(...names: string[]) {
  const all: Record<string, unknown> = {};
  for (const name of names) {
    const { VpcConfig, PublicNetConfig } = await stage.function(name);
    const { RECORD_URL, RECORD_CA } = await stage.variables(name);
    all[name] = [RECORD_URL, RECORD_CA, VpcConfig.VpcId, VpcConfig.SubnetId, PublicNetConfig.PublicNetStatus];
  }
  return all;
}

/** The names and the texts of the files of the last package that was uploaded. */
function lastPackage(): Record<string, string> {
  const zips = stage.calls.flatMap(({ params }) => {
    const { Code, ZipFile }: { Code?: { ZipFile?: string }; ZipFile?: string } = Object(params);
    return ZipFile ?? Code?.ZipFile ?? [];
  });
  const files = unzipSync(Buffer.from(zips.at(-1) ?? "", "base64"));
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strFromU8(text)]));
}

test("the database and the VPC are kept by a deployment without them, and removed by empty ones", async () => {
  const vpc = { VPC_ID: "vpc-1", SUBNET_ID: "subnet-1" };
  await stage.deploy({ RECORD_URL: URL, ...vpc });
  const set = [URL, undefined, "vpc-1", "subnet-1", "ENABLE"];
  expect(await settings("callback", "retry")).toEqual({ callback: set, retry: set });

  const { lines, failure } = await stage.deploy({ MODE: "reliable" });
  expect(failure).toBeUndefined();
  expect(lines).toContain(
    "reliable stays in the VPC vpc-1. To take the functions out: VPC_ID= SUBNET_ID= bash installer.sh",
  );
  expect(await settings("reliable", "retry")).toEqual({ reliable: set, retry: set });

  await stage.deploy({ RECORD_URL: OTHER });
  expect(await settings("callback", "reliable")).toEqual({
    callback: [OTHER, ...set.slice(1)],
    reliable: set,
  });
  await stage.deploy({ RECORD_URL: "", VPC_ID: "", SUBNET_ID: "" });
  const none = [undefined, undefined, "", "", "ENABLE"];
  expect(await settings("callback", "retry")).toEqual({ callback: none, retry: none });
  expect((await stage.deploy({ VPC_ID: "vpc-1" })).failure).toMatch(/^VPC_ID and SUBNET_ID belong together/);
  expect(stage.output.join("\n")).not.toMatch(/p%40ss|p@ss|marked/);
});

test("the variable comes before the file, and the file before the installation; no package has the URL", async () => {
  checkout.write("config.local.json", { record_url: URL });
  await stage.deploy();
  expect(await stage.variables("retry")).toMatchObject({ RECORD_URL: URL });
  expect(Object.values(lastPackage()).join("\n")).not.toMatch(/p%40ss|p@ss/);
  await stage.deploy({ RECORD_URL: OTHER });
  expect(await stage.variables()).toMatchObject({ RECORD_URL: OTHER });
  await stage.deploy();
  expect(await stage.variables()).toMatchObject({ RECORD_URL: URL });
  rmSync(checkout.path("config.local.json"));
  await stage.deploy();
  expect(await stage.variables()).toMatchObject({ RECORD_URL: URL });
  checkout.write("config.local.json", { record_url: "" });
  await stage.deploy();
  expect(await stage.variables()).not.toHaveProperty("RECORD_URL");
});

test("a certificate is packed; a deployment without it stops, and an empty one removes it", async () => {
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  checkout.write("ca.pem", pem);
  checkout.write("ca.txt", "no certificate");
  const RECORD_CA = checkout.path("ca.pem");
  expect((await stage.deploy({ RECORD_URL: URL, RECORD_CA: checkout.path("ca.txt") })).failure).toMatch(
    /^RECORD_CA must be a file of certificates in PEM form/,
  );
  expect((await stage.deploy({ RECORD_URL: URL, RECORD_CA: checkout.path("none") })).failure).toMatch(
    /^RECORD_CA can't be read: .*ENOENT/,
  );
  expect(stage.writes()).toEqual([]);
  await stage.deploy({ RECORD_URL: URL, RECORD_CA });
  expect(lastPackage()).toMatchObject({ "record-ca.pem": pem });
  expect(await stage.variables("retry")).toMatchObject({ RECORD_CA: "record-ca.pem" });
  stage.writes();

  expect((await stage.deploy()).failure).toMatch(/Set RECORD_CA to that file again, or to an empty string/);
  expect(stage.writes()).toEqual([]);
  expect((await stage.deploy({ RECORD_CA: "" })).failure).toBeUndefined();
  expect(lastPackage()).not.toHaveProperty("record-ca.pem");
  expect(await stage.variables()).not.toHaveProperty("RECORD_CA");
  await stage.deploy({ RECORD_CA });
  await stage.deploy({ RECORD_URL: "" });
  expect(await stage.variables()).not.toHaveProperty("RECORD_CA");
});
