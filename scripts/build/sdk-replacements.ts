/** A module that is bundled instead of another one. */
export interface Replacement {
  /** Its name in the import. */
  readonly module: string;
  /** The replacement, in `lib/tencent-cloud/sdk-stubs`. */
  readonly file: string;
}

/** Imports of the SDK's sources that the bundles do not need (docs/decisions/small-bundle.md). */
export const IMPORTS_OF_SDK: readonly Replacement[] = [
  { module: "node-fetch", file: "node-fetch.ts" },
  { module: "uuid", file: "uuid.ts" },
  { module: "tslib", file: "tslib.ts" },
];

/** What is left out of a module of the SDK. Each part must be there, so that every update of the SDK is checked. */
export interface Cut {
  /** The end of its path. */
  readonly module: string;
  /** Methods and functions, by name; nothing that stays may call them. */
  readonly functions: readonly string[];
  /** Text that is replaced, each wherever it stands. */
  readonly texts: readonly (readonly [text: string, replacement: string])[];
}

/** No request has a number that `JSON.stringify` can't write. */
const WITH_JSON: readonly (readonly [string, string])[] = [
  ['const json_bigint_1 = tslib_1.__importDefault(require("json-bigint"));', ""],
  ["const JSONbigNative = (0, json_bigint_1.default)({ useNativeBigInt: true });", ""],
  ["JSONbigNative.stringify(", "JSON.stringify("],
];

/** GET, multipart, the older signatures and unsigned requests, none of which a function makes. */
export const CUTS: readonly Cut[] = [
  {
    module: "common/abstract_client.js",
    functions: [...["requestOctetStream", "doRequest", "mergeData", "formatRequestData", "formatSignString"]],
    texts: [
      ["this.doRequest(", "this.doRequestWithSign3("],
      ['if (typeof options === "function") {', "if (false) {"],
      ['const sign_1 = tslib_1.__importDefault(require("./sign"));', ""],
      ['const sse_response_model_1 = require("./sse_response_model");', ""],
      ["proxy: this.profile.httpProfile.proxy,", ""],
      ["multipart: options && options.multipart,", ""],
      ["skipSign: options.skipSign,", ""],
      ['const interface_1 = require("./interface");', ""],
      [
        "if (this.profile.language && !interface_1.SUPPORT_LANGUAGE_LIST.includes(this.profile.language)) {",
        "if (false) {",
      ],
      ['if (res.headers.get("content-type") === "text/event-stream") {', "if (false) {"],
    ],
  },
  {
    module: "common/http/http_connection.js",
    functions: ["doRequest", "mergeData", "convertReadStreamToBuffer", "isNull"],
    texts: [
      ["await convertReadStreamToBuffer(data);", ""],
      ["data = mergeData(data);", ""],
      ['if (method === "GET") {', "if (false) {"],
      ['if (method === "POST" && multipart) {', "if (false) {"],
      ["if (skipSign) {", "if (false) {"],
      ["if (language) {", "if (false) {"],
      ["boundary: form ? form.getBoundary() : undefined,", ""],
      ["if (!isNull(value)) {", "if (value !== null) {"],
      ["!(0, is_stream_1.default)(x) && ", ""],
      ['const is_stream_1 = tslib_1.__importDefault(require("is-stream"));', ""],
      ...WITH_JSON,
      ['const querystring_1 = tslib_1.__importDefault(require("querystring"));', ""],
      ['const get_stream_1 = tslib_1.__importDefault(require("get-stream"));', ""],
      ['const form_data_1 = tslib_1.__importDefault(require("form-data"));', ""],
    ],
  },
  {
    module: "common/sign.js",
    functions: ["sign"],
    texts: [
      ['if (method === "GET") {', "if (false) {"],
      ["if (multipart) {", "if (false) {"],
      ['tslib_1.__importStar(require("crypto"))', 'require("crypto")'],
      ...WITH_JSON,
    ],
  },
  { module: "exception/tencent_cloud_sdk_exception.js", functions: ["toLocaleString"], texts: [] },
  {
    module: "common/http/fetch.js",
    functions: [],
    texts: [
      ['const https_proxy_agent_1 = tslib_1.__importDefault(require("https-proxy-agent"));', ""],
      ["if (!options.agent && proxy) {", "if (false) {"],
      ["const proxy = options.proxy || process.env.http_proxy;", ""],
    ],
  },
];

/** Imports of our sources. */
export const IMPORTS_OF_OURS: readonly Replacement[] = [
  {
    module: "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client",
    file: "vod-client.ts",
  },
];

/** Imports of the SDK that stay: only its reader of credential files has them, which no client uses. */
export const LEFT_AS_THEY_ARE: readonly string[] = ["ini"];
