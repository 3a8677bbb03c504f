import { EventEmitter, once } from "node:events";
import { request } from "node:http";
import { type Gateway, type GatewayOptions, openGateway } from "../../../local-cloud/scf/gateway/gateway";
import type { Invocation } from "../../../local-cloud/scf/runtime/invocation";
import { Bench } from "../../helpers/scf";

const MALFORMED = {
  errno: 403,
  error: "Invalid scf response format. please check your scf response format.",
};
const FULL = { isBase64Encoded: false, statusCode: 200, headers: {}, body: "" };

let gateway: Gateway | undefined;
let events: unknown[];
let answer: Partial<Invocation>;
beforeEach(() => {
  events = [];
  answer = { result: FULL };
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

/** Opens a gateway in the place of the one before it. */
async function open(options: Omit<GatewayOptions, "invoke">): Promise<string> {
  await gateway?.close();
  gateway = await openGateway({
    ...options,
    async invoke(event, requestId) {
      events.push(event);
      return { requestId, durationMs: 1, memoryMb: 1, ...answer };
    },
  });
  return gateway.address;
}

async function answers(address: string, result: unknown) {
  answer = { result };
  const response = await fetch(address);
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

test("a function URL's event has the observed keys and lower-case headers", async () => {
  const address = await open({ shape: "function-url" });
  const body = '{"name": "Jöhn"}';
  await fetch(`${address}/tango/%20?a=1&b=%20x&empty`, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Own": "1",
      "X-Scf-Request-Id": "faked",
    },
    body,
  });
  expect(events).toEqual([
    {
      body,
      headers: expect.objectContaining({
        "content-type": "application/x-www-form-urlencoded",
        "content-length": "17",
        "x-own": "1",
        "x-scf-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
        "x-scf-remote-addr": "127.0.0.1",
      }),
      httpMethod: "POST",
      path: "/tango/%20",
      queryString: { a: "1", b: " x", empty: "" },
      headerParameters: {},
      isBase64Encoded: false,
      pathParameters: {},
      queryStringParameters: {},
      requestContext: { sourceIp: "127.0.0.1" },
    },
  ]);
  expect(events[0]).not.toHaveProperty("headers.host");
  await fetch(address);
  expect(events[1]).toMatchObject({ httpMethod: "GET", path: "/", body: "", queryString: {} });
});

test("an API Gateway's event has the documented keys, and its path is without the stage", async () => {
  const address = await open({ shape: "api-gateway" });
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/release$/);
  await fetch(`${address}/test/value?foo=bar`, { method: "POST", body: "{}" });
  expect(events).toEqual([
    {
      requestContext: {
        serviceId: expect.stringMatching(/^service-\w{8}$/),
        path: "/",
        httpMethod: "POST",
        requestId: expect.any(String),
        identity: {},
        sourceIp: "127.0.0.1",
        stage: "release",
      },
      headers: expect.objectContaining({ host: expect.any(String), requestsource: "APIGW" }),
      body: "{}",
      pathParameters: {},
      queryStringParameters: {},
      headerParameters: {},
      stageVariables: { stage: "release" },
      path: "/test/value",
      queryString: { foo: "bar" },
      httpMethod: "POST",
    },
  ]);
  await fetch(address);
  expect(events[1]).toMatchObject({ path: "/" });
  expect((await fetch(new URL("/other", address))).status).toBe(404);
  expect((await fetch(new URL("/releases", address))).status).toBe(404);
  expect(events).toHaveLength(2);
});

test("an API Gateway with base64 encodes every body and says so with a string", async () => {
  const address = await open({ shape: "api-gateway", base64: true });
  await fetch(address, { method: "POST", body: new Uint8Array([0xff, 0]) });
  expect(events).toEqual([expect.objectContaining({ body: "/wA=", isBase64Encoded: "true" })]);
});

test.each(["function-url", "api-gateway"] as const)(
  "%s: a right response reaches the client",
  async (shape) => {
    const address = await open({ shape });
    answer = {
      result: {
        isBase64Encoded: true,
        statusCode: 418,
        headers: {
          "Content-Type": "text/plain",
          "Set-Cookie": ["a=1", "b=2"],
          "Content-Length": "999",
          Trailer: "x",
        },
        body: "aMOp",
      },
    };
    const response = await fetch(address);
    expect(response.status).toBe(418);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toBe("hé");
    answer = { result: { ...FULL, statusCode: 204 } };
    expect((await fetch(address)).status).toBe(204);
  },
);

