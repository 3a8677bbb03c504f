import type { Environment } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";

/** All variables together, names and values (docs/tencent-protocols.md#environment-variables). */
const LIMIT = 4 * 1024;

/** A variable of the user's; neither part is empty. */
export interface EnvironmentVariable {
  readonly Key: string;
  readonly Value: string;
}

/**
 * Checks a function's own variables (docs/tencent-protocols.md#environment-variables).
 * @throws {ApiError} InvalidParameterValue.Environment, .EnvironmentSystemProtect, .EnvironmentExceededLimit
 */
export function checkEnvironment({ Variables = [] }: Environment): EnvironmentVariable[] {
  const names = new Set<string>();
  let bytes = 0;
  const variables = Variables.map(({ Key = "", Value = "" }) => {
    // The documents only say that neither may be empty; what a name may hold is the console's rule.
    if (!/^[A-Za-z]\w*$/.test(Key)) throw invalid(`the name "${Key}" is not valid`);
    if (Value === "") throw invalid(`the value of ${Key} is empty`);
    if (names.has(Key)) throw invalid(`${Key} is there twice`);
    if (/^(SCF|QCLOUD|TENCENTCLOUD)_/.test(Key)) {
      throw new ApiError(
        "InvalidParameterValue.EnvironmentSystemProtect",
        `Environment: names that begin with SCF_, QCLOUD_ or TENCENTCLOUD_ are the platform's: ${Key}.`,
      );
    }
    names.add(Key);
    bytes += Buffer.byteLength(Key) + Buffer.byteLength(Value);
    return { Key, Value };
  });
  if (bytes > LIMIT) {
    throw new ApiError(
      "InvalidParameterValue.EnvironmentExceededLimit",
      `Environment: the variables have ${bytes} bytes, more than 4 KB.`,
    );
  }
  return variables;
}

function invalid(reason: string): ApiError {
  return new ApiError("InvalidParameterValue.Environment", `Environment: ${reason}.`);
}
