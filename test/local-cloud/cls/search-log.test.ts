import { FakeClock } from "../../helpers/clock";
import { CALLBACK, callerOf, codeOf, NAME, NAMESPACE, TestCloud } from "../../helpers/test-cloud";

const SOURCE = `exports.main_handler = async ({ lines = [], fail }) => {
  for (const line of lines) console.log(line);
  if (fail) throw new Error("no");
  return "done";
};`;
const QUERY = `SCF_FunctionName:"${NAME}" AND SCF_Namespace:"${NAMESPACE}"`;

let stage: TestCloud;
let clock: FakeClock;
let cls: ReturnType<typeof callerOf>;
let TopicId: string;
beforeEach(async () => {
  clock = new FakeClock(Date.now());
  stage = await TestCloud.open({ now: clock.now }, clock);
  cls = callerOf(stage.cloud, "cls");
  const answer = await stage.deploy(SOURCE, { AutoCreateClsTopic: "TRUE", AutoDeployClsTopicIndex: "TRUE" });
  TopicId = answer.ClsTopicId ?? "";
});
afterEach(() => stage.cloud.close());

const range = () => ({ From: clock.startMs - 60_000, To: clock.startMs + 60_000 });
const search = (changes = {}) =>
  cls("SearchLog", { TopicId, ...range(), QueryString: QUERY, Sort: "asc", ...changes });
interface Result {
  Time: number;
  LogJson: string;
}
const recordsOf = ({ Results }: { Results: Result[] }) => Results.map(({ LogJson }) => JSON.parse(LogJson));
const messagesOf = (answer: { Results: Result[] }) => recordsOf(answer).map((record) => record.SCF_Message);

test("what a function logs is found, with the documented fields", async () => {
  expect(TopicId).not.toBe("");
  const { FunctionRequestId: id } = await stage.invoke({ lines: ["one", '{"outcome":"done","ms":12}'] });
  const answer = await search();
  expect(answer).toMatchObject({ ListOver: true, Analysis: false });
  expect(answer.Results[0]).toMatchObject({ TopicId, Time: clock.startMs });
  expect(messagesOf(answer)).toEqual([
    `START RequestId:${id}`,
    "one",
    '{"outcome":"done","ms":12}',
    `Response RequestId:${id} RetMsg:"done"`,
    `END RequestId:${id}`,
    expect.stringMatching(/^Report /),
  ]);
  const [start, one, json, response] = recordsOf(answer);
  const common = { SCF_FunctionName: NAME, SCF_Namespace: NAMESPACE, SCF_RequestId: id, SCF_RetryNum: "0" };
  expect(start).toMatchObject({ ...common, SCF_Type: "Platform", SCF_StatusCode: "202" });
  expect(one).toMatchObject({ ...common, SCF_Type: "Custom", SCF_Level: "INFO" });
  expect(json).toMatchObject({ ...common, outcome: "done", ms: "12" });
  expect(response).toMatchObject({ SCF_Type: "Platform", SCF_StatusCode: "200" });
});

test("a failure shows in its level and its code", async () => {
  await stage.invoke({ fail: true });
  const failed = recordsOf(await search()).filter((record) => record.SCF_Level === "ERROR");
  expect(failed).toMatchObject([{ SCF_StatusCode: "430", SCF_Message: expect.stringMatching(/^ERROR /) }]);
});

test("more than one page is had by the context", async () => {
  await stage.invoke({ lines: ["1", "2", "3"] });
  const all = messagesOf(await search());
  const pages: string[][] = [];
  let answer = { Context: "", ListOver: false, Results: [] };
  while (!answer.ListOver) {
    answer = await search({ Limit: 3, ...(answer.Context && { Context: answer.Context }) });
    pages.push(messagesOf(answer));
  }
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
  expect(pages.flat()).toEqual(all);
  expect(messagesOf(await search({ Sort: "desc" }))).toEqual([...all].reverse());
  expect(await codeOf(search({ Context: "bm8=" }))).toBe("FailedOperation.InvalidContext");
});

test("a log stays after its function was updated, and after it was deleted", async () => {
  await stage.invoke({ lines: ["old"] });
  await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, Timeout: 10 });
  expect(await stage.settled()).toMatchObject({ ClsTopicId: TopicId });
  await stage.invoke({ lines: ["new"] });
  await stage.scf.DeleteFunction(CALLBACK);
  expect(messagesOf(await search())).toEqual(expect.arrayContaining(["old", "new"]));
});

test("delivery is off by default, and can be ended and begun again", async () => {
  const FunctionName = "silent";
  expect(await stage.deploy(SOURCE, { FunctionName })).toMatchObject({ ClsLogsetId: "", ClsTopicId: "" });
  await stage.invoke({ lines: ["unheard"] }, { FunctionName });
  const { ClsLogsetId = "", ClsTopicId = "" } = await stage.settled();
  await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, ClsLogsetId: "", ClsTopicId: "" });
  expect(await stage.settled()).toMatchObject({ ClsLogsetId: "", ClsTopicId: "" });
  await stage.invoke({ lines: ["unheard too"] });
  await stage.scf.UpdateFunctionConfiguration({ ...CALLBACK, ClsLogsetId, ClsTopicId });
  await stage.settled();
  await stage.invoke({ lines: ["heard"] });
  const custom = recordsOf(await search({ QueryString: "SCF_Type:Custom" }));
  expect(custom.map((record) => record.SCF_Message)).toEqual(["heard"]);
});

test("only what is in the time and fits the query is found", async () => {
  const { FunctionRequestId } = await stage.invoke();
  await stage.invoke();
  expect((await search({ QueryString: `SCF_RequestId:"${FunctionRequestId}"` })).Results).toHaveLength(4);
  expect((await search({ QueryString: "*" })).Results).toHaveLength(8);
  expect((await search({ QueryString: 'SCF_FunctionName:"other"' })).Results).toEqual([]);
  expect((await search({ QueryString: "SCF_FunctionName:call" })).Results).toEqual([]);
  expect((await search({ To: clock.startMs - 1 })).Results).toEqual([]);
});

test.each([
  ['"two words"', ["two words", "a: TWO, words", "one two  words three"]],
  ["two", ["two words", "words two", "a: TWO, words", "two or three words", "one two  words three"]],
  ['"two words" AND SCF_Message:one', ["one two  words three"]],
  ['"a AND b"', ["a AND b"]],
])("SCF_Message:%s finds the lines that hold these words in this order", async (query, found) => {
  const lines = ["two words", "words two", "a: TWO, words", "two or three words", "twowords", "a AND b"];
  await stage.invoke({ lines: [...lines, "one two  words three"] });
  expect(messagesOf(await search({ QueryString: `SCF_Type:Custom AND SCF_Message:${query}` }))).toEqual(
    found,
  );
});
