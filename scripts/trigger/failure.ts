import { isJsonObject } from "../../lib/json";

/**
 * "The source file is in error", both as the number and as the code that replaces it
 * (docs/tencent-protocols.md#task-states-and-error-codes).
 */
const ERR_CODE = 60000;
const ERR_CODE_EXT = "SourceFileError";

/**
 * The same payload for a failed task: every place for an error has one, and no task has an `Output`. No real
 * notification of a failure was found, only MPS's with `Output` null (docs/tencent-protocols.md#failed-items). Other
 * members stay, because it is not known which are missing.
 * @param path the place, which its error message has, so that each message is different
 */
export function failed(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => failed(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, failedMember(name, member, path)]),
  );
}

function failedMember(name: string, member: unknown, path: string): unknown {
  switch (name) {
    case "ErrCode":
      return typeof member === "string" ? String(ERR_CODE) : ERR_CODE;
    case "ErrCodeExt":
      return ERR_CODE_EXT;
    case "Message":
      return `The source file can't be read (${path}).`;
    case "Status":
    case "WechatStatus":
      return member === "SUCCESS" ? "FAIL" : member;
    case "PublishResult":
      return "Failed";
    case "Output":
      return null;
    default:
      return failed(member, `${path}.${name}`);
  }
}
