import type { Account } from "./account";
import type { Mode } from "./function-names";
import { type FoundFunction, findFunction } from "./our-functions";
import { serviceAddress } from "./remote-function";
import { functionOf, type Target } from "./target";

/** The functions that VOD's events can go to, as they are in the cloud. */
export interface Installation {
  readonly callback: FoundFunction | undefined;
  readonly reliable: FoundFunction | undefined;
  /** callback's, as VOD gets it. */
  readonly address: string | undefined;
  /** What MODE says, else the mode of the one that is deployed. */
  readonly mode: Mode;
  /** What the functions are called, for people. */
  readonly names: { readonly callback: string; readonly reliable: string };
}

/** @throws where both are deployed and MODE does not say which is meant */
export async function readInstallation(account: Account, target: Target): Promise<Installation> {
  const asked = target.mode;
  const callback = await findFunction(account, "callback", target);
  const reliable = await findFunction(account, "reliable", target);
  if (callback && reliable && asked === undefined) {
    throw new Error(
      "Both callback and reliable are deployed. Say which one VOD's events are to go to: " +
        "MODE=normal or MODE=reliable, before ./vod-receiver event-config",
    );
  }
  const label = (entryPoint: "callback" | "reliable") => {
    const { namespace, name } = functionOf(entryPoint, target);
    return `${namespace}/${name}`;
  };
  return {
    callback,
    reliable,
    address: callback && serviceAddress(callback.remote, callback.triggers),
    mode: asked ?? (reliable ? "reliable" : "normal"),
    names: { callback: label("callback"), reliable: label("reliable") },
  };
}
