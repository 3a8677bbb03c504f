import { ApiError } from "../../api/error";

/**
 * What the real SCF has too; apigw can't be made any more
 * (docs/tencent-protocols.md#api-gateway-retirement).
 */
const NOT_HERE = ["apigw", "cos", "cls", "ckafka", "cmq"];
const CUSTOM_ARGUMENT_LIMIT = 4 * 1024;

/** @throws {ApiError} UnsupportedOperation.Trigger, InvalidParameterValue.Type */
export function typeOf(type: string): "http" | "timer" {
  if (type === "http" || type === "timer") return type;
  if (type === "apigw") {
    // Which of its codes CreateTrigger has for this is not known.
    throw new ApiError("UnsupportedOperation.Trigger", "API Gateway triggers can no longer be created.");
  }
  if (NOT_HERE.includes(type)) {
    throw new ApiError("UnsupportedOperation.Trigger", `The local cloud has no ${type} triggers.`);
  }
  throw new ApiError("InvalidParameterValue.Type", `The trigger type ${type} does not exist.`);
}

/** The rule is a timer's; for other types none is documented. @throws {ApiError} InvalidParameterValue.TriggerName */
export function checkTriggerName(name: string): void {
  if (/^[\w-]{1,100}$/.test(name)) return;
  throw new ApiError(
    "InvalidParameterValue.TriggerName",
    `TriggerName: at most 100 letters, digits, "-" and "_", not "${name}".`,
  );
}

/** @throws {ApiError} InvalidParameterValue.Enable */
export function isOpenOf(enable: string): boolean {
  if (enable === "OPEN" || enable === "CLOSE") return enable === "OPEN";
  throw new ApiError("InvalidParameterValue.Enable", `Enable must be OPEN or CLOSE, not "${enable}".`);
}

/**
 * A timer's message, at most 4 KB (docs/tencent-protocols.md#timer-events).
 * @throws {ApiError} InvalidParameterValue.CustomArgument
 */
export function checkCustomArgument(type: "http" | "timer", text: string | undefined): void {
  if (!text || (type === "timer" && Buffer.byteLength(text) <= CUSTOM_ARGUMENT_LIMIT)) return;
  throw new ApiError("InvalidParameterValue.CustomArgument", "CustomArgument: a timer's only, at most 4 KB.");
}
