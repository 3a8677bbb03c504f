import { unzipSync } from "fflate";
import type { Code } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { refuseUnsupported } from "../../api/unsupported";

/**
 * The code package of a request.
 * @throws {ApiError} MissingParameter.Code, InvalidParameterValue.ZipFileBase64BinasciiError, .ZipFile
 */
export function readCode({ ZipFile, ...elsewhere }: Code): Uint8Array {
  refuseUnsupported(elsewhere);
  if (ZipFile === undefined) throw new ApiError("MissingParameter.Code", "Code: ZipFile is missing.");
  return readZip(ZipFile);
}

/** @throws {ApiError} InvalidParameterValue.ZipFileBase64BinasciiError, .ZipFile */
export function readZip(base64: string): Uint8Array {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw new ApiError("InvalidParameterValue.ZipFileBase64BinasciiError", "ZipFile is not base64.");
  }
  const zip = new Uint8Array(Buffer.from(base64, "base64"));
  try {
    // Reads the directory only; unpacking comes later, as on the platform.
    unzipSync(zip, { filter: () => false });
  } catch {
    throw new ApiError("InvalidParameterValue.ZipFile", "ZipFile is not a zip file.");
  }
  return zip;
}
