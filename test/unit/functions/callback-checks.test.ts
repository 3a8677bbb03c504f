import { expectIntegratedResponse, openCallback } from "../../helpers/callback";
import { NOW } from "../../helpers/clock";
import { apiGatewayEvent, EVENT_FORMS, functionUrlEvent, type Overrides } from "../../helpers/gateway-events";
import { signature } from "../../helpers/notifications";

const MAX_BODY_BYTES = 6 * 1024 * 1024;
const TOKEN = "tAbCdEfGhIjKlMnOpQrStUvWxYz01234";
const KEY = "MarkedSignKey1";
const good = signature(KEY, NOW / 1000 + 600);
const wrong = { ...good, Sign: "0".repeat(32) };
const unknownType = { EventType: "SomethingNew" };

/** A notification of unknown type that is so many bytes long. */
function bodyOf(bytes: number, filler = "x"): string {
  const frame = JSON.stringify({ EventType: "SomethingNew", Filler: "" });
  const size = bytes - Buffer.byteLength(frame);
  const weight = Buffer.byteLength(filler);
  const filling = filler.repeat(Math.floor(size / weight)) + "x".repeat(size % weight);
  return frame.replace('""', () => `"${filling}"`);
}

async function statusOf(event: unknown, options?: Parameters<typeof openCallback>[0]): Promise<number> {
  const response = await openCallback(options).handle(event);
  expectIntegratedResponse(response);
  return response.statusCode;
}

describe("the order of the checks", () => {
  const guarded = { config: { path_token: TOKEN, sign_keys: [KEY] } };
  const [badPath, rightPath] = ["/elsewhere", `/release/${TOKEN}`];
  const tooLarge = "x".repeat(MAX_BODY_BYTES + 1);

  test.each<[string, number, unknown, Overrides]>([
    ["a wrong path before a GET", 404, "", { path: badPath, httpMethod: "GET" }],
    ["a wrong path before a body that is too large", 404, tooLarge, { path: badPath }],
    ["a wrong path before a body that is no JSON", 404, "{", { path: badPath }],
    ["a wrong path before a wrong Sign", 404, { ...unknownType, ...wrong }, { path: badPath }],
    ["a GET before a body that is too large", 405, tooLarge, { path: rightPath, httpMethod: "GET" }],
    ["a GET before a missing body", 405, "", { path: rightPath, httpMethod: "GET" }],
    ["too large before no JSON", 413, tooLarge, { path: rightPath }],
    [
      "too large before no base64",
      413,
      `${"A".repeat(9_000_000)}!`,
      { path: rightPath, isBase64Encoded: true },
    ],
    ["no JSON before a missing Sign", 400, "{", { path: rightPath }],
    ["no JSON object before a missing Sign", 400, "[]", { path: rightPath }],
    ["a missing body before a missing Sign", 400, "", { path: rightPath }],
    ["a missing Sign before a missing EventType", 403, {}, { path: rightPath }],
    [
      "a wrong Sign before a missing payload",
      403,
      { EventType: "NewFileUpload", ...wrong },
      { path: rightPath },
    ],
    [
      "a wrong Sign before the installer's test",
      403,
      { EventType: "InstallerSelfTest" },
      { path: rightPath },
    ],
    ["a right Sign, then a missing EventType", 400, { ...good }, { path: rightPath }],
    ["a right Sign, then a missing payload", 400, { EventType: "FileDeleted", ...good }, { path: rightPath }],
    ["everything right", 200, { ...unknownType, ...good }, { path: rightPath }],
  ])("%s: %i", async (_name, status, body, overrides) => {
    for (const [, makeEvent] of EVENT_FORMS) {
      const plain = makeEvent === apiGatewayEvent && overrides["isBase64Encoded"] === true;
      if (!plain) expect(await statusOf(makeEvent(body, overrides), guarded)).toBe(status);
    }
  });
});

