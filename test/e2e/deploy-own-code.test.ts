import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/project";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, LINES, ROLE } from "../helpers/deploy-scenario";

const HANDLER = "lib/handlers/custom.ts";
const handler = (body: string) => `import type { CustomHandler } from "../custom-handler";
import { own } from "./own";

export const custom: CustomHandler = async (event) => {
  const unused = 1;
  ${body}
};
`;

let checkout: Checkout;
let stage: DeployScenario;
beforeEach(async () => {
  checkout = new Checkout();
  checkout.copySources();
  stage = await DeployScenario.open(checkout);
});
afterEach(async () => {
  await stage.cloud.close();
  checkout.remove();
});

test("a type error in the user's handler or what it imports stops the deployment, and is named", async () => {
  checkout.write("lib/handlers/own.ts", "export const own = (text: string) => text.lenght;\n");
  checkout.write(HANDLER, handler("own(event.eventTyp);"));
  const { failure, lines } = await stage.deploy();
  expect(failure).toMatch(
    /^The functions' sources have type errors, so nothing was deployed\. Correct them:\n/,
  );
  expect(failure).toContain("lib/handlers/custom.ts(6,13): error TS2551");
  expect(failure).toContain("lib/handlers/own.ts(1,43): error TS2551");
  expect(failure).not.toContain("unused");
  expect(lines).toEqual(LINES.slice(0, 1));
  expect(stage.writes()).toEqual([]);

  checkout.write("lib/handlers/own.ts", "export const own = (text: string) => text.length;\n");
  checkout.write(HANDLER, handler("own(event.eventType);"));
  expect(await stage.deploy()).toEqual({ lines: LINES, failure: undefined });
});

test("without TypeScript one line says that the types of the user's handler were not checked", async () => {
  rmSync(checkout.path("node_modules"));
  mkdirSync(checkout.path("node_modules"));
  for (const name of readdirSync(join(ROOT, "node_modules")).filter((one) => one !== "typescript"))
    symlinkSync(join(ROOT, "node_modules", name), checkout.path("node_modules", name));
  expect((await stage.deploy()).lines).toEqual(LINES);
  checkout.write("lib/handlers/own.ts", "export const own: number = String;\n");
  checkout.write(HANDLER, handler("own;"));
  const [first, notice, ...rest] = (await stage.deploy()).lines;
  expect([first, ...rest]).toEqual(LINES);
  expect(notice).toBe(
    "The types of lib/handlers/custom.ts were not checked: TypeScript is not installed. To install it, run npm ci",
  );
});

test("permissions get into the policy of the functions' role, and out of it again", async () => {
  const allowed = async () => {
    const { List } = await stage.call("cam", "ListPolicies", { Scope: "Local", Keyword: ROLE });
    const { PolicyDocument } = await stage.call("cam", "GetPolicy", { PolicyId: List[0].PolicyId });
    return JSON.parse(PolicyDocument).statement[0].action;
  };
  await stage.deploy();
  const ours = await allowed();
  checkout.write("config.local.json", { permissions: ["vod:DescribeMediaInfos", "vod:ProcessMedia"] });
  await stage.deploy();
  expect(await allowed()).toEqual([...ours, "name/vod:DescribeMediaInfos"]);
  const document = {
    version: "2.0",
    statement: [
      { action: "name/sts:AssumeRole", effect: "allow", principal: { service: ["scf.qcloud.com"] } },
    ],
  };
  await stage.call("cam", "CreateRole", { RoleName: "mine", PolicyDocument: JSON.stringify(document) });
  expect((await stage.deploy({ ROLE: "mine" })).lines).toContain(
    "permissions in config.json do not change mine, a role of your own. Allow there: vod:DescribeMediaInfos, vod:ProcessMedia",
  );
  checkout.write("config.local.json", {});
  await stage.deploy();
  expect(await allowed()).toEqual(ours);
});

test("what serverless.yml names reaches every function, and what it names no more is kept and reported", async () => {
  const original = readFileSync(checkout.path("serverless.yml"), "utf8");
  const named = original
    .replace("    variables:\n", "$&      TABLE: media\n      TOPIC: uploads\n")
    .replace(/^inputs:\n/m, "$&  vpcConfig: { vpcId: vpc-1, subnetId: subnet-1 }\n");
  checkout.write("serverless.yml", named);
  expect((await stage.deploy()).lines).toEqual(LINES);
  for (const name of ["callback", "retry"]) {
    expect(await stage.variables(name)).toMatchObject({ TABLE: "media", TOPIC: "uploads" });
    expect(await stage.function(name)).toMatchObject({ VpcConfig: { VpcId: "vpc-1" } });
  }
  expect(await stage.variables("retry")).not.toHaveProperty("RETRY_FUNCTION");

  checkout.write("serverless.yml", original.replace("    variables:\n", "$&      TOPIC: uploads\n"));
  const { lines } = await stage.deploy();
  for (const name of ["callback", "retry"]) {
    expect(lines).toContain(
      `${name} stays in the VPC vpc-1. To take the functions out: VPC_ID= SUBNET_ID= bash installer.sh`,
    );
    expect(lines).toContain(
      `${name} keeps what serverless.yml does not name: TABLE. If you took it out of the file, ` +
        "remove it in the SCF console too, or set it in the file to manage it there.",
    );
    expect(await stage.variables(name)).toMatchObject({ TABLE: "media" });
  }
});
