import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import { Client as Scf } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import { Client as Vod } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { type Clock, systemClock } from "../../lib/clock";
import { ConfigError, checkCredential, type Environment } from "../../lib/config";
import { isJsonObject } from "../../lib/json";
import { redact, secretsOf } from "../../lib/log/redact";
import { callUntil } from "../../lib/tencent-cloud/call-until";
import { httpProfile } from "../../lib/tencent-cloud/client-config";
import { describeFailure, isTransient } from "../../lib/tencent-cloud/errors";
import { ANSWER_TOO_LARGE } from "../../lib/tencent-cloud/sdk-stubs/node-fetch";
import { checkVariables } from "../name-rules";
import { useBoundedTransport } from "./sdk-transport";
import { consoleUrl } from "./site";
import type { Target } from "./target";

/** A Tencent Cloud account in a region, with the clients of its services. */
export interface Account {
  readonly region: string;
  /** The user's secrets, for redaction. */
  readonly secrets: readonly string[];
  readonly scf: Scf;
  readonly vod: Vod;
  readonly cam: AbstractClient;
  readonly cls: AbstractClient;
  readonly monitor: AbstractClient;
}

/** How long a call is retried after transient errors. */
const PATIENCE_MS = 60_000;

/**
 * Creates the clients for the user's key pair, `SECRET_ID` and `SECRET_KEY`, with `SECRET_TOKEN` if it is temporary.
 * @param wait gets a line before each retry
 * @throws if a variable is missing
 */
export function openAccount(
  { env, region }: Target,
  wait: (line: string) => void,
  clock: Clock = systemClock,
): Account {
  useBoundedTransport();
  const secretId = required(env, "SECRET_ID");
  const secretKey = required(env, "SECRET_KEY");
  const { SECRET_TOKEN: token } = env;
  if (token) checkVariables(() => checkCredential(token, "SECRET_TOKEN"));
  const configFor = (service: string): ClientConfig => ({
    credential: { secretId, secretKey, ...(token && { token }) },
    region,
    profile: { httpProfile: checkVariables(() => httpProfile(env, service)), language: "en-US" },
  });
  const secrets = secretsOf(undefined, env);
  const make = <Client extends AbstractClient>(client: Client) => withRetries(client, secrets, wait, clock);
  return {
    region,
    secrets,
    scf: make(new Scf(configFor("scf"))),
    vod: make(new Vod(configFor("vod"))),
    cam: make(new AbstractClient("", "2019-01-16", configFor("cam"))),
    cls: make(new AbstractClient("", "2020-10-16", configFor("cls"))),
    monitor: make(new AbstractClient("", "2018-07-24", configFor("monitor"))),
  };
}

/** @throws {UserError} if the variable is missing or malformed; the message has its name */
export function required(env: Environment, name: "SECRET_ID" | "SECRET_KEY"): string {
  const value = env[name];
  if (value) return checkVariables(() => checkCredential(value, name));
  throw new ConfigError(`${name} is not set. Set it to your key from ${consoleUrl("/cam/capi")}`);
}

/** A call of Tencent Cloud's API that failed permanently, or that retries did not help. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: string | undefined;
  readonly requestId: string | undefined;

  /** @param secrets what is redacted in the message */
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

/** Whether a connection to loopback was refused: CLOUD_ENDPOINT_URL is that of a local cloud that has ended. */
export function isLocalCloudGone(message: string): boolean {
  return /\bECONNREFUSED (127\.|::1)/.test(message);
}

/** The same client, with retries after transient errors. */
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
      // A user's wrong key or clock is permanent, unlike a function's.
      const isLasting =
        failure.code?.startsWith("AuthFailure") ||
        failure.message.includes(ANSWER_TOO_LARGE) ||
        // A proxy that wants a password, or another one.
        failure.message.startsWith("HTTP 407") ||
        // A name that does not exist, and a local cloud that does not run, stay so.
        /\bENOTFOUND\b/.test(failure.message) ||
        isLocalCloudGone(failure.message);
      const again = isTransient(failure) && !isLasting;
      if (again) wait(`${action}: ${failure.code ?? redact(failure.message, held())}; retrying.`);
      return again;
    };
    const deadlineMs = clock.monotonic() + PATIENCE_MS;
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

/** The secrets of a request, also those that are nowhere else: a function's variables, VOD's sign key. */
function secretsSent(params: unknown): readonly string[] {
  const { Environment, SignKey } = isJsonObject(params) ? params : {};
  const variables = isJsonObject(Environment) ? Environment["Variables"] : undefined;
  const pairs = Array.isArray(variables) ? variables.filter(isJsonObject) : [];
  const sent = Object.fromEntries(pairs.map(({ Key, Value }) => [String(Key), String(Value)]));
  return secretsOf(undefined, typeof SignKey === "string" ? { ...sent, SIGN_KEY: SignKey } : sent);
}
