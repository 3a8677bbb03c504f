// What only API calls need. It is in a chunk of the functions' packages (scripts/build/chunks.ts), so it is loaded by a
// require inside the function that makes a call.
import common = require("tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client");

export const { AbstractClient } = common;
export { callUntil } from "./call-until";
export { clientConfig } from "./client-config";
export { describeFailure, isTransientFailure } from "./errors";
export { AbortableClient } from "./vod-client";
