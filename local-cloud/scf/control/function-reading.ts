import { createHash } from "node:crypto";
import type {
  GetFunctionAddressRequest,
  GetFunctionAddressResponse,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { refuseUnsupported } from "../../api/unsupported";
import { describeFunction, summary } from "./describe-function";
import type { FunctionRecord } from "./function-record";
import { checkQualifier } from "./function-rules";
import type { FunctionStore } from "./function-store";
import { pageOf } from "./page";

/** @throws {ApiError} */
export async function getFunction(
  { Qualifier, ShowCode: _code, ...address }: GetFunctionRequest,
  store: FunctionStore,
): Promise<GetFunctionResponse> {
  checkQualifier(Qualifier);
  const record = store.require(address);
  await record.state.settled();
  return { ...describeFunction(record), Status: record.state.look() };
}

/** What ListFunctions can sort by. */
const KEYS: ReadonlyMap<string, (record: FunctionRecord) => string> = new Map([
  ["FunctionName", (record) => record.name],
  ["AddTime", (record) => record.addTime],
  ["ModTime", (record) => record.modTime],
]);

/** @throws {ApiError} */
export function listFunctions(request: ListFunctionsRequest, store: FunctionStore): ListFunctionsResponse {
  const {
    Namespace = "default",
    SearchKey = "",
    Description = "",
    Offset,
    Limit,
    Order = "DESC",
    Orderby = "ModTime",
    ...others
  } = request;
  refuseUnsupported(others);
  store.namespaces.require(Namespace);
  const keyOf = KEYS.get(Orderby);
  if (!keyOf) throw new ApiError("InvalidParameterValue", `Orderby must be one of ${[...KEYS.keys()]}.`);
  const found = store
    .in(Namespace)
    .filter(({ name, settings }) => name.includes(SearchKey) && settings.description.includes(Description))
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  if (Order === "DESC") found.reverse();
  return { TotalCount: found.length, Functions: pageOf(found, Offset, Limit).map(summary) };
}

/** Where the code can be had is left out: the local cloud serves no packages. @throws {ApiError} */
export function getFunctionAddress(
  { Qualifier, ...address }: GetFunctionAddressRequest,
  store: FunctionStore,
): GetFunctionAddressResponse {
  checkQualifier(Qualifier);
  const { zip } = store.require(address);
  return { Url: "", CodeSha256: createHash("sha256").update(zip).digest("hex") };
}
