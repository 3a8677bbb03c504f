import { parseGatewayEvent, respond } from "../../../lib/http/gateway";
import { Refusal } from "../../../lib/http/refusal";
import {
  apiGatewayEvent,
  base64,
  EVENT_FORMS,
  functionUrlEvent,
  SOURCE_ADDRESS,
} from "../../helpers/gateway-events";

const BODY = '{"EventType":"Ünïcödé 视频 🎬"}';

describe.each(EVENT_FORMS)("an event of %s", (_name, makeEvent) => {
  test("gives its method, path, query, sender and body", () => {
    const request = parseGatewayEvent(makeEvent(BODY, { path: "/a/b", queryString: { T: "5" } }));
    expect(request).toMatchObject({
      method: "POST",
      path: "/a/b",
      length: Buffer.byteLength(BODY),
    });
    expect(request.query()).toEqual({ T: "5" });
    expect(request.sourceAddress()).toBe(SOURCE_ADDRESS);
    expect(request.text()).toBe(BODY);
  });
});

test("both names of the query count", () => {
  const event = functionUrlEvent("{}", { queryString: { a: "1" }, queryStringParameters: { b: "2" } });
  expect(parseGatewayEvent(event).query()).toEqual({ a: "1", b: "2" });
});

test.each(["x-scf-remote-addr", "X-Scf-Remote-Addr", "X-SCF-REMOTE-ADDR"])(
  "the sender is found in a header written %s",
  (name) => {
    const event = functionUrlEvent("{}", { headers: { [name]: SOURCE_ADDRESS } });
    expect(parseGatewayEvent(event).sourceAddress()).toBe(SOURCE_ADDRESS);
  },
);

test("a missing method counts as POST, any other is returned in upper case", () => {
  expect(parseGatewayEvent({ body: "{}" }).method).toBe("POST");
  expect(parseGatewayEvent(functionUrlEvent("{}", { httpMethod: "get" })).method).toBe("GET");
});

test("a missing path stays missing, one that is no text is no right one", () => {
  expect(parseGatewayEvent({}).path).toBeUndefined();
  expect(parseGatewayEvent({ path: null }).path).toBeUndefined();
  expect(parseGatewayEvent({ path: 5 }).path).toBe("");
});

test.each([true, "true"])("with isBase64Encoded %j the body is decoded", (isBase64Encoded) => {
  const request = parseGatewayEvent(functionUrlEvent(base64(BODY), { isBase64Encoded }));
  expect(request.text()).toBe(BODY);
  expect(request.length).toBe(Buffer.byteLength(BODY));
});

test.each([false, "false", "", 1, null, undefined])(
  "with isBase64Encoded %j the body is taken as it is",
  (isBase64Encoded) => {
    expect(parseGatewayEvent(functionUrlEvent(BODY, { isBase64Encoded })).text()).toBe(BODY);
  },
);

test("the content type is not trusted", () => {
  const headers = { "Content-Type": "multipart/form-data; boundary=x" };
  expect(parseGatewayEvent(functionUrlEvent(BODY, { headers })).text()).toBe(BODY);
});

test.each([undefined, null, "", 5, true, {}, []])("a body that is %j is refused with 400", (body) => {
  for (const isBase64Encoded of [false, true]) {
    const request = parseGatewayEvent(functionUrlEvent("", { body, isBase64Encoded }));
    expect(request.length).toBe(0);
    expect(() => request.text()).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => request.text()).toThrow(Refusal);
  }
});

test.each(["{}", "a", "abc", "ab=c", "a===", "ab cd===", "=", "e30=e30=", "%%%%"])(
  "%j is no base64 and refused with 400",
  (body) => {
    const request = parseGatewayEvent(apiGatewayEvent("", { body }));
    expect(() => request.text()).toThrow(expect.objectContaining({ status: 400 }));
  },
);

test("lengths of base64 are those of the decoded bytes, whatever the padding", () => {
  for (const text of ["a", "ab", "abc", "abcd", "ü"]) {
    expect(parseGatewayEvent(apiGatewayEvent(text)).length).toBe(Buffer.byteLength(text));
  }
});

test.each([null, undefined, "text", 5, [], [{}], { headers: [], requestContext: "x", queryString: 5 }])(
  "an event that is %j is a request with nothing in it",
  (event) => {
    const request = parseGatewayEvent(event);
    expect(request).toMatchObject({ method: "POST", length: 0 });
    expect(request.query()).toEqual({});
    expect(request.sourceAddress()).toBeUndefined();
  },
);

describe("respond", () => {
  test("makes an integrated response", () => {
    expect(respond(405, "no", "text/plain", { Allow: "POST" })).toEqual({
      isBase64Encoded: false,
      statusCode: 405,
      headers: { "Content-Type": "text/plain; charset=utf-8", Allow: "POST" },
      body: "no",
    });
  });

  test("answers in plain text where nothing else is said", () => {
    expect(respond(400, "no").headers).toEqual({ "Content-Type": "text/plain; charset=utf-8" });
  });
});
