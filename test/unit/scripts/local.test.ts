import { logOutcome } from "../../../lib/log/event-record";
import type { Outcome } from "../../../lib/outcome";
import { isGivenUp } from "../../../scripts/commands/local";
import { recordedLog } from "../../helpers/recorded-log";

/** The last line that a function writes of an event. */
function lastLine(outcome: Outcome, leftTo?: "retry"): string {
  const { log, lines } = recordedLog();
  logOutcome({ EventType: "FileDeleted" }, { requestId: "r", outcome, durationMs: 5, leftTo }, log);
  return lines.at(-1) ?? "";
}

test.each<[string, boolean]>([
  [lastLine({ kind: "done" }), false],
  [lastLine({ kind: "retry", error: "trouble" }, "retry"), false],
  [lastLine({ kind: "retry", error: "trouble" }), true],
  [lastLine({ kind: "park", error: "never" }), true],
  ['{"status":403,"reason":"Sign is wrong."}', true],
  ["ERROR RequestId:r", true],
  ["Transcode succeeded. FileId: 1, Definition: 100010, Url: http://a", false],
])("%s: %j", (line, givenUp) => {
  expect(isGivenUp(line)).toBe(givenUp);
});
