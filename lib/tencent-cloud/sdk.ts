// What only API calls need. It is a chunk of its own in the functions' packages (scripts/build/chunks.ts), so it is
// loaded by a require inside the function that makes a call.
import common = require("tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client");

export const { AbstractClient } = common;
export { callUntil } from "./call-until";
export { AbortableClient } from "./vod-client";
