import { createHmac } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import querystring from "node:querystring";
import { authorize } from "./signer";

/** The documented ways to state and sign a call. */
export const FORMS = [
  ...["TC3 POST", "TC3 GET", "TC3 POST UNSIGNED-PAYLOAD"],
  ...["HmacSHA1 GET", "HmacSHA1 POST", "HmacSHA256 GET", "HmacSHA256 POST"],
];

/** A call, whatever form it is sent in. An empty string leaves a common parameter out. */
export interface Call {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
  readonly host: string;
  /** Of TC3's credential scope. */
  readonly scope: string;
  readonly action: string;
  readonly version: string;
  /** Seconds since 1970, or something else that a test wants refused. */
  readonly timestamp: number | string;
  readonly params: object;
}

/** An HTTP request to the path `/`. */
export interface Sent {
  readonly method: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

/** The tests' own client. */
export function requestOf(form: string, call: Call): Sent {
  const [signature = "", method = ""] = form.split(" ");
  return signature === "TC3" ? tc3(method, form, call) : v1(signature, method, call);
}

function tc3(method: string, form: string, call: Call): Sent {
  const isGet = method === "GET";
  const query = isGet ? querystring.stringify(flatten(call.params)) : "";
  const body = isGet ? "" : JSON.stringify(call.params);
  const headers = { "content-type": isGet ? FORM_TYPE : JSON_TYPE, host: call.host };
  const isUnsigned = form.endsWith("UNSIGNED-PAYLOAD");
  const timestamp = Number(call.timestamp) || 0;
  const signed = { ...call, service: call.scope, timestamp, method, query, headers };
  const given = {
    "x-tc-action": call.action,
    "x-tc-version": call.version,
    "x-tc-timestamp": String(call.timestamp),
    "x-tc-token": call.token,
    "x-tc-content-sha256": isUnsigned ? "UNSIGNED-PAYLOAD" : "",
    authorization: authorize({ ...signed, body: isUnsigned ? "UNSIGNED-PAYLOAD" : body }),
  };
  const present = Object.entries(given).filter(([, value]) => value !== "");
  return { method, query, headers: { ...headers, ...Object.fromEntries(present) }, body };
}

function v1(SignatureMethod: string, method: string, call: Call): Sent {
  const common = {
    ...{ Action: call.action, Version: call.version, Timestamp: call.timestamp, SecretId: call.secretId },
    ...{ Token: call.token, Nonce: 11886, SignatureMethod, Language: "en-US", RequestClient: "tests" },
  };
  const present = Object.entries({ ...common, ...flatten(call.params) }).filter(([, value]) => value !== "");
  const text = present
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const Signature = createHmac(SignatureMethod === "HmacSHA256" ? "sha256" : "sha1", call.secretKey)
    .update(`${method}${call.host}/?${text}`)
    .digest("base64");
  const encoded = querystring.stringify({ ...Object.fromEntries(present), Signature });
  return method === "GET"
    ? { method, query: encoded, headers: { host: call.host }, body: "" }
    : { method, query: "", headers: { host: call.host, "content-type": FORM_TYPE }, body: encoded };
}

type Flat = Record<string, string | number | boolean>;

/** Parameters as Tencent's SDKs name them in queries and forms: `A.0.B`. */
function flatten(params: object, prefix = ""): Flat {
  const parts = Object.entries(params).map(([name, value]): Flat => {
    const isBranch = typeof value === "object" && value !== null;
    return isBranch ? flatten(value, `${prefix}${name}.`) : { [prefix + name]: value };
  });
  return Object.assign({}, ...parts);
}

export interface Answer {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly Response: {
    Error?: { Code: string; Message: string };
    RequestId: string;
    [name: string]: unknown;
  };
}

/** Sends a request to a server of this machine. */
export async function send(
  port: number,
  { method, query, headers, body }: Sent,
  path = "/",
): Promise<Answer> {
  const target = query === "" ? path : `${path}?${query}`;
  const request = httpRequest({ host: "127.0.0.1", port, method, path: target, headers, setHost: false });
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const { Response } = JSON.parse(Buffer.concat(chunks).toString());
  return { status: response.statusCode, contentType: response.headers["content-type"], Response };
}
