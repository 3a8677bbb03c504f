import fc from "fast-check";
import { checkPath, checkSign } from "../../lib/http/authenticate";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject, parseJson } from "../../lib/json";
import { anyJson, jsonObject, nastyText } from "../helpers/arbitraries";
import { NOW } from "../helpers/clock";
import { signature } from "../helpers/notifications";

const RUNS = { numRuns: 300 };
const NOW_SECONDS = NOW / 1000;

const key = fc.stringMatching(/^[A-Za-z0-9]{1,32}$/);
const token = fc.stringMatching(/^[A-Za-z0-9._~-]{1,64}$/);
const validT = fc.integer({ min: NOW_SECONDS, max: NOW_SECONDS + 600 });

function statusOf(check: () => void): number | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error instanceof Refusal ? error.status : Number.NaN;
  }
}

test("what VOD signs passes with any key, in any case, T as a number or text, in the body or the query", () => {
  fc.assert(
    fc.property(key, validT, fc.boolean(), fc.boolean(), fc.boolean(), fc.option(key), (...drawn) => {
      const [signKey, T, upper, asText, inQuery, other] = drawn;
      const { Sign } = signature(signKey, T);
      const pair = { Sign: upper ? Sign.toUpperCase() : Sign, T: asText ? String(T) : T };
      const keys = other === null ? [signKey] : [other, signKey];
      const [body, query] = inQuery ? [{}, pair] : [pair, {}];
      expect(statusOf(() => checkSign(body, query, keys, NOW))).toBeUndefined();
    }),
    RUNS,
  );
});

test("with another key, another T or a changed digit it is 403", () => {
  fc.assert(
    fc.property(
      key,
      key,
      validT,
      fc.nat(31),
      fc.integer({ min: 1, max: 600 }),
      (signKey, other, T, digit, shift) => {
        fc.pre(signKey !== other);
        const { Sign } = signature(signKey, T);
        const changed = Sign.slice(0, digit) + (Sign[digit] === "0" ? "1" : "0") + Sign.slice(digit + 1);
        expect(statusOf(() => checkSign({ Sign, T }, {}, [other], NOW))).toBe(403);
        expect(statusOf(() => checkSign({ Sign: changed, T }, {}, [signKey], NOW))).toBe(403);
        expect(statusOf(() => checkSign({ Sign, T: T + shift }, {}, [signKey], NOW))).toBe(403);
      },
    ),
    RUNS,
  );
});

test("rightly signed, but past or far ahead, is 403", () => {
  const past = fc.integer({ min: -NOW_SECONDS, max: -1 });
  const far = fc.integer({ min: 601 + 300, max: 10 ** 9 });
  fc.assert(
    fc.property(key, fc.oneof(past, far), (signKey, ahead) => {
      const pair = signature(signKey, NOW_SECONDS + ahead);
      expect(statusOf(() => checkSign({ ...pair }, {}, [signKey], NOW))).toBe(403);
    }),
    RUNS,
  );
});

test("whatever else stands in their places is 403, and nothing throws another error", () => {
  fc.assert(
    fc.property(jsonObject, jsonObject, anyJson, anyJson, key, (body, query, Sign, T, signKey) => {
      expect(statusOf(() => checkSign({ ...body, Sign, T }, query, [signKey], NOW))).toBe(403);
      expect(statusOf(() => checkSign(body, { ...query, Sign, T }, [signKey], NOW))).toBe(403);
    }),
    RUNS,
  );
});

test("a path is right where its last segment is the token, and nowhere else", () => {
  fc.assert(
    fc.property(token, nastyText(), (pathToken, text) => {
      expect(statusOf(() => checkPath(`/${text}/${pathToken}`, pathToken))).toBeUndefined();
      const right = text.split("/").at(-1) === pathToken;
      expect(statusOf(() => checkPath(text, pathToken))).toBe(right ? undefined : 404);
      expect(statusOf(() => checkPath(`/${pathToken}${text}x`, pathToken))).toBe(404);
    }),
    RUNS,
  );
});

/** JSON texts of a pair that no JSON writer makes, with what they must come to. */
const strangePair = fc.oneof(
  // The last of two equal keys counts, whatever stands in the first.
  fc
    .constantFrom('"Sign":"0","Sign":SIGN,"T":1,"T":EXPIRY', '"T":[],"Sign":{},"T":EXPIRY,"Sign":SIGN')
    .map((text) => ({ text, right: true })),
  fc
    .constantFrom(
      '"Sign":SIGN,"Sign":"0","T":EXPIRY',
      '"Sign":SIGN,"T":EXPIRY,"T":1',
      '"__proto__":{"Sign":SIGN,"T":EXPIRY}',
      '"constructor":{"prototype":{"Sign":SIGN,"T":EXPIRY}}',
      '"Sign":[SIGN],"T":[EXPIRY]',
      '"Sign":SIGN,"T":1e999',
      '"Sign":SIGN,"T":-0',
      '"Sign":SIGN,"T":EXPIRY.5',
      '"Sign":SIGN,"T":EXPIRY000000000000',
      '"Sign":SIGN,"T":"EXPIRY "',
      '"Sign":SIGN,"T":"+EXPIRY"',
      '"Sign":SIGN,"T":"0xEXPIRY"',
      '"Sign":"\\ud800","T":EXPIRY',
    )
    .map((text) => ({ text, right: false })),
);

test("a pair is what JSON says it is, however strangely it is written", () => {
  fc.assert(
    fc.property(key, validT, strangePair, (signKey, T, { text, right }) => {
      const { Sign } = signature(signKey, T);
      const json = text.replaceAll("SIGN", JSON.stringify(Sign)).replaceAll("EXPIRY", String(T));
      const body = parseJson(`{${json}}`);
      if (!isJsonObject(body)) throw new Error("it is an object");
      expect(statusOf(() => checkSign(body, {}, [signKey], NOW))).toBe(right ? undefined : 403);
    }),
    RUNS,
  );
});
