import * as fc from "fast-check";
import { type SignedRequest, verifySignature } from "../../../local-cloud/api/signature";
import { refusalOf } from "../../helpers/api-refusal";
import { FORMS, type Sent, requestOf as signForm } from "../../helpers/api-request";
import { authorize, type Draft } from "../../helpers/signer";

// The example credentials, requests and signatures of "Signature v3" in Tencent's API documents.
const published = {
  secretId: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
  secretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
};
const publishedGet: Draft = {
  ...published,
  service: "cvm",
  timestamp: 1539084154,
  method: "GET",
  query: "Limit=10&Offset=0",
  headers: { "content-type": "application/x-www-form-urlencoded", host: "cvm.tencentcloudapi.com" },
  body: "",
};
const publishedPost: Draft = {
  ...published,
  service: "cvm",
  timestamp: 1551113065,
  method: "POST",
  query: "",
  headers: { "content-type": "application/json; charset=utf-8", host: "cvm.tencentcloudapi.com" },
  body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
};
const getSignature = "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474";
const postSignature = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168";

function requestOf(draft: Draft, authorization = authorize(draft)): SignedRequest {
  return {
    method: draft.method,
    path: "/",
    query: draft.query,
    headers: { ...draft.headers, authorization, "x-tc-timestamp": String(draft.timestamp) },
    body: Buffer.from(draft.body.toString()),
  };
}

/** How a server that knows the key of `known` and whose clock is right takes the request. */
function refusal(request: SignedRequest, known: Draft, nowMs = known.timestamp * 1000): string {
  return refusalOf(() =>
    verifySignature(request, (id) => (id === known.secretId ? known : undefined), nowMs),
  );
}

describe("the published requests", () => {
  const scope = (date: string, signature: string): string =>
    `TC3-HMAC-SHA256 Credential=${published.secretId}/${date}/cvm/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`;

  test.each([
    ["GET", publishedGet, scope("2018-10-09", getSignature)],
    ["POST", publishedPost, scope("2019-02-25", postSignature)],
  ])("the %s request verifies", (_, draft, authorization) => {
    const request = requestOf(draft, authorization);
    const caller = verifySignature(request, () => published, draft.timestamp * 1000);
    expect(caller).toEqual({ secretId: published.secretId });
  });

  test("one request's signature does not fit the other", () => {
    expect(refusal(requestOf(publishedPost, scope("2019-02-25", getSignature)), publishedPost)).toMatch(
      /^AuthFailure.SignatureFailure/,
    );
  });
});

const letters = (alphabet: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
const drafts: fc.Arbitrary<Draft> = fc.record({
  secretId: letters("AKIDabcdef0123456789", 4, 40),
  secretKey: fc.string({ minLength: 1, maxLength: 40 }),
  service: fc.constantFrom("vod", "scf", "cls"),
  timestamp: fc.integer({ min: 1, max: 99_999_999_999 }),
  method: fc.constantFrom("POST", "GET"),
  query: fc.constantFrom("", "a=1&b=%20"),
  headers: fc.record(
    {
      "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8"),
      host: fc.constantFrom("127.0.0.1:8080", "localhost", "[::1]:99"),
      "x-tc-action": fc.constantFrom("ProcessMedia", "PullEvents"),
      "x-note": letters("abc 123", 1, 20),
    },
    { requiredKeys: ["content-type", "host"] },
  ),
  body: fc.string({ unit: "binary", maxLength: 60 }),
});

/** Another character in place of one of the text's, and not only another case. */
function spoil(text: string, at: number, by: number): string {
  const index = at % text.length;
  const code = text.toLowerCase().charCodeAt(index);
  return (
    text.slice(0, index) + (code === 48 + by ? "_" : String.fromCharCode(48 + by)) + text.slice(index + 1)
  );
}

