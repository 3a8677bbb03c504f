import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { vod } from "tencentcloud-sdk-nodejs-vod";
import { type ApiCall, createEndpoint, type EndpointOptions } from "../../../local-cloud/api/endpoint";
import { ApiError } from "../../../local-cloud/api/error";
import { defineService } from "../../../local-cloud/api/service";
import { authorize, type Draft } from "../../helpers/signer";

const permanent = { secretId: "AKIDlocal", secretKey: "local-key" };
const temporary = { secretId: "AKIDrole", secretKey: "role-key", token: "role-token" };
const nowMs = 1_780_000_000_000;

let calls: ApiCall[] = [];
let bugs: unknown[] = [];
const running: Server[] = [];

const service = defineService<InstanceType<typeof vod.v20180717.Client>>("vod", {
  ProcessMedia: ({ FileId, SessionId }, { secretId }) => {
    if (SessionId === "again") throw new ApiError("InvalidParameterValue.SessionId", "Repeated SessionId");
    return { TaskId: `${secretId}-${FileId}` };
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

const defaults: EndpointOptions = {
  services: [service],
  credentials: (id) => [permanent, temporary].find(({ secretId }) => secretId === id),
  now: () => nowMs,
  onCall: (call) => calls.push(call),
  onBug: (error) => bugs.push(error),
};

async function start(options = defaults): Promise<number> {
  const endpoint = createEndpoint(options);
  const server = createServer((req, res) => void endpoint(req, res)).listen(0, "127.0.0.1");
  running.push(server);
  await once(server, "listening");
  // A server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port;
}

beforeEach(() => {
  calls = [];
  bugs = [];
});
afterEach(() => {
  for (const server of running.splice(0)) server.close().closeAllConnections();
});

interface Sent {
  port?: number;
  signing?: Partial<Draft>;
  headers?: Record<string, string>;
  without?: string[];
  method?: string;
  path?: string;
  body?: string | Buffer;
}

interface Received {
  status: number | undefined;
  contentType: string | undefined;
  Response: { Error?: { Code: string; Message: string }; RequestId: string; [name: string]: unknown };
}

/** Sends a right ProcessMedia call, but for what is told otherwise. */
async function send(sent: Sent = {}): Promise<Received> {
  const { method = "POST", path = "/", body = '{"FileId":"1"}', without = [] } = sent;
  const port = sent.port ?? (await start());
  const signed = { "content-type": "application/json", host: "vod.tencentcloudapi.com" };
  const draft: Draft = {
    ...permanent,
    service: "vod",
    timestamp: nowMs / 1000,
    method,
    query: "",
    headers: signed,
    body,
    ...sent.signing,
  };
  const headers: Record<string, string> = {
    ...draft.headers,
    "x-tc-action": "ProcessMedia",
    "x-tc-version": "2018-07-17",
    "x-tc-timestamp": String(draft.timestamp),
    authorization: authorize(draft),
    ...sent.headers,
  };
  for (const name of without) delete headers[name];
  const req = httpRequest({ host: "127.0.0.1", port, method, path, headers, setHost: false });
  req.end(body);
  const [res] = await once(req, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk);
  const { Response } = JSON.parse(Buffer.concat(chunks).toString() || "{}");
  return { status: res.statusCode, contentType: res.headers["content-type"], Response };
}

const codeOf = async (sent: Sent): Promise<string | undefined> => (await send(sent)).Response.Error?.Code;

describe("a right call", () => {
  test("is answered with the action's response and a request id", async () => {
    const { status, contentType, Response } = await send();
    expect(status).toBe(200);
    expect(contentType).toBe("application/json");
    expect(Response).toEqual({ TaskId: "AKIDlocal-1", RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test("may name a language and a region", async () => {
    const headers = { "x-tc-language": "en-US", "x-tc-region": "ap-guangzhou" };
    expect(await codeOf({ headers })).toBeUndefined();
  });

  test("may come to another host, where the credential scope tells the service", async () => {
    const headers = { "content-type": "application/json; charset=utf-8", host: "127.0.0.1:4000" };
    expect(await codeOf({ signing: { headers } })).toBeUndefined();
  });

  test("of temporary credentials carries their token", async () => {
    expect(await codeOf({ signing: temporary, headers: { "x-tc-token": temporary.token } })).toBeUndefined();
  });
});

describe("a refused call", () => {
  test("is answered in the official form", async () => {
    const { status, contentType, Response } = await send({ signing: { secretKey: "wrong" } });
    expect(status).toBe(200);
    expect(contentType).toBe("application/json");
    expect(Response).toEqual({
      Error: {
        Code: "AuthFailure.SignatureFailure",
        Message: "The provided credentials could not be validated. Please check your signature is correct.",
      },
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  const cases: [string, string, Sent][] = [
    ["AuthFailure.SignatureFailure", "without Authorization", { without: ["authorization"] }],
    [
      "AuthFailure.SignatureFailure",
      "with a malformed Authorization",
      { headers: { authorization: "SKIP" } },
    ],
    ["AuthFailure.SignatureFailure", "whose host is another service's", { signing: { service: "scf" } }],
    ["AuthFailure.SignatureExpire", "that is too old", { signing: { timestamp: nowMs / 1000 - 301 } }],
    ["AuthFailure.SignatureExpire", "of the future", { signing: { timestamp: nowMs / 1000 + 301 } }],
    ["MissingParameter", "without a timestamp", { without: ["x-tc-timestamp"] }],
    ["InvalidParameter", "whose timestamp is no number", { headers: { "x-tc-timestamp": "now" } }],
    ["AuthFailure.SecretIdNotFound", "of an unknown SecretId", { signing: { secretId: "AKIDother" } }],
    ["AuthFailure.TokenFailure", "of temporary credentials without a token", { signing: temporary }],
    [
      "AuthFailure.TokenFailure",
      "of temporary credentials with another token",
      { signing: temporary, headers: { "x-tc-token": "other" } },
    ],
    [
      "AuthFailure.TokenFailure",
      "of permanent credentials with a token",
      { headers: { "x-tc-token": "other" } },
    ],
    ["NoSuchVersion", "of another version", { headers: { "x-tc-version": "2024-07-18" } }],
    ["MissingParameter", "without a version", { without: ["x-tc-version"] }],
    ["MissingParameter", "without an action", { without: ["x-tc-action"] }],
    ["InvalidAction", "of an action that is not there", { headers: { "x-tc-action": "DeleteMedia" } }],
    ["InvalidAction", "of an action that every object has", { headers: { "x-tc-action": "constructor" } }],
    [
      "InvalidAction",
      "of an unknown service",
      {
        signing: {
          service: "cvm",
          headers: { "content-type": "application/json", host: "cvm.tencentcloudapi.com" },
        },
      },
    ],
    ["UnsupportedProtocol", "by PUT", { method: "PUT" }],
    ["UnsupportedProtocol", "by GET", { method: "GET", body: "" }],
    ["InvalidParameter", "to another path", { path: "/vod" }],
    ["InvalidParameter", "with a query", { path: "/?Action=ProcessMedia" }],
    [
      "InvalidParameter",
      "with a form",
      { signing: { headers: { "content-type": "multipart/form-data", host: "vod.tencentcloudapi.com" } } },
    ],
    ["InvalidParameter", "without a body", { body: "" }],
    ["InvalidParameter", "whose body is no JSON", { body: "FileId=1" }],
    ["InvalidParameter", "whose parameters are a list", { body: "[]" }],
    ["InvalidParameter", "with a parameter of a wrong type", { body: '{"FileId":1}' }],
    ["UnknownParameter", "with an unknown parameter", { body: '{"Fileid":"1"}' }],
    [
      "MissingParameter",
      "without a required parameter",
      { body: '{"MediaProcessTask":{"TranscodeTaskSet":[{}]}}' },
    ],
    ["InvalidParameter.RequestTooLarge", "of more than 10 MB", { body: " ".repeat(10 * 1024 * 1024 + 1) }],
    ["InvalidParameterValue.SessionId", "that the action refuses", { body: '{"SessionId":"again"}' }],
  ];

  test.each(cases)("gets %s: one %s", async (code, _, sent) => {
    const { status, Response } = await send(sent);
    expect(status).toBe(200);
    expect(Response.Error?.Code).toBe(code);
    expect(calls).toMatchObject([{ error: code }]);
    expect(bugs).toEqual([]);
  });

  test("of exactly 10 MB is not refused for its size", async () => {
    expect(await codeOf({ body: '{"FileId":"1"}'.padEnd(10 * 1024 * 1024) })).toBeUndefined();
  });

  test("with a body that is not UTF-8 is refused", async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expect((await send({ body })).Response.Error).toEqual({
      Code: "InvalidParameter",
      Message: "The request body is no JSON in UTF-8.",
    });
  });
});

test("a client that goes away in the middle of its body disturbs nobody", async () => {
  const port = await start();
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: vod.tencentcloudapi.com\r\nContent-Length: 100\r\n\r\n{");
  await once(running[0] ?? socket, "request");
  socket.destroy();
  await once(socket, "close");
  expect(await codeOf({ port })).toBeUndefined();
  expect(calls).toHaveLength(1);
});

describe("a bug of an action", () => {
  test.each(["PullEvents", "DescribeTaskDetail"])(
    "of %s is an InternalError, and told to us only",
    async (action) => {
      const body = action === "PullEvents" ? "{}" : '{"TaskId":"1"}';
      const { Response } = await send({ headers: { "x-tc-action": action }, body });
      expect(Response.Error).toEqual({ Code: "InternalError", Message: "An internal error has occurred." });
      expect(bugs).toEqual([expect.any(Error)]);
      expect(calls).toMatchObject([{ action, error: "InternalError" }]);
    },
  );

  test("goes to standard error where nobody else wants it", async () => {
    const print = jest.spyOn(console, "error").mockImplementation(() => {});
    const { onBug: _, ...options } = defaults;
    const port = await start(options);
    await send({ port, headers: { "x-tc-action": "PullEvents" }, body: "{}" });
    expect(print).toHaveBeenCalledWith(
      expect.any(String),
      expect.objectContaining({ message: "a bug of ours" }),
    );
    print.mockRestore();
  });

  test("in the record of calls does not keep the answer back", async () => {
    const port = await start({
      ...defaults,
      onCall: () => {
        throw new Error("disk full");
      },
    });
    expect(await codeOf({ port })).toBeUndefined();
    expect(bugs).toMatchObject([{ message: "disk full" }]);
  });
});

describe("the record of calls", () => {
  test("has every call, also refused ones", async () => {
    const port = await start();
    await send({ port });
    await send({ port, body: '{"FileId":2}' });
    await send({ port, method: "GET", body: "", without: ["authorization", "x-tc-action"] });
    expect(calls).toEqual([
      { service: "vod", action: "ProcessMedia", params: { FileId: "1" }, error: null },
      { service: "vod", action: "ProcessMedia", params: { FileId: 2 }, error: "InvalidParameter" },
      { service: "vod", action: "", params: null, error: "UnsupportedProtocol" },
    ]);
  });

  test("tells the service by the credential scope where the host does not", async () => {
    await send({ signing: { headers: { "content-type": "application/json", host: "localhost" } } });
    expect(calls).toMatchObject([{ service: "vod" }]);
  });
});
