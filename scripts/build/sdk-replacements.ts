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
  { module: "https-proxy-agent", file: "unsupported.ts" },
  { module: "form-data", file: "unsupported.ts" },
  { module: "is-stream", file: "is-stream.ts" },
  { module: "get-stream", file: "unsupported.ts" },
  { module: "json-bigint", file: "json-bigint.ts" },
  { module: "uuid", file: "uuid.ts" },
  { module: "tslib", file: "tslib.ts" },
  { module: "./sse_response_model", file: "unsupported.ts" },
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
