import type { Account } from "./account";
import type { Mode } from "./function-names";
import { type FoundFunction, findFunction } from "./our-functions";
import { serviceAddress } from "./remote-function";
import { functionOf, type Target } from "./target";

/** The deployed functions that can receive VOD's events. */
export interface Installation {
  readonly callback: FoundFunction | undefined;
  readonly reliable: FoundFunction | undefined;
  /** The address of callback as VOD has it. */
  readonly address: string | undefined;
  /** MODE, else the mode of the deployed function. */
  readonly mode: Mode;
  /** Namespace and name of each function, for messages. */
  readonly names: { readonly callback: string; readonly reliable: string };
}

/** @throws if both are deployed and MODE is not set */
export async function readInstallation(account: Account, target: Target): Promise<Installation> {
  const asked = target.mode;
  const callback = await findFunction(account, "callback", target);
  const reliable = await findFunction(account, "reliable", target);
  if (callback && reliable && asked === undefined) {
    throw new Error(
      "Both callback and reliable are deployed. Set MODE to choose which one receives VOD's events: " +
        "MODE=normal ./vod-receiver event-config or MODE=reliable ./vod-receiver event-config",
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
