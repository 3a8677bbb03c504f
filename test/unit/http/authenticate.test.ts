import { checkPath, checkSign } from "../../../lib/http/authenticate";
import { Refusal } from "../../../lib/http/refusal";
import { signature } from "../../helpers/notifications";

const TOKEN = "tAbCdEfGhIjKlMnOpQrStUvWxYz01234";

function statusOf(check: () => void): number | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.status;
    throw error;
  }
}

describe("path token", () => {
  const statusOfPath = (path: string | undefined, token: string | undefined = TOKEN) =>
    statusOf(() => checkPath(path, token));

  test.each(["/", "", "/anything/at/all", undefined])("without a token the path %j is right", (path) => {
    expect(statusOf(() => checkPath(path, undefined))).toBeUndefined();
  });

  test.each([`/${TOKEN}`, `/${TOKEN}/`, TOKEN, `/release/${TOKEN}`, `/test/vod/${TOKEN}`])(
    "a path that ends in the token is right: %s",
    (path) => {
      expect(statusOfPath(path)).toBeUndefined();
    },
  );

  test("a missing path is right even where a token is set", () => {
    expect(statusOfPath(undefined)).toBeUndefined();
  });

  test.each([
    "",
    "/",
    `/${TOKEN}x`,
    `/x${TOKEN}`,
    `/${TOKEN.slice(1)}`,
    `/${TOKEN.slice(0, -1)}`,
    `/${TOKEN.toLowerCase()}`,
    `/${TOKEN}/more`,
    `/${TOKEN}?`,
    "/undefined",
    "/ä",
  ])("any other path is not found: %j", (path) => {
    expect(statusOfPath(path)).toBe(404);
  });
});

describe("Sign and T", () => {
  const NOW_SECONDS = 1_790_000_000;
  const KEY = "FirstKey123";
  const NEXT_KEY = "NextKey456";
  const good = signature(KEY, NOW_SECONDS + 600);

  const statusOfSign = (
    body: object,
    query: object = {},
    keys: readonly string[] = [KEY],
    nowMs = NOW_SECONDS * 1000,
  ) => statusOf(() => checkSign({ ...body }, { ...query }, keys, nowMs));

  test("without keys nothing is checked", () => {
    expect(statusOfSign({}, {}, [])).toBeUndefined();
    expect(statusOfSign({ Sign: "wrong", T: "wrong" }, {}, [])).toBeUndefined();
  });

  test("MD5 of key and T at the body's top level is right", () => {
    expect(statusOfSign(good)).toBeUndefined();
  });

  test("the same in the query is right", () => {
    expect(statusOfSign({}, { Sign: good.Sign, T: String(good.T) })).toBeUndefined();
  });

  test("null in the body leaves the place to the query", () => {
    expect(statusOfSign({ Sign: null, T: null }, { Sign: good.Sign, T: String(good.T) })).toBeUndefined();
  });

  test("the body's pair counts where both have one", () => {
    expect(statusOfSign({ ...good, Sign: "0".repeat(32) }, good)).toBe(403);
  });

  test("T may be a numeric string and Sign in upper case", () => {
    expect(statusOfSign({ Sign: good.Sign.toUpperCase(), T: String(good.T) })).toBeUndefined();
  });

  test("while keys are being changed, either of the two is right", () => {
    for (const key of [KEY, NEXT_KEY]) {
      expect(statusOfSign(signature(key, NOW_SECONDS + 1), {}, [KEY, NEXT_KEY])).toBeUndefined();
    }
    expect(statusOfSign(signature("OtherKey", NOW_SECONDS + 1), {}, [KEY, NEXT_KEY])).toBe(403);
  });

  test("T is right from now on to the official ten minutes and a minute for clocks that differ", () => {
    for (const ahead of [0, 1, 600, 660]) {
      expect(statusOfSign(signature(KEY, NOW_SECONDS + ahead))).toBeUndefined();
    }
    for (const ahead of [-1, -3600, 661, 86_400]) {
      expect(statusOfSign(signature(KEY, NOW_SECONDS + ahead))).toBe(403);
    }
  });

  test("half a second after T it is past", () => {
    expect(statusOfSign(good, {}, [KEY], good.T * 1000 + 500)).toBe(403);
  });

  test.each([
    [{}],
    [{ Sign: good.Sign }],
    [{ T: good.T }],
    [{ ...good, Sign: "" }],
    [{ ...good, Sign: good.Sign.slice(1) }],
    [{ ...good, Sign: ` ${good.Sign}` }],
    [{ ...good, Sign: [good.Sign] }],
    [{ ...good, Sign: 5 }],
    [{ ...good, T: good.T + 1 }],
    [{ ...good, T: good.T + 0.5 }],
    [{ ...good, T: "" }],
    [{ ...good, T: ` ${good.T}` }],
    [{ ...good, T: `+${good.T}` }],
    [{ ...good, T: `${good.T}.0` }],
    [{ ...good, T: "1e9" }],
    [{ ...good, T: 1e21 }],
    [{ ...good, T: -good.T }],
    [{ ...good, T: Number.NaN }],
    [{ ...good, T: [good.T] }],
    [{ ...good, T: true }],
    [{ ...good, T: "9".repeat(400) }],
  ])("missing, malformed or wrong is 403: %j", (body) => {
    expect(statusOfSign(body)).toBe(403);
  });

  test("Sign and T count at the top level of the body only", () => {
    expect(statusOfSign({ FileUploadEvent: good })).toBe(403);
  });

  test("a signature made the other way round, T before the key, is wrong", () => {
    const { T } = good;
    expect(statusOfSign({ Sign: signature(String(T), Number.parseInt(KEY, 36)).Sign, T })).toBe(403);
  });

  test("the refusal has neither the key nor the right signature", () => {
    try {
      checkSign({ Sign: "wrong", T: good.T }, {}, [KEY], NOW_SECONDS * 1000);
    } catch (error) {
      expect(String(error)).not.toContain(KEY);
      expect(String(error)).not.toContain(good.Sign);
    }
    expect.assertions(2);
  });
});
