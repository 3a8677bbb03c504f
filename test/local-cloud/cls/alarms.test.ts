import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError } from "../../../local-cloud";
import { holdsPhrase } from "../../../local-cloud/cls/query";
import { ROOT } from "../../../scripts/project";
import { FakeClock } from "../../helpers/clock";
import { procedureNotification } from "../../helpers/notifications";
import { failedItem, succeededItem, TRANSCODE } from "../../helpers/task-results";
import { callerOf, NAMESPACE, post, TestCloud, uploadOf } from "../../helpers/test-cloud";

const [, page = ""] = readFileSync(join(ROOT, "docs/operations.md"), "utf8").split(
  "## Alarms without code\n",
);
const [section = ""] = page.split("\n## ");
const conditions = [...section.matchAll(/^\|[^|]+\| `(SCF_[^|]+)` \|$/gm)].map(
  ([, condition = ""]) => condition,
);
const SIGN_KEY = "0123456789abcdef0123";

let stage: TestCloud;
const clock = new FakeClock(Date.now());
const refused = new Set<unknown>();
let mayPull = true;

beforeAll(async () => {
  const intercept = ({ action, params }: { action: string; params: unknown }) => {
    const isRefused = action === "ProcessMedia" && refused.has(Object(params).FileId);
    if (isRefused || (action === "PullEvents" && !mayPull))
      return new ApiError("UnauthorizedOperation", "The role lacks a permission.");
    return undefined;
  };
  stage = await TestCloud.open({ now: clock.now, intercept }, clock);
});
afterAll(() => stage.cloud.close());

/** What the documents' conditions find, each in the order of the table. */
async function found(): Promise<Record<string, string>[][]> {
  const { ClsTopicId: TopicId = "" } = await stage.settled("callback");
  const search = callerOf(stage.cloud, "cls");
  const range = { TopicId, From: clock.startMs - 60_000, To: clock.startMs + 60_000, Sort: "asc" };
  return Promise.all(
    conditions.map(async (QueryString) => {
      const { Results } = await search("SearchLog", { ...range, QueryString });
      return Results.map(({ LogJson }: { LogJson: string }) => JSON.parse(LogJson));
    }),
  );
}

test("the documents' searches find each kind of failure that the functions log, and nothing else", async () => {
  await stage.deployBuilt("callback");
  await stage.deployBuilt("reliable");
  const address = await stage.cloud.openAddress(NAMESPACE, "callback");
  const fileId = await stage.upload();
  const tick = { FunctionName: "reliable" };
  expect((await post(address, uploadOf(fileId))).status).toBe(200);
  expect((await post(address, procedureNotification([succeededItem(TRANSCODE)]))).status).toBe(200);
  await stage.vod.ModifyEventConfig({ Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
  await stage.upload();
  await stage.invoke({ Type: "Timer", Message: "one page" }, tick);
  expect(await found()).toEqual([[], [], [], [], []]);

  refused.add(await stage.upload());
  for (const refusedId of refused)
    expect((await post(address, uploadOf(String(refusedId)))).status).toBe(400);
  await post(address, procedureNotification([failedItem(TRANSCODE)]));
  await stage.scf.UpdateFunctionConfiguration({
    ...{ Namespace: NAMESPACE, FunctionName: "callback" },
    Environment: stage.environment("callback", { SIGN_KEY }),
  });
  await stage.settled("callback");
  expect((await post(address, uploadOf(fileId))).status).toBe(403);
  mayPull = false;
  await stage.invoke({ Type: "Timer" }, tick);
  await stage.deploy('exports.main_handler = () => { throw new Error("no"); };', {
    ...{ FunctionName: "crashes", AutoCreateClsTopic: "TRUE", AutoDeployClsTopicIndex: "TRUE" },
  });
  await stage.invoke({}, { FunctionName: "crashes" });

  const records = await found();
  expect(records.map((lines) => lines.map((line) => line["SCF_Message"]))).toEqual([
    [expect.stringMatching(/^\{"replay":\{"id":"/)],
    [expect.stringMatching(/^Transcode failed\. FileId: /)],
    [expect.stringMatching(/^Response .*"statusCode":403/)],
    [expect.stringMatching(/^Response .*"error":"/)],
    [expect.stringMatching(/^ERROR RequestId:/)],
  ]);
  // The other form of the first condition, for a log service that takes the line apart.
  const [, field = "", word = ""] = /use `(\w+):"(\w+)"` instead/.exec(section) ?? [];
  expect(records[0]?.every((line) => holdsPhrase(line[field] ?? "", [word]))).toBe(true);
});

test("the alarm's statement is one of these searches, and its condition names the statement's column", () => {
  const [, condition = "", column = ""] =
    /```sql\n(.+) \| SELECT count\(\*\) AS (\w+)\n```/.exec(section) ?? [];
  expect(conditions).toContain(condition);
  expect(section).toContain(`\`$1.${column} > 0\``);
});