describe("any request", () => {
  test("verifies where it was signed with the right key", () => {
    fc.assert(fc.property(drafts, (draft) => expect(refusal(requestOf(draft), draft)).toBe("")));
  });

  test("is refused where a byte of the body differs from the signed one", () => {
    fc.assert(
      fc.property(drafts, fc.nat(), fc.integer({ min: 1, max: 255 }), (draft, at, mask) => {
        const request = requestOf({ ...draft, body: `${draft.body}.` });
        const index = at % request.body.length;
        request.body[index] = (request.body[index] ?? 0) ^ mask;
        expect(refusal(request, draft)).toMatch(/^AuthFailure.SignatureFailure/);
      }),
    );
  });

  test("is refused where a character of a signed header differs", () => {
    fc.assert(
      fc.property(drafts, fc.nat(), fc.nat(), fc.nat(9), (draft, which, at, by) => {
        const request = requestOf(draft);
        const signed = Object.entries(draft.headers).filter(([, value]) => value.trim() !== "");
        const [name = "", value = ""] = signed[which % signed.length] ?? [];
        const changed = { ...request, headers: { ...request.headers, [name]: spoil(value.trim(), at, by) } };
        expect(refusal(changed, draft)).toMatch(/^AuthFailure.SignatureFailure/);
      }),
    );
  });

  test("is refused where a character of Authorization differs", () => {
    fc.assert(
      fc.property(drafts, fc.nat(), fc.nat(9), (draft, at, by) => {
        expect(refusal(requestOf(draft, spoil(authorize(draft), at, by)), draft)).toMatch(/^AuthFailure\./);
      }),
    );
  });

  test("is refused where the timestamp differs from the signed one", () => {
    fc.assert(
      fc.property(drafts, fc.integer({ min: 1, max: 200 }), (draft, seconds) => {
        const request = requestOf({ ...draft, timestamp: draft.timestamp + seconds }, authorize(draft));
        expect(refusal(request, draft)).toMatch(/^AuthFailure.SignatureFailure/);
      }),
    );
  });

  test("is refused where another key signed it", () => {
    fc.assert(
      fc.property(drafts, fc.nat(), fc.nat(9), (draft, at, by) => {
        const other = { ...draft, secretKey: spoil(draft.secretKey, at, by) };
        expect(refusal(requestOf(draft), other)).toMatch(/^AuthFailure.SignatureFailure/);
      }),
    );
  });

  test("is refused where method or query differ from the signed ones", () => {
    const request = requestOf(publishedGet);
    for (const change of [{ method: "POST" }, { query: "" }, { path: "/other" }]) {
      expect(refusal({ ...request, ...change }, publishedGet)).toMatch(/^AuthFailure.SignatureFailure/);
    }
  });
});

describe("the clock", () => {
  const signedAtMs = publishedPost.timestamp * 1000;

  test.each([
    [-300_000, /^$/],
    [300_000, /^$/],
    [-300_001, /^AuthFailure.SignatureExpire/],
    [300_001, /^AuthFailure.SignatureExpire/],
  ])("that is %i ms away is answered with %s", (offset, answer) => {
    expect(refusal(requestOf(publishedPost), publishedPost, signedAtMs + offset)).toMatch(answer);
  });
});

describe("the host", () => {
  const sentTo = (host: string, signedHost = host, service = "vod"): string => {
    const draft = { ...publishedPost, service, headers: { ...publishedPost.headers, host: signedHost } };
    const request = requestOf(draft);
    return refusal({ ...request, headers: { ...request.headers, host } }, draft);
  };

  test.each([
    ["vod.tencentcloudapi.com"],
    ["VOD.tencentcloudapi.com"],
    ["vod.ap-guangzhou.tencentcloudapi.com"],
    ["vod.tencentcloudapi.com:8080"],
    ["127.0.0.1:8080"],
    ["localhost"],
  ])("%s takes a request that was signed for vod", (host) => {
    expect(sentTo(host)).toBe("");
  });

  test("may be signed without its port", () => {
    expect(sentTo("127.0.0.1:8080", "127.0.0.1")).toBe("");
    expect(sentTo("127.0.0.1", "127.0.0.1:8080")).toMatch(/^AuthFailure.SignatureFailure/);
  });

  test("of another service refuses a request that was signed for vod", () => {
    expect(sentTo("scf.tencentcloudapi.com")).toMatch(/^AuthFailure.SignatureFailure.*service/);
  });
});

