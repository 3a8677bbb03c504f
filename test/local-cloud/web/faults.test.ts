import { callerOf, codeOf, TestCloud } from "../../helpers/test-cloud";

let stage: TestCloud;
let url: string;

beforeAll(async () => {
  const faults = { calls: [{ action: "DescribeTasks", error: "InternalError" }] };
  stage = await TestCloud.open({ faults });
  url = `${stage.cloud.endpointUrl}/faults`;
});
afterAll(() => stage.cloud.close());

const put = (body: string, headers = {}) => fetch(url, { method: "PUT", body, headers });

test("the rules that the cloud was started with are in force, and can be read and replaced", async () => {
  const call = callerOf(stage.cloud, "vod");
  expect(await codeOf(call("DescribeTasks", {}))).toBe("InternalError");
  const rules = {
    seed: 1,
    calls: [{ action: "DescribeTasks", error: "InternalError", share: 1 }],
    instances: [],
  };
  expect(await (await fetch(url)).json()).toEqual(rules);

  const next = { calls: [{ service: "scf", cut: "before" }] };
  const answer = await put(JSON.stringify(next));
  expect(await answer.json()).toMatchObject({ calls: [{ service: "scf", cut: "before", share: 1 }] });
  expect(await codeOf(call("DescribeTasks", {}))).toBe("no error");
  expect(await codeOf(stage.scf.ListNamespaces({}))).not.toBe("no error");

  expect((await put("{}")).status).toBe(200);
  expect(await codeOf(stage.scf.ListNamespaces({}))).toBe("no error");
});

test.each([
  ["{", "The body is not JSON.\n"],
  ['{"calls":[{"share":2,"cut":"before"}]}', expect.stringMatching(/^calls\[0\]\.share: /)],
])("%s is refused, and the rules stay", async (body, message) => {
  await put('{"seed":5}');
  const answer = await put(body);
  expect([answer.status, await answer.text()]).toEqual([400, message]);
  expect(await (await fetch(url)).json()).toMatchObject({ seed: 5 });
});

test("neither a page of another site nor another method can use it, nor a body without end", async () => {
  expect((await put("{}", { Origin: "https://attacker.example" })).status).toBe(403);
  expect((await fetch(url, { headers: { "Sec-Fetch-Site": "cross-site" } })).status).toBe(403);
  expect((await fetch(url, { method: "DELETE" })).status).toBe(405);
  expect((await put(" ".repeat(1024 * 1024 + 1))).status).toBe(413);
});

test("a killed instance fails its request as on SCF, and the next one gets another", async () => {
  await put('{"instances":[{"function":"callback","afterMs":0}]}');
  await stage.deploy("exports.main_handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));");
  expect((await stage.invoke()).InvokeResult).not.toBe(0);
  await put("{}");
  await stage.deploy("exports.main_handler = async () => 1;", { FunctionName: "other" });
  expect((await stage.invoke({}, { FunctionName: "other" })).RetMsg).toBe("1");
});
