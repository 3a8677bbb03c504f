import type { FaultRules } from "../../../local-cloud";

/** A fifth of the calls fails, each way as often. */
const share = 0.05;
/** Longer than a function tries: what such a call was for is left to replay. */
const stubborn = { lastsMs: 60_000, cut: "before" } as const;

/** Which requests lose their instance, and how soon, in the functions' time. */
interface Kills {
  readonly share: number;
  readonly withinMs: number;
}

/** What goes wrong in a soak. */
export function soakFaults(seed: number, kills: Kills): FaultRules {
  return {
    seed,
    calls: [
      { action: "ProcessMedia", by: "FileId", share: 0.03, ...stubborn },
      { action: "Invoke", by: "ClientContext", share: 0.3, ...stubborn },
      { share, error: "InternalError" },
      { share, error: "RequestLimitExceeded" },
      { share, cut: "before" },
      { share, cut: "after" },
    ],
    instances: [{ share: kills.share, afterMs: [0, kills.withinMs] }],
  };
}
