import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { vod } from "tencentcloud-sdk-nodejs-vod";
import { type ApiCall, createEndpoint, type EndpointOptions } from "../../../local-cloud/api/endpoint";
import { ApiError } from "../../../local-cloud/api/error";
import { defineService } from "../../../local-cloud/api/service";
import { type Call, FORMS, requestOf, type Sent, send } from "../../helpers/api-request";

const permanent = { secretId: "AKIDlocal", secretKey: "local-key" };
const temporary = { secretId: "AKIDrole", secretKey: "role-key", token: "role-token" };
const nowMs = 1_780_000_000_000;
const host = "vod.tencentcloudapi.com";
const right: Call = {
  ...{ ...permanent, token: "", host, scope: "vod", action: "ProcessMedia", version: "2018-07-17" },
  ...{ timestamp: nowMs / 1000, params: { FileId: "1" } },
};

let calls: ApiCall[] = [];
let bugs: unknown[] = [];
let port: number;
const running: Server[] = [];

const vodService = defineService<InstanceType<typeof vod.v20180717.Client>>("vod", {
  ProcessMedia: (params, { secretId }) => {
    if (params.SessionId === "again")
      throw new ApiError("InvalidParameterValue.SessionId", "Repeated SessionId");
    return { Caller: secretId, Params: params };
  },
  PullEvents: async () => {
    throw new Error("a bug of ours");
  },
  DescribeTaskDetail: () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    return circle;
  },
});
const echo = (Params: object) => ({ Params });
const clsService = defineService<{ SearchLog: (params: object) => unknown }>("cls", { SearchLog: echo });
const scfService = defineService<{ GetFunction(params: object): unknown }>("scf", { GetFunction: echo });

const defaults: EndpointOptions = {
  services: [vodService, clsService, { ...scfService, region: "ap-guangzhou" }],
  credentials: (id) => [permanent, temporary].find(({ secretId }) => secretId === id),
  now: () => nowMs,
  onCall: (call) => calls.push(call),
  onBug: (error) => bugs.push(error),
};

async function start(options = defaults): Promise<number> {
  const endpoint = createEndpoint(options);
  const server = createServer({ maxHeaderSize: 65_536 }, (req, res) => void endpoint(req, res)).listen(
    0,
    "127.0.0.1",
  );
  running.push(server);
  await once(server, "listening");
  // A server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  calls = [];
  bugs = [];
  port = await start();
});
afterEach(() => {
  for (const server of running.splice(0)) server.close().closeAllConnections();
});

