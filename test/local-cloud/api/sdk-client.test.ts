import { once } from "node:events";
import { Agent, createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { vod } from "tencentcloud-sdk-nodejs-vod";
import { type ApiCall, createEndpoint } from "../../../local-cloud/api/endpoint";
import { ApiError } from "../../../local-cloud/api/error";
import { defineService } from "../../../local-cloud/api/service";

const { Client } = vod.v20180717;
const known = { secretId: "AKIDlocal", secretKey: "local-key", token: "local-token" };
const REQUEST = { FileId: '点播\n"1"', MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] } };
const CALL = { service: "vod", action: "ProcessMedia", error: null };
let server: Server;
let port: number;
let calls: ApiCall[] = [];

beforeAll(async () => {
  const service = defineService<InstanceType<typeof Client>>("vod", {
    ProcessMedia: ({ FileId }) => ({ TaskId: `task-of-${FileId}` }),
    DescribeEventConfig: () => {
      throw new ApiError("FailedOperation.InvalidVodUser", "VOD is not activated");
    },
  });
  const endpoint = createEndpoint({
    services: [service],
    credentials: (id) => (id === known.secretId ? known : undefined),
    now: Date.now,
    onCall: (call) => calls.push(call),
  });
  server = createServer((req, res) => void endpoint(req, res)).listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  calls = [];
});
afterAll(() => server.close().closeAllConnections());

/** The SDK's client with the real endpoint's name, whose connections go to the local endpoint. */
function client() {
  const agent = Object.assign(new Agent(), { createConnection: () => connect(port, "127.0.0.1") });
  const httpProfile = { protocol: "http://", endpoint: "vod.tencentcloudapi.com", agent };
  const profile = { language: "en-US", httpProfile } as const;
  return new Client({ credential: known, region: "ap-guangzhou", profile });
}

test("the SDK's client is understood", async () => {
  const { TaskId, RequestId } = await client().ProcessMedia(REQUEST);
  expect(TaskId).toBe(`task-of-${REQUEST.FileId}`);
  expect(RequestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(calls).toEqual([{ ...CALL, host: "vod.tencentcloudapi.com", params: REQUEST }]);
});

test("the SDK's client understands refusals", async () => {
  await expect(client().DescribeEventConfig({})).rejects.toMatchObject({
    code: "FailedOperation.InvalidVodUser",
    message: "VOD is not activated",
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.each(["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"] as const)(
  "an SDK whose endpoint is the local address is understood, signing with %s by POST and GET",
  async (signMethod) => {
    for (const reqMethod of ["POST", "GET"] as const) {
      const httpProfile = { protocol: "http://", endpoint: `127.0.0.1:${port}`, reqMethod } as const;
      const client = new Client({ credential: known, profile: { signMethod, httpProfile } });
      const params = { ...REQUEST, SubAppId: 1 };
      expect(await client.ProcessMedia(params)).toMatchObject({ TaskId: `task-of-${params.FileId}` });
      expect(calls.pop()).toEqual({ ...CALL, host: `127.0.0.1:${port}`, params });
    }
  },
);
