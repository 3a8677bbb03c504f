/** A module that is bundled in the place of another one. */
export interface Replacement {
  /** As it is named where it is imported. */
  readonly module: string;
  /** What stands for it, in `lib/tencent-cloud/sdk-stubs`. */
  readonly file: string;
}

/** What the SDK's own sources import, and the bundles do without (docs/decisions/small-bundle.md). */
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

/** What our sources import. */
export const IMPORTS_OF_OURS: readonly Replacement[] = [
  {
    module: "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client",
    file: "vod-client.ts",
  },
];

/** What the SDK may import besides: only its reader of credential files does, and no client needs that. */
export const LEFT_AS_THEY_ARE: readonly string[] = ["ini"];