describe("path", () => {
  test.each([`/${TOKEN}`, `/release/${TOKEN}`, undefined, null])(
    "%j is right where a token is set",
    async (path) => {
      expect(await statusOf(functionUrlEvent(unknownType, { path }), { env: { PATH_TOKEN: TOKEN } })).toBe(
        200,
      );
    },
  );

  test.each(["/", "", `/${TOKEN}/x`, "/elsewhere", 5, {}])("%j is 404 where a token is set", async (path) => {
    expect(await statusOf(functionUrlEvent(unknownType, { path }), { env: { PATH_TOKEN: TOKEN } })).toBe(404);
  });

  test("the environment's token wins over the file's", async () => {
    const options = { config: { path_token: "fileToken" }, env: { PATH_TOKEN: TOKEN } };
    expect(await statusOf(functionUrlEvent(unknownType, { path: `/${TOKEN}` }), options)).toBe(200);
    expect(await statusOf(functionUrlEvent(unknownType, { path: "/fileToken" }), options)).toBe(404);
  });
});

describe("method", () => {
  test.each(["POST", "post", undefined, null])("%j is taken", async (httpMethod) => {
    expect(await statusOf(functionUrlEvent(unknownType, { httpMethod }))).toBe(200);
  });

  test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])(
    "%s is 405 with what is allowed",
    async (httpMethod) => {
      const response = await openCallback().handle(functionUrlEvent(unknownType, { httpMethod }));
      expect(response).toMatchObject({ statusCode: 405, headers: { Allow: "POST" } });
    },
  );
});

describe("size", () => {
  test.each([
    ["plain", functionUrlEvent],
    ["in base64", apiGatewayEvent],
  ])("exactly 6 MB pass and one byte more is 413, %s", async (_name, makeEvent) => {
    expect(await statusOf(makeEvent(bodyOf(MAX_BODY_BYTES)))).toBe(200);
    for (const more of [1, 2, 3]) expect(await statusOf(makeEvent(bodyOf(MAX_BODY_BYTES + more)))).toBe(413);
  });

  test("bytes count, not characters", async () => {
    expect(await statusOf(functionUrlEvent(bodyOf(MAX_BODY_BYTES, "视")))).toBe(200);
    expect(await statusOf(functionUrlEvent(bodyOf(MAX_BODY_BYTES + 1, "视")))).toBe(413);
  });
});

describe("body", () => {
  test.each([
    undefined,
    null,
    "",
    " ",
    "{",
    "nonsense",
    "null",
    "[]",
    '"text"',
    "5",
    "EventType=NewFileUpload",
    "{}x",
  ])("%j is 400", async (body) => {
    expect(await statusOf(functionUrlEvent("", { body }))).toBe(400);
  });

  test("base64 that is none is 400", async () => {
    expect(await statusOf(apiGatewayEvent("", { body: JSON.stringify(unknownType) }))).toBe(400);
  });

  test("JSON counts whatever the content type says", async () => {
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "image/png"]) {
      expect(await statusOf(functionUrlEvent(unknownType, { headers: { "CONTENT-TYPE": type } }))).toBe(200);
    }
  });
});

describe("Sign and T", () => {
  const body = (extra: object) => functionUrlEvent({ ...unknownType, ...extra });

  test("the environment's keys win over the file's", async () => {
    const options = { config: { sign_keys: ["fileKey"] }, env: { SIGN_KEY: KEY } };
    expect(await statusOf(body(good), options)).toBe(200);
    expect(await statusOf(body(signature("fileKey", good.T)), options)).toBe(403);
  });

  test("both keys pass while they are being changed", async () => {
    const options = { env: { SIGN_KEY: "oldKey", SIGN_KEY_NEXT: KEY } };
    for (const key of ["oldKey", KEY])
      expect(await statusOf(body(signature(key, good.T)), options)).toBe(200);
  });

  test.each(["queryString", "queryStringParameters"])("the pair may stand in %s", async (name) => {
    const event = functionUrlEvent(unknownType, { [name]: { Sign: good.Sign, T: String(good.T) } });
    expect(await statusOf(event, { env: { SIGN_KEY: KEY } })).toBe(200);
  });

  test("past, too far ahead, wrong, unsigned are 403", async () => {
    for (const pair of [{}, wrong, signature(KEY, NOW / 1000 - 1), signature(KEY, NOW / 1000 + 3600)]) {
      expect(await statusOf(body(pair), { env: { SIGN_KEY: KEY } })).toBe(403);
    }
  });
});
