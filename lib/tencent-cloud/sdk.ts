// What only API calls need. It is a chunk of its own in the functions' packages (scripts/build/chunks.ts), so it is
// loaded by a require inside the function that makes a call.
export { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
export { AbortableClient } from "./vod-client";
