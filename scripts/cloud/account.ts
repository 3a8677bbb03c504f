import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import { Client as Scf } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import { Client as Vod } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { type Clock, systemClock } from "../../lib/clock";
import { ConfigError, checkCredential, type Environment } from "../../lib/config";
import { isJsonObject } from "../../lib/json";
import { redact, secretsOf } from "../../lib/log/redact";
import { callUntil } from "../../lib/tencent-cloud/call-until";
import { describeFailure, httpProfile } from "../../lib/tencent-cloud/client-config";
import { isTransient } from "../../lib/tencent-cloud/errors";
import { useBoundedTransport } from "./sdk-transport";
import type { Target } from "./target";

/** Whose cloud it is, and its services. */
export interface Account {
  readonly region: string;
  /** What the person holds, for taking it out of texts. */
  readonly secrets: readonly string[];
  readonly scf: Scf;
  readonly vod: Vod;
  readonly cam: AbstractClient;
  readonly cls: AbstractClient;
}

/** How long a call is tried while Tencent Cloud asks to wait or the network fails. */
const PATIENCE_MS = 60_000;

/**
 * Makes the clients of a person's key pair, `SECRET_ID` and `SECRET_KEY`.
 * @param wait is told when a call has to be made again
 * @throws where a variable is missing
 */
export function openAccount(
  { env, region }: Target,
  wait: (line: string) => void,
  clock: Clock = systemClock,
): Account {
  useBoundedTransport();
  const secretId = required(env, "SECRET_ID");
  const secretKey = required(env, "SECRET_KEY");
  const config: ClientConfig = {
    credential: { secretId, secretKey },
    region,
    profile: { httpProfile: httpProfile(env), language: "en-US" },
  };
  const secrets = secretsOf(undefined, env);
  const make = <Client extends AbstractClient>(client: Client) => withRetries(client, secrets, wait, clock);
  return {
    region,
    secrets,
    scf: make(new Scf(config)),
    vod: make(new Vod(config)),
    cam: make(new AbstractClient("cam.tencentcloudapi.com", "2019-01-16", config)),
    cls: make(new AbstractClient("cls.tencentcloudapi.com", "2020-10-16", config)),
  };
}

/** @throws {ConfigError} naming the variable, and where its value comes from */
export function required(env: Environment, name: "SECRET_ID" | "SECRET_KEY"): string {
  const value = env[name];
  if (value) return checkCredential(value, name);
  throw new ConfigError(`${name} is not set. Your keys are at https://console.cloud.tencent.com/cam/capi`);
}

/** A refusal of the cloud's: a call of its API that failed for good. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: string | undefined;
  readonly requestId: string | undefined;

  /** @param secrets what the message may quote, but must not tell */
  constructor(
    readonly action: string,
    cause: unknown,
    secrets: readonly string[],
  ) {
    const { code, message, requestId } = describeFailure(cause);
    super(redact(message, secrets), { cause });
    this.code = code;
    this.requestId = requestId;
  }
}

/** The same client, whose calls are made again after a transient error. */
function withRetries<Client extends AbstractClient>(
  client: Client,
  secrets: readonly string[],
  wait: (line: string) => void,
  clock: Clock,
): Client {
  const request = client.request.bind(client);
  client.request = async (action, params) => {
    const held = () => [...secrets, ...secretsSent(params)];
    const isWorthAnother = (error: unknown) => {
      const failure = describeFailure(error);
      // A wrong key or clock of a person's does not pass by itself, as a function's does.
      const again = isTransient(failure) && !failure.code?.startsWith("AuthFailure");
      if (again) wait(`${action}: ${failure.code ?? redact(failure.message, held())}; trying again.`);
      return again;
    };
    const deadlineMs = clock.now() + PATIENCE_MS;
    try {
      return await callUntil(
        (signal) => request(action, params, { signal }),
        deadlineMs,
        clock,
        isWorthAnother,
      );
    } catch (error) {
      throw new CallError(action, error, held());
    }
  };
  return client;
}

/** The secrets of a request, some of which nobody else has: a function's variables, what VOD is to sign with. */
function secretsSent(params: unknown): readonly string[] {
  const { Environment, SignKey } = isJsonObject(params) ? params : {};
  const variables = isJsonObject(Environment) ? Environment["Variables"] : undefined;
  const pairs = Array.isArray(variables) ? variables.filter(isJsonObject) : [];
  const sent = Object.fromEntries(pairs.map(({ Key, Value }) => [String(Key), String(Value)]));
  return secretsOf(undefined, typeof SignKey === "string" ? { ...sent, SIGN_KEY: SignKey } : sent);
}