describe("Authorization", () => {
  const right = authorize(publishedPost);

  const signatureFailure = "AuthFailure.SignatureFailure";
  const invalid = "AuthFailure.InvalidAuthorization";
  test.each([
    ["", invalid, "is empty"],
    ["SKIP", invalid, "is another word"],
    [right.replace("TC3-HMAC-SHA256", "HmacSHA1"), invalid, "names another algorithm"],
    [right.replace("tc3_request", "tc4_request"), invalid, "has another scope"],
    [right.slice(0, -1), invalid, "has a short signature"],
    [`${right}0`, invalid, "has a long signature"],
    [right.replace("2019-02-25", "2019-02-26"), signatureFailure, "has another date than the timestamp"],
    [right.replace("/cvm/", "/vod/"), signatureFailure, "has another service than the host"],
    [right.replace("content-type;host", "host;content-type"), signatureFailure, "has no sorted headers"],
    [right.replace("content-type;host", "Content-Type;Host"), signatureFailure, "has upper case"],
    [right.replace("content-type;host", "content-type;host;host"), signatureFailure, "lists a header twice"],
    [right.replace("content-type;host", "content-type;host;x"), signatureFailure, "lists a missing header"],
    [right.replace("content-type;host", "host"), signatureFailure, "does not list the content type"],
    [right.replace("content-type;host", "content-type"), signatureFailure, "does not list the host"],
  ])("%j is refused with %s: it %s", (authorization, code) => {
    expect(refusal(requestOf(publishedPost, authorization), publishedPost)).toMatch(code);
  });

  test("signs further headers by their values in lower case", () => {
    const draft = {
      ...publishedPost,
      headers: { ...publishedPost.headers, "x-tc-action": "DescribeInstances" },
    };
    expect(refusal(requestOf(draft), draft)).toBe("");
  });
});

describe("signature v1", () => {
  const nowMs = 1465185768_000;
  const verify = (request: Sent) =>
    refusalOf(() =>
      verifySignature({ path: "/", ...request, body: Buffer.from(request.body) }, () => published, nowMs),
    );

  test("the published request verifies", () => {
    const query = `Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886&Offset=0&Region=ap-guangzhou&SecretId=${published.secretId}&Timestamp=1465185768&Version=2017-03-12`;
    const request = { method: "GET", headers: { host: "cvm.tencentcloudapi.com" }, body: "" };
    const signed = (signature: string) => ({ ...request, query: `${query}&Signature=${signature}` });
    expect(verify(signed("EliP9YW3pW28FpsEdkXt%2F%2BWcGeI%3D"))).toBe("");
    expect(verify(signed("EliP9YW3pW28FpsEdkXt%2F%2BWcGeJ%3D"))).toMatch(/^AuthFailure.SignatureFailure/);
  });

  const call = {
    ...{ ...published, token: "", host: "vod.tencentcloudapi.com", scope: "vod", action: "ProcessMedia" },
    ...{ version: "2018-07-17", timestamp: nowMs / 1000 },
  };
  test.each(FORMS.filter((form) => form.startsWith("Hmac")))("%s covers every character", (form) => {
    const params = fc.dictionary(letters("ABc.01", 1, 8), fc.string({ unit: "binary", minLength: 1 }));
    fc.assert(
      fc.property(params, fc.nat(), fc.nat(9), (given, at, by) => {
        const request = signForm(form, { ...call, params: given });
        expect(verify(request)).toBe("");
        const part = request.method === "GET" ? "query" : "body";
        const text = request[part].toString();
        const spoilt = { ...request, [part]: spoil(text, at, by) };
        const meaning = (encoded: string) => JSON.stringify([...new URLSearchParams(encoded)].sort());
        fc.pre(meaning(text) !== meaning(spoilt[part].toString()));
        expect(verify(spoilt)).toMatch(/^(AuthFailure\.|MissingParameter|InvalidParameter)/);
        expect(verify({ ...request, headers: { ...request.headers, host: "localhost" } })).not.toBe("");
      }),
    );
  });
});
