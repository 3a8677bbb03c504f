import { isJsonObject, type JsonObject } from "../../lib/json";

/** What a notification reports at a place, all of it together. */
export interface Fact {
  readonly path: string;
  readonly values: readonly string[];
}

/** What a task was given, and who recorded a file, are not what came of it. */
const INPUTS = /\.(Input|InputInfo|TrtcRecordInfo)$/;
const IDENTITIES = /\.(\w*FileId|FileIdSet\[\d+\]|(?!Record)\w*TaskId|\w*TaskIds\[\d+\]|CastId)$/;

/** Every identity, error and output URL in a payload. */
export function factsOf(value: unknown, path: string): Fact[] {
  if (INPUTS.test(path)) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => factsOf(item, `${path}[${index}]`));
  if (isJsonObject(value)) {
    const members = Object.entries(value).flatMap(([name, member]) => factsOf(member, `${path}.${name}`));
    return [...errorOf(value, path), ...members];
  }
  if (typeof value !== "string") return [];
  return IDENTITIES.test(path) || value.startsWith("https://") ? [{ path, values: [value] }] : [];
}

/** The parts of an error belong on one line. */
function errorOf({ ErrCode, ErrCodeExt, Message }: JsonObject, path: string): Fact[] {
  const values = [ErrCode, ErrCodeExt, Message].map((value) => String(value ?? ""));
  const said = values.filter((value) => !["", "0", "SUCCESS"].includes(value));
  return said.length === 0 ? [] : [{ path, values: said }];
}

export function hasAll(line: string, values: readonly string[]): boolean {
  return values.every((value) => line.includes(value));
}
