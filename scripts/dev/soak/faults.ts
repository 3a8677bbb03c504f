import type { FaultRules } from "../../../local-cloud";

/** In reliable mode a fifth of the calls fails, each way as often. */
const share = 0.05;
/** Longer than a function tries: what such a call was for is left to replay. */
const stubborn = { lastsMs: 60_000, cut: "before" } as const;

/** Which requests lose their instance, and how soon, in the functions' time. */
interface Kills {
  readonly share: number;
  readonly withinMs: number;
}

/** What goes wrong in normal mode: a fifth of the calls fails by InternalError, and some hang or lose their answer. */
export function normalFaults(seed: number): FaultRules {
  return {
    seed,
    calls: [
      { action: "ProcessMedia", by: "FileId", share: 0.03, ...stubborn },
      { action: "Invoke", by: "ClientContext", share: 0.3, ...stubborn },
      { share: 0.2, error: "InternalError" },
      { share: 0.025, cut: "before" },
      { share: 0.025, cut: "after" },
      { share: 0.03, latencyMs: [1000, 6000] },
    ],
    instances: [{ share: 0.04, afterMs: [0, 2000] }],
  };
}

/** What goes wrong in reliable mode. */
export function reliableFaults(seed: number, kills: Kills): FaultRules {
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
