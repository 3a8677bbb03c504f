import { isJsonObject, type JsonObject } from "../../../lib/json";
import { ApiError } from "../../api/error";
import { type Gateway, openGateway } from "../gateway/gateway";
import { Refusal } from "../gateway/gateway-request";
import type { Invocation } from "../runtime/invocation";
import type { TriggerSource } from "./trigger-record";

interface HttpDescription {
  readonly authType: "NONE" | "CAM";
  readonly intranet: boolean;
  readonly extranet: boolean;
  /** Kept to be read back; the local cloud's addresses answer no preflights by themselves. */
  readonly cors: JsonObject | undefined;
}

export interface HttpTriggerOptions {
  readonly description: string;
  /** What the platform would call the address, without scheme and suffix: `<appid>-<url-id>`. */
  readonly host: string;
  readonly region: string;
  invoke(event: unknown, requestId: string): Promise<Invocation>;
}

/** A function URL. Its address stays the same as long as the trigger exists. */
export class HttpTrigger implements TriggerSource {
  readonly #options: HttpTriggerOptions;
  readonly #gateway: Gateway;
  #description: HttpDescription;
  #isOpen = false;

  /** @throws {ApiError} InvalidParameterValue.TriggerDesc */
  static async open(options: HttpTriggerOptions): Promise<HttpTrigger> {
    const description = parse(options.description);
    let trigger: HttpTrigger | undefined;
    const gateway = await openGateway({
      shape: "function-url",
      invoke: options.invoke,
      refuse: () => (trigger ? trigger.#refusal() : undefined),
    });
    trigger = new HttpTrigger(options, gateway, description);
    return trigger;
  }

  private constructor(options: HttpTriggerOptions, gateway: Gateway, description: HttpDescription) {
    this.#options = options;
    this.#gateway = gateway;
    this.#description = description;
  }

  describe(): string {
    const { authType, intranet, extranet, cors } = this.#description;
    const { host, region } = this.#options;
    const extranetUrl = extranet ? this.#gateway.address : "";
    // As on the platform: from here nobody reaches it.
    const intranetHost = `${host}.in.${region}.tencentscf.com`;
    return JSON.stringify({
      AuthType: authType,
      NetConfig: {
        EnableIntranet: intranet,
        IntranetUrl: intranet ? `https://${intranetHost}` : "",
        IntranetHTTPUrl: intranet ? `http://${intranetHost}` : "",
        ExtranetUrl: extranetUrl,
        ExtranetHTTPUrl: extranetUrl,
        WssIntranetUrl: "",
        WsIntranetUrl: "",
        WssExtranetUrl: "",
        WsExtranetUrl: "",
        EnableExtranet: extranet,
      },
      ...(cors && { CorsConfig: cors }),
    });
  }

  configure(description: string): void {
    this.#description = parse(description);
  }

  enable(open: boolean): void {
    this.#isOpen = open;
  }

  close(): Promise<void> {
    return this.#gateway.close();
  }

  /** What the platform answers in these cases is not known; without the public network nothing would. */
  #refusal(): Refusal | undefined {
    const { authType, extranet } = this.#description;
    if (!extranet) return new Refusal(404, "This function URL is not on the public network");
    if (!this.#isOpen) return new Refusal(403, "This function URL is closed");
    // How such requests are signed is not known, so that none can be let in.
    if (authType === "CAM") return new Refusal(401, "This function URL accepts only requests signed for CAM");
    return undefined;
  }
}

/**
 * AuthType, NetConfig and CorsConfig (docs/tencent-protocols.md#http-triggers); both networks are off unless
 * they are switched on.
 */
function parse(text: string): HttpDescription {
  const { AuthType, NetConfig = {}, CorsConfig, ...others } = readObject(text);
  if (AuthType !== "NONE" && AuthType !== "CAM") throw invalid("AuthType must be NONE or CAM");
  if (!isJsonObject(NetConfig)) throw invalid("NetConfig must be an object");
  const { EnableIntranet = false, EnableExtranet = false, ...moreNet } = NetConfig;
  if (typeof EnableIntranet !== "boolean" || typeof EnableExtranet !== "boolean") {
    throw invalid("EnableIntranet and EnableExtranet must be true or false");
  }
  if (CorsConfig !== undefined && !isJsonObject(CorsConfig)) throw invalid("CorsConfig must be an object");
  const unknown = [...Object.keys(others), ...Object.keys(moreNet)];
  if (unknown.length > 0) throw invalid(`unknown: ${unknown.join(", ")}`);
  return { authType: AuthType, intranet: EnableIntranet, extranet: EnableExtranet, cors: CorsConfig };
}

function readObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Refused below.
  }
  throw invalid("the value must be a JSON object");
}

function invalid(reason: string): ApiError {
  return new ApiError("InvalidParameterValue.TriggerDesc", `TriggerDesc: ${reason}.`);
}
