import type { DescribeSubAppIdsRequest } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import type { Application } from "./application";
import { nullsOf } from "./null-siblings";

const MAX_LIMIT = 200;

/**
 * DescribeSubAppIds: the default application and every other one that a request has named.
 * @param applications by SubAppId
 * @throws {ApiError} InvalidParameterValue
 */
export function describeSubAppIds(
  { Name = "", Offset = 0, Limit = MAX_LIMIT, ...rest }: DescribeSubAppIdsRequest,
  applications: ReadonlyMap<number, Application>,
): object {
  refuseUnsupported(rest);
  if (Offset < 0 || Limit < 1 || Limit > MAX_LIMIT) {
    throw new ApiError("InvalidParameterValue", `Limit must be 1 to ${MAX_LIMIT}, and Offset at least 0.`);
  }
  const all = [...applications].map(([SubAppId, { createTime }]) => ({
    ...{ ...nullsOf("SubAppIdInfo"), SubAppId, SubAppIdName: `app-${SubAppId}`, Name: `app-${SubAppId}` },
    ...{ Description: "", CreateTime: createTime, Status: "On", Mode: "fileid" },
    ...{ StorageRegions: ["ap-guangzhou"], Tags: [] },
  }));
  const found = all.filter(({ SubAppIdName }) => Name === "" || SubAppIdName === Name);
  return { TotalCount: found.length, SubAppIdInfoSet: found.slice(Offset, Offset + Limit) };
}
