import { modelsOf, type ServiceName } from "./sdk-models";
import type { Caller } from "./signed-request";

type Answer = object | Promise<object>;

/**
 * One action; the endpoint calls it only with parameters that passed the action's schema. `gone` aborts when
 * the caller's connection does, for an action that waits.
 */
export type Action = (params: unknown, caller: Caller, gone: AbortSignal) => Answer;

export interface Service {
  /** As in the credential scope and in the endpoint's host: `vod`. */
  readonly name: ServiceName;
  /** As X-TC-Version has it: `2018-07-17`. */
  readonly version: string;
  /** The one region that it is in; absent for a service that needs no X-TC-Region. */
  readonly region?: string;
  /** By the name that X-TC-Action has. */
  readonly actions: Readonly<Record<string, Action>>;
}

type RequestOf<Method> = Method extends (request: infer Request, ...rest: never[]) => unknown
  ? Request
  : never;

/** Actions by the names that the SDK's client has for them, with the parameters that it declares. */
export type ActionsOf<Client> = {
  readonly [Name in Extract<keyof Client, Capitalize<string>>]?: (
    params: RequestOf<Client[Name]>,
    caller: Caller,
    gone: AbortSignal,
  ) => Answer;
};

/**
 * A service made of typed actions; `Client` is the client class of the service's SDK. An action returns the
 * members of its response without RequestId, and refuses by throwing an ApiError.
 */
export function defineService<Client>(
  name: ServiceName,
  actions: ActionsOf<Client>,
  region?: string,
): Service {
  const where = region === undefined ? {} : { region };
  // Sound because the endpoint checks the parameters against the schema of the same declaration first.
  return { name, version: modelsOf(name).version, ...where, actions: actions as Service["actions"] };
}