describe.each(FORMS)("%s", (form) => {
  const ask = async (changes: Partial<Call>) => {
    const { status, contentType, Response } = await send(port, requestOf(form, { ...right, ...changes }));
    expect({ status, contentType }).toEqual({ status: 200, contentType: "application/json" });
    expect(Response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
    return Response;
  };

  const TASKS = { TranscodeTaskSet: [{ Definition: 10, StartTimeOffset: 0.5 }, { Definition: 20 }] };
  const ELEVEN = Array.from({ length: 11 }, (_, index) => ({ Definition: index }));
  const SEARCH = {
    action: "SearchLog",
    version: "2020-10-16",
    host: "cls.tencentcloudapi.com",
    scope: "cls",
  };
  const search = { From: 1, To: 2, HighLight: true, UseNewAnalysis: false, Topics: [{ TopicId: "1" }] };
  const done: [string, Partial<Call>][] = [
    ["text", { params: { FileId: '点播\n"1" &=+%?' } }],
    ["nested lists and numbers", { params: { FileId: "1", SubAppId: 1500000000, MediaProcessTask: TASKS } }],
    ["booleans", { ...SEARCH, params: search }],
    ["a list of more than ten", { params: { MediaProcessTask: { TranscodeTaskSet: ELEVEN } } }],
    ["temporary credentials", temporary],
    ["the international host", { host: "vod.intl.tencentcloudapi.com" }],
    ["a regional host", { host: "vod.ap-guangzhou.tencentcloudapi.com" }],
    ["another port", { host: `${host}:8080` }],
    ["a host that names no service", { host: "127.0.0.1:4000" }],
    ["a host and a scope that name no service", { host: "127.0.0.1", scope: "127" }],
    ["another service of that host", { ...SEARCH, params: search, host: "localhost", scope: "localhost" }],
  ];
  test.each(done)("takes %s", async (_, changes) => {
    const { Params } = await ask(changes);
    const { params, action, host } = { ...right, ...changes };
    expect(Params).toEqual(params);
    const service = action === "SearchLog" ? "cls" : "vod";
    expect(calls).toEqual([{ service, action, host, params, error: null }]);
  });

  const refused: [string, Partial<Call>][] = [
    ["AuthFailure.SignatureFailure", { secretKey: "wrong" }],
    ["AuthFailure.SignatureExpire", { timestamp: nowMs / 1000 - 301 }],
    ["AuthFailure.SignatureExpire", { timestamp: nowMs / 1000 + 301 }],
    ["AuthFailure.SecretIdNotFound", { secretId: "AKIDother" }],
    ["AuthFailure.TokenFailure", { ...temporary, token: "" }],
    ["AuthFailure.TokenFailure", { ...temporary, token: "other" }],
    ["AuthFailure.TokenFailure", { token: "other" }],
    ["MissingParameter", { timestamp: "" }],
    ["InvalidParameter", { timestamp: "now" }],
    ["MissingParameter", { version: "" }],
    ["MissingParameter", { action: "" }],
    ["MissingParameter", { host: "localhost", scope: "localhost", version: "" }],
    ["NoSuchVersion", { version: "2024-07-18" }],
    ["NoSuchVersion", { host: "localhost", scope: "localhost", version: "2024-07-18" }],
    ["NoSuchProduct", { host: "cvm.tencentcloudapi.com", scope: "cvm" }],
    ["InvalidAction", { action: "DeleteMedia" }],
    ["InvalidAction", { action: "constructor" }],
    ["InvalidParameter", { params: { SubAppId: "1.5" } }],
    ["InvalidParameter", { params: { SubAppId: "abc" } }],
    ["InvalidParameter", { params: { FileId: ["1"] } }],
    ["InvalidParameter", { params: { MediaProcessTask: { TranscodeTaskSet: { 1: { Definition: 1 } } } } }],
    ["UnknownParameter", { params: { Fileid: "1" } }],
    ["UnknownParameter", { params: { MediaProcessTask: { TranscodeTaskSet: [{ Definition: 1, A: 1 }] } } }],
    ["MissingParameter", { params: { MediaProcessTask: { TranscodeTaskSet: [{ EndTimeOffset: 1 }] } } }],
    ["InvalidParameterValue.SessionId", { params: { SessionId: "again" } }],
  ];
  test.each(refused)("is refused with %s: %j", async (code, changes) => {
    expect((await ask(changes)).Error?.Code).toBe(code);
    const { host, action, params, token } = { ...right, ...changes };
    expect(calls).toMatchObject([{ host, action, error: code }]);
    expect(calls[0]?.params).toEqual(form.startsWith("TC3 POST") ? params : expect.any(Object));
    expect(Object.keys(Object(calls[0]?.params))).toEqual(Object.keys(params));
    expect(JSON.stringify(calls)).not.toMatch(token === "" ? /Signature"/ : /Signature"|role-token|"other"/);
    expect(bugs).toEqual([]);
  });

  test("names what the local cloud has instead of a version that it lacks", async () => {
    expect((await ask({ version: "2024-07-18" })).Error?.Message).toBe(
      "The local cloud has only version 2018-07-17 of vod, not 2024-07-18.",
    );
  });
});

const signed = (changes: Partial<Call> = {}, form = "TC3 POST"): Sent =>
  requestOf(form, { ...right, ...changes });
const codeOf = async (sent: Sent, path = "/") => (await send(port, sent, path)).Response.Error?.Code;
const withHeaders = (sent: Sent, headers: Record<string, string>): Sent => ({
  ...sent,
  headers: { ...sent.headers, ...headers },
});

const SCF = {
  ...{ host: "scf.ap-guangzhou.tencentcloudapi.com", scope: "scf", version: "2018-04-16" },
  ...{ action: "GetFunction", params: {} },
};

describe("a request is refused", () => {
  const large = (bytes: number) => " ".repeat(bytes);
  const form = signed({}, "HmacSHA1 POST");
  const cases: [string, string, Sent & { path?: string }][] = [
    ["AuthFailure.InvalidAuthorization", "without a signature", withHeaders(signed(), { authorization: "" })],
    ["AuthFailure.SignatureFailure", "whose host is another service's", signed({ scope: "scf" })],
    ["MissingParameter", "without a nonce", { ...form, body: String(form.body).replace("Nonce", "Once") }],
    [
      "MissingParameter",
      "without a SecretId",
      { ...form, body: String(form.body).replace("SecretId", "Id") },
    ],
    ["UnsupportedProtocol", "by PUT", { ...signed(), method: "PUT" }],
    ["InvalidParameter", "to another path", { ...signed(), path: "/vod" }],
    ["InvalidParameter", "by POST with a query", { ...signed(), query: "Action=ProcessMedia" }],
    ["RequestSizeLimitExceeded", "of more than 10 MB", { ...signed(), body: large(10 * 1024 ** 2 + 1) }],
    ["RequestSizeLimitExceeded", "of a form of 1 MB", { ...form, body: form.body + large(1024 ** 2) }],
    [
      "RequestSizeLimitExceeded",
      "of a query of 32 KB",
      { ...signed({}, "TC3 GET"), query: "a".repeat(32769) },
    ],
    ["MissingParameter", "without a region", signed(SCF)],
    ["UnsupportedRegion", "of another region", withHeaders(signed(SCF), { "x-tc-region": "eu-moscow" })],
  ];
  test.each(cases)("with %s: one %s", async (code, _, { path, ...sent }) => {
    expect(await codeOf(sent, path)).toBe(code);
    expect(calls).toMatchObject([{ error: code }]);
  });

  test.each([
    ["no JSON", "FileId=1", "The request body is not JSON in UTF-8."],
    ["nothing", "", "The request body is not JSON in UTF-8."],
    ["a list", "[]", "The request body is not valid: must be object."],
    ["no UTF-8", Buffer.from('{"\xff":1}', "latin1"), "The request body is not JSON in UTF-8."],
  ])("whose body is %s", async (_, body, message) => {
    // What the body is does not count for such a signature.
    const sent = { ...signed({}, "TC3 POST UNSIGNED-PAYLOAD"), body };
    const { Error: refusal } = (await send(port, sent)).Response;
    expect(refusal).toEqual({ Code: "InvalidParameter", Message: message });
  });
});

test("what Tencent's toolkit sends beyond the metadata is ignored, and recorded", async () => {
  const params = { FunctionName: "callback", ShowTriggers: "TRUE" };
  const sent = withHeaders(signed({ ...SCF, params }), { "x-tc-region": "ap-guangzhou" });
  expect((await send(port, sent)).Response["Params"]).toEqual({ FunctionName: "callback" });
  expect(calls).toMatchObject([{ params, error: null }]);
});

test("a request of exactly 10 MB is not refused for its size", async () => {
  const sent = signed({}, "TC3 POST UNSIGNED-PAYLOAD");
  expect(await codeOf({ ...sent, body: String(sent.body).padEnd(10 * 1024 * 1024) })).toBeUndefined();
});

test("a client that goes away in the middle of its body disturbs no other client", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: vod.tencentcloudapi.com\r\nContent-Length: 100\r\n\r\n{");
  await once(running[0] ?? socket, "request");
  socket.destroy();
  await once(socket, "close");
  expect(await codeOf(signed())).toBeUndefined();
  expect(calls).toHaveLength(1);
});

describe("a bug of an action", () => {
  test.each([
    ["PullEvents", {}],
    ["DescribeTaskDetail", { TaskId: "1" }],
  ])(
    "of %s is an InternalError, whose cause only the owner of the local cloud sees",
    async (action, params) => {
      const { Response } = await send(port, signed({ action, params }));
      expect(Response.Error).toEqual({ Code: "InternalError", Message: "An internal error has occurred." });
      expect(bugs).toEqual([expect.any(Error)]);
      expect(calls).toMatchObject([{ action, error: "InternalError" }]);
    },
  );

  test("goes to standard error by default", async () => {
    const print = jest.spyOn(console, "error").mockImplementation(() => {});
    const { onBug: _, ...options } = defaults;
    await send(await start(options), signed({ action: "PullEvents", params: {} }));
    expect(print).toHaveBeenCalledWith(
      expect.any(String),
      expect.objectContaining({ message: "a bug of ours" }),
    );
    print.mockRestore();
  });

  test("in the record of calls does not keep the answer back", async () => {
    const onCall = () => {
      throw new Error("disk full");
    };
    expect((await send(await start({ ...defaults, onCall }), signed())).Response.Error).toBeUndefined();
    expect(bugs).toMatchObject([{ message: "disk full" }]);
  });
});