const WRONG: [string, unknown][] = [
  ["a status that is a string", { ...FULL, statusCode: "200" }],
  ["a status that is no integer", { ...FULL, statusCode: 200.5 }],
  ["a status that HTTP doesn't have", { ...FULL, statusCode: 1000 }],
  ["a body that is an object", { ...FULL, body: {} }],
  ["a body that is null", { ...FULL, body: null }],
  ["headers that are no object", { ...FULL, headers: "a" }],
  ["headers that are a list", { ...FULL, headers: [] }],
  ["a header that is a number", { ...FULL, headers: { a: 1 } }],
  ["a header's name that HTTP doesn't allow", { ...FULL, headers: { "a b": "1" } }],
  ["a header with a line break", { ...FULL, headers: { a: "1\r\nb: 2" } }],
  ["a base64 flag that is a string", { ...FULL, isBase64Encoded: "false" }],
];

test.each(WRONG)("%s is refused in both shapes", async (_, result) => {
  for (const shape of ["function-url", "api-gateway"] as const) {
    const { status, text } = await answers(await open({ shape }), result);
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 403, body: MALFORMED });
  }
});

test("API Gateway refuses a response that is not complete", async () => {
  const address = await open({ shape: "api-gateway" });
  for (const result of [
    null,
    "text",
    [],
    {},
    { statusCode: 200, body: "" },
    { ...FULL, headers: undefined },
  ]) {
    const { status, text } = await answers(address, JSON.parse(JSON.stringify(result)));
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 403, body: MALFORMED });
  }
});

test("a function URL answers other output as JSON, and a response without headers as it is", async () => {
  const address = await open({ shape: "function-url" });
  for (const result of [{ ok: true }, [1], "text", null, 5]) {
    expect(await answers(address, result)).toEqual({
      status: 200,
      type: "application/json",
      text: JSON.stringify(result),
    });
  }
  expect(await answers(address, { statusCode: 201 })).toEqual({ status: 201, type: null, text: "" });
});

test("a function's error is the answer, which API Gateway gives a timeout of the function as a 200", async () => {
  answer = { error: { statusCode: 433, message: "Invoking task timed out after 3 seconds" } };
  const expected = {
    errorCode: -1,
    errorMessage: "Invoking task timed out after 3 seconds",
    statusCode: 433,
  };
  const url = await fetch(await open({ shape: "function-url" }));
  expect(url.status).toBe(433);
  expect(await url.json()).toEqual({ ...expected, requestId: expect.any(String) });
  const address = await open({ shape: "api-gateway" });
  const api = await fetch(address);
  expect(api.status).toBe(200);
  expect(await api.json()).toMatchObject(expected);
  answer = { error: { statusCode: 430, message: "boom", stackTrace: "Error: boom" } };
  expect((await fetch(address)).status).toBe(430);
});

test.each(["function-url", "api-gateway"] as const)("%s: a request over 6 MB is refused", async (shape) => {
  const address = await open({ shape, base64: true });
  const response = await fetch(address, { method: "POST", body: "x".repeat(6 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  const encoded = await fetch(address, { method: "POST", body: "x".repeat(5 * 1024 * 1024) });
  expect(encoded.status).toBe(shape === "api-gateway" ? 413 : 200);
});

test("a body whose fate on the platform is not known, and a target that is no path, are refused", async () => {
  const address = await open({ shape: "function-url" });
  expect((await fetch(address, { method: "POST", body: new Uint8Array([0xff]) })).status).toBe(400);
  const [response] = await once(request(address, { method: "OPTIONS", path: "*" }).end(), "response");
  expect(response.resume().statusCode).toBe(400);
  expect(events).toEqual([]);
});

test("closing drops a request that waits for its function", async () => {
  const calls = new EventEmitter();
  const { address, close } = await openGateway({
    shape: "function-url",
    async invoke() {
      calls.emit("one");
      return new Promise(() => {});
    },
  });
  const invoked = once(calls, "one");
  const refused = expect(fetch(address)).rejects.toThrow();
  await invoked;
  await close();
  await refused;
});

test("a gateway in front of a real function carries its answer and its request id", async () => {
  const bench = new Bench();
  await bench.deploy(
    "exports.main_handler = async ({ headers, body }, context) => ({ body, same: headers['x-scf-request-id'] === context.request_id });",
  );
  gateway = await openGateway({
    shape: "function-url",
    invoke: (event, requestId) => bench.functions.invoke("vod_demo", "callback", event, { requestId }),
  });
  const response = await fetch(gateway.address, { method: "POST", body: "hello" });
  expect(await response.json()).toEqual({ body: "hello", same: true });
  await bench.functions.close();
});
