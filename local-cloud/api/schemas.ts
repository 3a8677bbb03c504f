import { Ajv, type ErrorObject } from "ajv";
import { ApiError } from "./error";
import { loadSchemas } from "./load-schemas";
import type { ServiceName } from "./sdk-models";

/** Lets parameters pass that are of the action's type. @throws {ApiError} */
export type Validate = (params: unknown) => void;

const validators = new Map<string, Validate>();
const compilers = new Map<ServiceName, Ajv>();

/**
 * The check of an action's parameters against the SDK's `<Action>Request`: no type is converted, and nothing
 * that is not declared is let through. What the returned function throws is an ApiError that names the
 * parameter (`MediaProcessTask.TranscodeTaskSet.0.Definition`): MissingParameter, UnknownParameter, or
 * InvalidParameter ("format and type errors", by Tencent's list of common error codes).
 * @throws {Error} if the SDK does not declare the action
 */
export function requestValidator(service: ServiceName, action: string): Validate {
  const key = `${service}.${action}`;
  const known = validators.get(key);
  if (known) return known;
  const check = compilerOf(service).getSchema(`${service}#/definitions/${action}Request`);
  if (!check) throw new Error(`The SDK of ${service} declares no ${action}Request`);
  const validate = (params: unknown): void => {
    if (check(params) !== true) throw refusal(check.errors?.[0]);
  };
  validators.set(key, validate);
  return validate;
}

/**
 * The names of all properties that the SDK declares for a type, such as `EventContent` of `vod`.
 * @throws {Error} if it does not declare the type
 */
export function propertyNames(service: ServiceName, type: string): string[] {
  const { definitions } = loadSchemas(service);
  const properties = Object.hasOwn(definitions, type) ? definitions[type]?.properties : undefined;
  if (!properties) throw new Error(`The SDK of ${service} declares no object type ${type}`);
  return Object.keys(properties);
}

function compilerOf(service: ServiceName): Ajv {
  const known = compilers.get(service);
  if (known) return known;
  // The schemas are our own reader's; checking them at each start would only cost time.
  const ajv = new Ajv({ strict: true, coerceTypes: false, validateSchema: false });
  ajv.addSchema(loadSchemas(service));
  compilers.set(service, ajv);
  return ajv;
}

function refusal(error: ErrorObject | undefined): ApiError {
  const { keyword, instancePath = "", params = {} } = error ?? {};
  const path = instancePath.split("/").slice(1).map(unescapePointer);
  if (keyword === "required") {
    const name = [...path, params["missingProperty"]].join(".");
    return new ApiError("MissingParameter", `The request is missing a required parameter \`${name}\`.`);
  }
  if (keyword === "additionalProperties") {
    const name = [...path, params["additionalProperty"]].join(".");
    return new ApiError("UnknownParameter", `The parameter \`${name}\` is not recognized.`);
  }
  const subject = path.length === 0 ? "The request body" : `The parameter \`${path.join(".")}\``;
  return new ApiError("InvalidParameter", `${subject} is not valid: ${error?.message ?? "wrong type"}.`);
}

function unescapePointer(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}
