import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import { Client as SdkClient } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import tslib from "../../../../lib/tencent-cloud/sdk-stubs/tslib";
import uuid from "../../../../lib/tencent-cloud/sdk-stubs/uuid";
import { Client } from "../../../../lib/tencent-cloud/sdk-stubs/vod-client";

describe("the client of VOD", () => {
  const config = { credential: { secretId: "AKIDtest", secretKey: "key" }, region: "ap-guangzhou" };
  const actions = Object.getOwnPropertyNames(SdkClient.prototype).filter((name) => name !== "constructor");

  /** What a client hands to `request` when its method of that name is called. */
  async function requested(client: AbstractClient, method: string): Promise<unknown[]> {
    const request = jest.spyOn(client, "request").mockResolvedValue({});
    const call: unknown = Reflect.get(client, method);
    if (typeof call !== "function") throw new Error(`there is no ${method}`);
    await call.call(client, { FileId: "1" }, undefined);
    return request.mock.calls.map(([action, params]) => [action, params]);
  }

  test("has every method of the SDK's, and each makes the same request", async () => {
    expect(actions.length).toBeGreaterThan(200);
    for (const name of actions) {
      const expected = await requested(new SdkClient(config), name);
      expect(expected).toEqual([[name, { FileId: "1" }]]);
      await expect(requested(new Client(config), name)).resolves.toEqual(expected);
    }
  });

  test("is for the same endpoint and version, and else what the SDK's base class is", () => {
    const profile = { httpProfile: { endpoint: "vod.tencentcloudapi.com" } };
    const ours = new Client({ ...config, profile });
    const theirs = new SdkClient({ ...config, profile });
    expect(theirs).toMatchObject({ endpoint: new SdkClient(config).endpoint });
    expect(ours).toBeInstanceOf(AbstractClient);
    expect({ ...ours }).toEqual({ ...theirs });
    expect(Reflect.get(ours, "then")).toBeUndefined();
  });
});

test("a request's mark is a UUID of version 4, each time another one", () => {
  expect(uuid.v4()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid.v4()).not.toBe(uuid.v4());
});

test("modules import each other as with tslib", () => {
  const esModule = { __esModule: true, default: 1, named: 2 };
  expect(tslib.__importDefault(esModule)).toBe(esModule);
  const common = { named: 2 };
  expect(tslib.__importDefault(common)["default"]).toBe(common);
});
