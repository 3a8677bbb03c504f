import fc from "fast-check";
import { parseGatewayEvent } from "../../lib/http/gateway";
import { Refusal } from "../../lib/http/refusal";
import { anyJson, nastyText } from "../helpers/arbitraries";
import { base64 } from "../helpers/gateway-events";

const RUNS = { numRuns: 300 };

const member = fc.oneof(anyJson, fc.constant(undefined));
const looseEvent = fc.record(
  {
    body: fc.oneof(nastyText(), nastyText().map(base64), member),
    headers: fc.oneof(
      fc.dictionary(fc.constantFrom("x-scf-remote-addr", "X-SCF-Remote-Addr"), anyJson),
      member,
    ),
    httpMethod: fc.oneof(fc.constantFrom("POST", "get"), member),
    path: fc.oneof(nastyText(), member),
    queryString: member,
    queryStringParameters: member,
    requestContext: fc.oneof(fc.record({ sourceIp: anyJson }), member),
    isBase64Encoded: fc.oneof(fc.constantFrom<unknown>(true, false, "true", "false"), member),
  },
  { requiredKeys: [] },
);

test("any event is read, and its body is text or a refusal with 400", () => {
  fc.assert(
    fc.property(fc.oneof(anyJson, looseEvent), (event) => {
      const request = parseGatewayEvent(event);
      expect(request.method).toBe(request.method.toUpperCase());
      expect(request.length).toBeGreaterThanOrEqual(0);
      for (const text of [request.path, request.sourceAddress()])
        expect(["string", "undefined"]).toContain(typeof text);
      try {
        expect(request.text()).not.toBe("");
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        expect(error).toMatchObject({ status: 400 });
      }
    }),
    RUNS,
  );
});

test("a body comes through as it was sent, plain or in base64, and weighs what it weighs", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.boolean(), (body, encoded) => {
      const request = parseGatewayEvent({ body: encoded ? base64(body) : body, isBase64Encoded: encoded });
      expect(request.text()).toBe(body);
      expect(request.length).toBe(Buffer.byteLength(body));
    }),
    RUNS,
  );
});

test("nothing in a query changes what every object has", () => {
  fc.assert(
    fc.property(anyJson, anyJson, (queryString, queryStringParameters) => {
      const query = parseGatewayEvent({ queryString, queryStringParameters }).query();
      expect(Object.getPrototypeOf(query)).toBe(Object.prototype);
      expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("Sign");
    }),
    RUNS,
  );
});

test("base64 with anything in it that is none is a refusal, never another text", () => {
  const wrong = fc.constantFrom("-", "_", " ", "\n", "=", "é", "\u0000", "*");
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), wrong, (body, position, character) => {
      const right = base64(body);
      const at = position % right.replace(/=+$/, "").length;
      const changed = right.slice(0, at) + character + right.slice(at);
      const request = parseGatewayEvent({ body: changed, isBase64Encoded: true });
      expect(() => request.text()).toThrow(Refusal);
    }),
    RUNS,
  );
});

test("a body of 6 MB is weighed and read in either form", () => {
  const body = "视".repeat(2 * 1024 * 1024);
  for (const isBase64Encoded of [true, false]) {
    const request = parseGatewayEvent({ body: isBase64Encoded ? base64(body) : body, isBase64Encoded });
    expect(request.length).toBe(6 * 1024 * 1024);
    expect(request.text()).toBe(body);
  }
});
