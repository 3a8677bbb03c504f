import { logOutcome } from "../../../lib/log/event-record";
import type { Outcome } from "../../../lib/outcome";
import { isGivenUp, summary } from "../../../scripts/commands/local";
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

test("the end fits into a terminal of 80 columns and 24 rows, and its commands can be pasted", () => {
  const media = `http://127.0.0.1:65535/media/${"f".repeat(32)}/v.f100010.mp4`;
  const run = {
    address: `http://127.0.0.1:65535/${"a".repeat(32)}`,
    page: `http://127.0.0.1:65535/#${"b".repeat(32)}`,
    outputs: new Map([
      [100010, media],
      [100020, media],
    ]),
  };
  const variables = {
    CLOUD_ENDPOINT_URL: "http://127.0.0.1:1",
    SECRET_ID: "AKID".padEnd(36, "x"),
    SECRET_KEY: "k",
  };
  const serving = summary({ ...run, variables });
  expect(serving).toEqual(
    expect.arrayContaining([
      `Service address: ${run.address}`,
      `Output 100020: ${media}`,
      `Console: ${run.page}`,
    ]),
  );
  expect(serving.join("\n")).toMatch(
    /^ {2}export CLOUD_ENDPOINT_URL=http:\/\/127\.0\.0\.1:1 SECRET_ID=AKIDx/m,
  );
  expect(serving.at(-1)).toBe("Press Ctrl-C to stop.");
  expect(serving.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / 80)), 0)).toBeLessThan(24);
  expect(summary({ ...run, variables: undefined }).at(-1)).toBe(
    "To upload your own video, run: bash installer.sh --local",
  );
});
