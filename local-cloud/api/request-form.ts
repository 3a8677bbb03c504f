import { ApiError } from "./error";
import type { Pair } from "./flat-parameters";
import { headerOf, type SignedRequest } from "./signed-request";

/** The parameters that every action has, such as `Action`, `Version`, `Region` and `Timestamp`. */
interface CommonParameters {
  get(name: string): string | undefined;
  /** @throws {ApiError} MissingParameter if it is absent or empty */
  require(name: string): string;
}

/** How a request states its call. */
export interface RequestForm {
  /** Signed with HmacSHA1 or HmacSHA256; otherwise with TC3-HMAC-SHA256. */
  readonly isV1: boolean;
  readonly common: CommonParameters;
  /** Everything that the query or the form holds; undefined if the parameters are the JSON of the body. */
  readonly pairs?: readonly Pair[];
  /** The parameters of the action among `pairs`. */
  readonly parameters?: readonly Pair[];
}

const COMMON_V1 = new Set([
  ...["Action", "Language", "Nonce", "Region", "RequestClient", "SecretId"],
  ...["Signature", "SignatureMethod", "Timestamp", "Token", "Version"],
]);

/** Reads the form of a request; checks nothing. */
export function readForm(request: SignedRequest): RequestForm {
  const pairs = pairsOf(request);
  const hasHeader = headerOf(request, "authorization") !== undefined;
  const isV1 = !hasHeader && pairs?.some(([name]) => COMMON_V1.has(name)) === true;
  const values = new Map(pairs);
  const read = (name: string) => (isV1 ? values.get(name) : headerOf(request, `x-tc-${name.toLowerCase()}`));
  const common: CommonParameters = {
    get: read,
    require(name) {
      const value = read(name);
      if (value) return value;
      const full = isV1 ? name : `X-TC-${name}`;
      throw new ApiError("MissingParameter", `The request is missing a required parameter \`${full}\`.`);
    },
  };
  if (!pairs) return { isV1, common };
  const isParameter = (name: string) => (isV1 ? !COMMON_V1.has(name) : name !== "Signature");
  return { isV1, common, pairs, parameters: pairs.filter(([name]) => isParameter(name)) };
}

function pairsOf(request: SignedRequest): Pair[] | undefined {
  if (request.method === "GET") return [...new URLSearchParams(request.query)];
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headerOf(request, "content-type") ?? "");
  return isForm ? [...new URLSearchParams(request.body.toString())] : undefined;
}
