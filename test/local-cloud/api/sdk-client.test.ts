import { once } from "node:events";
import { Agent, createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { vod } from "tencentcloud-sdk-nodejs-vod";
import { type ApiCall, createEndpoint } from "../../../local-cloud/api/endpoint";
import { ApiError } from "../../../local-cloud/api/error";
import { defineService } from "../../../local-cloud/api/service";

const { Client } = vod.v20180717;
type Credential = { secretId: string; secretKey: string; token?: string };

const known: Credential = { secretId: "AKIDlocal", secretKey: "local-key", token: "local-token" };
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
function clientOf(credential: Credential, endpoint = "vod.tencentcloudapi.com") {
  const agent = Object.assign(new Agent(), { createConnection: () => connect(port, "127.0.0.1") });
  const httpProfile = { protocol: "http://", endpoint, agent };
  return new Client({ credential, region: "ap-guangzhou", profile: { language: "en-US", httpProfile } });
}

test("the SDK's client is understood", async () => {
  const request = { FileId: '点播\n"1"', MediaProcessTask: { TranscodeTaskSet: [{ Definition: 100010 }] } };
  const { TaskId, RequestId } = await clientOf(known).ProcessMedia(request);
  expect(TaskId).toBe(`task-of-${request.FileId}`);
  expect(RequestId).toMatch(/^[0-9a-f-]{36}$/);
  const host = "vod.tencentcloudapi.com";
  expect(calls).toEqual([{ service: "vod", action: "ProcessMedia", host, params: request, error: null }]);
});

test("the SDK's client understands refusals", async () => {
  await expect(clientOf(known).DescribeEventConfig({})).rejects.toMatchObject({
    code: "FailedOperation.InvalidVodUser",
    message: "VOD is not activated",
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.each([
  ["AuthFailure.SignatureFailure", { ...known, secretKey: "another" }],
  ["AuthFailure.SecretIdNotFound", { ...known, secretId: "AKIDother" }],
  ["AuthFailure.TokenFailure", { ...known, token: "another" }],
  ["AuthFailure.TokenFailure", { secretId: known.secretId, secretKey: known.secretKey }],
])("the SDK's client gets %s with wrong credentials", async (code, credential) => {
  await expect(clientOf(credential).ProcessMedia({ FileId: "1" })).rejects.toMatchObject({ code });
});

test("an action that the endpoint does not have is refused", async () => {
  await expect(clientOf(known).DeleteMedia({ FileId: "1" })).rejects.toMatchObject({ code: "InvalidAction" });
});

test.each(["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"] as const)(
  "an SDK whose endpoint is the local address is understood, signing with %s by POST and GET",
  async (signMethod) => {
    for (const reqMethod of ["POST", "GET"] as const) {
      const httpProfile = { protocol: "http://", endpoint: `127.0.0.1:${port}`, reqMethod } as const;
      const client = new Client({ credential: known, profile: { signMethod, httpProfile } });
      const request = {
        FileId: "点播 1",
        SubAppId: 1,
        MediaProcessTask: { TranscodeTaskSet: [{ Definition: 10 }] },
      };
      expect(await client.ProcessMedia(request)).toMatchObject({ TaskId: `task-of-${request.FileId}` });
      const host = `127.0.0.1:${port}`;
      expect(calls.pop()).toEqual({
        service: "vod",
        action: "ProcessMedia",
        host,
        params: request,
        error: null,
      });
    }
  },
);
