import { ApiError } from "../../api/error";
import { isRuntime, RUNTIMES } from "../runtime/node-runtime";

/** @throws {ApiError} InvalidParameterValue.FunctionName */
export function checkFunctionName(name: string): void {
  if (/^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/.test(name)) return;
  throw new ApiError(
    "InvalidParameterValue.FunctionName",
    `FunctionName: 2 to 60 letters, digits, "-" and "_", a letter first, no "-" or "_" last, not "${name}".`,
  );
}

/** @throws {ApiError} InvalidParameterValue.Runtime */
export function checkRuntime(runtime: string): void {
  if (isRuntime(runtime)) return;
  throw new ApiError(
    "InvalidParameterValue.Runtime",
    `Runtime: the local cloud has only ${RUNTIMES.join(" and ")}, not ${runtime}.`,
  );
}

/** @throws {ApiError} InvalidParameterValue.Handler */
export function checkHandler(handler: string): void {
  const [file = "", name = "", ...more] = handler.split(".");
  const isRight = (part: string) => /^[A-Za-z][\w-]{0,58}[A-Za-z]$/.test(part);
  if (more.length === 0 && isRight(file) && isRight(name)) return;
  throw new ApiError("InvalidParameterValue.Handler", `Handler: file.function is needed, not "${handler}".`);
}

/** @throws {ApiError} InvalidParameterValue.MemorySize, LimitExceeded.Memory */
export function checkMemorySize(megabytes: number): void {
  if (megabytes > 3072) throw new ApiError("LimitExceeded.Memory", "MemorySize: at most 3072 MB.");
  if (megabytes === 64 || (megabytes >= 128 && megabytes % 128 === 0)) return;
  throw new ApiError(
    "InvalidParameterValue.MemorySize",
    "MemorySize must be 64, or 128 to 3072 in steps of 128.",
  );
}

/** @throws {ApiError} LimitExceeded.Timeout, InvalidParameterValue */
export function checkTimeout(seconds: number): void {
  if (seconds > 900) throw new ApiError("LimitExceeded.Timeout", "Timeout: at most 900 seconds.");
  if (seconds < 1) throw new ApiError("InvalidParameterValue", "Timeout must be at least one second.");
}

/** The limits of the initialisation are not known. @throws {ApiError} LimitExceeded.InitTimeout */
export function checkInitTimeout(seconds: number): void {
  if (seconds < 1)
    throw new ApiError("LimitExceeded.InitTimeout", "InitTimeout must be at least one second.");
}

/** @throws {ApiError} InvalidParameterValue.Description */
export function checkDescription(text: string): void {
  // As the metadata says; that the full-width marks count as Chinese is our reading.
  if (/^[A-Za-z0-9 ,.\n\p{Script=Han}，。、]{0,1000}$/u.test(text)) return;
  throw new ApiError(
    "InvalidParameterValue.Description",
    "Description must have at most 1000 letters, digits, spaces, commas, full stops and line feeds.",
  );
}

/**
 * The local cloud publishes no versions and has no aliases of a user's.
 * @throws {ApiError} ResourceNotFound.Qualifier
 */
export function checkQualifier(qualifier = "$LATEST"): void {
  if (qualifier === "$LATEST" || qualifier === "$DEFAULT") return;
  throw new ApiError(
    "ResourceNotFound.Qualifier",
    `The local cloud has only $LATEST and $DEFAULT, not ${qualifier}.`,
  );
}

/** @throws {ApiError} InvalidParameterValue */
export function isTrue(name: string, value = "FALSE"): boolean {
  if (value === "TRUE" || value === "FALSE") return value === "TRUE";
  throw new ApiError("InvalidParameterValue", `${name} must be TRUE or FALSE, not "${value}".`);
}
