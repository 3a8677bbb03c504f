import { procedureNotification } from "../helpers/e2e-notifications";
import { NAMESPACE, post, TestCloud } from "../helpers/test-cloud";

let stage: TestCloud;

beforeAll(async () => {
  stage = await TestCloud.open();
  await stage.deployBuilt("callback", { PATH_TOKEN: "t0ken" });
});
afterAll(() => stage.cloud.close());

describe.each(["function-url", "api-gateway"] as const)("through a gateway of the form %s", (shape) => {
  let address: string;
  beforeAll(async () => {
    address = await stage.cloud.openAddress(NAMESPACE, "callback", shape);
  });

  test("a finished procedure is answered 200 and its output is in the log", async () => {
    const url = `https://example.com/${shape}/v.f20.mp4`;
    expect(await post(`${address}/t0ken`, procedureNotification(url))).toMatchObject({ status: 200 });
    await stage.line(
      new RegExp(`^Transcode succeeded\\. FileId: 5285890784246869930, Definition: 20, Url: ${url}$`),
    );
  });

  test("an address without the token is answered 404", async () => {
    expect(await post(address, procedureNotification("https://example.com/"))).toMatchObject({ status: 404 });
  });

  test("a GET is answered 405", async () => {
    const response = await fetch(`${address}/t0ken`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("what is no notification is answered 400, with the reason", async () => {
    expect(await post(`${address}/t0ken`, { hello: "world" })).toMatchObject({
      status: 400,
      body: "EventType is missing.",
    });
  });
});
